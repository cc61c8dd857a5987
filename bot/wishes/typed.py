"""What the owner types at the page or in the terminal, where no conversation goes on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.followups import FollowUp
from bot.domain.people import Person
from bot.followups.conditions import condition
from bot.followups.deadlines import Deadline, deadline
from bot.followups.everywhere import Everywhere
from bot.followups.for_others import for_other
from bot.followups.plain import Reading, limited, new_follow_up, read
from bot.followups.receivers import Reachable
from bot.followups.service import MAX_SUBJECT_CHARS, FollowUps
from bot.followups.when import Ask, Due, Rule, understand
from bot.language.sentences import Phrasebook
from connectors.messages import Address

ONLY_IN_CHAT = (
    "Whether somebody answers is watched for in a chat: say it in the test chat, or to Deskhand on"
    " Slack or Discord."
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood.

    Attributes:
        reading: When, as the words say, and what of.
        promised: When it comes; with a deadline at first the warning.
        to: Whom it is for; None for the owner.
        limit: By when it has to be done.
    """

    reading: Reading
    promised: Due | Rule | Ask
    to: Reachable | None = None
    limit: Deadline | None = None


class OnlyInChatError(Exception):
    """What is to be said only if nobody answers can be wished for in a chat alone."""


class TypedWishes:
    """Understands and promises what the owner types."""

    def __init__(
        self,
        follow_ups: FollowUps,
        everywhere: Everywhere,
        choices: Choices,
        phrasebook: Phrasebook,
        owner: Callable[[], Awaitable[Person]],
    ) -> None:
        """Promise through `follow_ups`, in the name of who `owner` returns."""
        self._follow_ups = follow_ups
        self._everywhere = everywhere
        self._choices = choices
        self._phrasebook = phrasebook
        self._owner = owner

    async def understand(self, text: str, *, now: datetime, zone: ZoneInfo) -> Typed:
        """Return what words mean: "call Ann on Friday at 9", "remind Ben by Friday to order flour".

        Args:
            text: As typed, with or without "remind me" before it.
            now: When; aware.
            zone: In which they are meant.

        Raises:
            ReceiverError: Whom they name is nobody, or nobody who can be reached.
            OnlyInChatError: It is to be said only if nobody answers.
        """
        if condition(text) is not None:
            # Without its condition it would come whatever happened.
            raise OnlyInChatError(ONLY_IN_CHAT)
        calendar = BusinessCalendar(self._choices.business)
        to, words = None, text
        if (other := for_other(text)) is not None:
            owner = await self._owner()
            name, to = await self._everywhere.find(other.after, owner=owner)
            words = other.for_oneself(name)
            if to.receiver.person_id == owner.person_id:
                to = None
            subject = (other.wish(name).subject or text)[:MAX_SUBJECT_CHARS]
            when = understand(words, now=now, zone=zone, calendar=calendar)
            reading = Reading(when, subject)
        else:
            reading = read(text, now=now, zone=zone, calendar=calendar)
        limit = deadline(reading.when, words, now=now, zone=zone, calendar=calendar)
        promised = reading.when if limit is None else limit.warning(reading.when)
        return Typed(reading, promised, to, limit)

    async def promise(self, typed: Typed, zone: ZoneInfo, address: Address) -> FollowUp:
        """Commit what was understood; the row returned is the promise.

        Args:
            typed: With a time or a rule.
            zone: In which it is meant.
            address: Where the owner is reminded.

        Raises:
            PastError: It would be due already.
            TooManyError: The owner has too many waiting.
            ReceiverFullError: Too many wait for whom it is.
            TooOftenError: Too many were asked for within an hour for others.
            ValueError: What was understood has to be asked first.
        """
        if isinstance(typed.promised, Ask):
            raise ValueError(typed.promised.why)  # noqa: TRY004  what it says, not its type
        business = self._choices.business
        sentences = self._phrasebook.sentences(business.language)
        new = new_follow_up(
            typed.promised,
            zone,
            person_id=(await self._owner()).person_id,
            address=address,
            subject=typed.reading.subject,
            language=business.language,
            to=typed.to,
            asked_by=business.name or sentences.the_office(),
        )
        if typed.limit is not None:
            new = limited(new, typed.limit, zone, sentences)
        if typed.to is not None:
            new = replace(new, insists=self._choices.follow_ups.again_min is not None)
        return await self._follow_ups.promise(new)
