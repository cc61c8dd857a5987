"""From what a person said to a promise, in words rendered from the committed row."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUp
from bot.followups.plain import new_follow_up
from bot.followups.receivers import Reachable
from bot.followups.service import (
    MAX_PENDING,
    MAX_SUBJECT_CHARS,
    FollowUps,
    PastError,
    ReceiverFullError,
    TooManyError,
    TooOftenError,
)
from bot.followups.when import Ask, Due, Rule, Why, understand
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.followups import Call
from bot.tools.tool import Done

NAME = "schedule_follow_up"


class Promises:
    """Commits follow-ups that were asked for in a conversation, and says so."""

    def __init__(
        self,
        follow_ups: FollowUps,
        phrasebook: Phrasebook,
        calendar: Callable[[], BusinessCalendar],
    ) -> None:
        """Promise through `follow_ups`, reckoning with the business's calendar."""
        self._follow_ups = follow_ups
        self._phrasebook = phrasebook
        self._calendar = calendar

    def zone(self, turn: Turn) -> ZoneInfo:
        """Return the zone a person speaks of: their own, else the business's."""
        return ZoneInfo(turn.person.zone) if turn.person.zone else self._calendar().zone

    def read(self, words: str, turn: Turn, said_at: datetime | None = None) -> Due | Rule | Ask:
        """Return what words of a turn's person mean.

        From when they were said, `said_at` or the turn's own moment: "in ten minutes" does not
        start anew when the turn runs again.
        """
        now = said_at or turn.sent_at
        return understand(words, now=now, zone=self.zone(turn), calendar=self._calendar())

    async def promise(
        self,
        subject: str,
        read: Due | Rule | Ask,
        turn: Turn,
        language: str,
        call_number: int,
        *,
        to: Reachable | None = None,
    ) -> Done:
        """Promise what was understood, or ask what was not.

        Args:
            subject: What to remind of, "" where it was not said.
            read: When.
            turn: Whose wish it is.
            language: Of the confirmation and of the reminder.
            call_number: Under which it is promised once for the turn.
            to: Whom it is for; None for the person who asks.
        """
        sentences = self._phrasebook.sentences(language)
        zone = self.zone(turn)
        if isinstance(read, Ask):
            return Done(Kind.ASKED, _question(read, sentences, zone))
        theirs = ZoneInfo(to.zone) if to and to.zone else zone
        new = new_follow_up(
            read,
            # What comes again does so by the clock of who said it; the other's is shown besides.
            zone if isinstance(read, Rule) else theirs,
            person_id=turn.person.person_id,
            address=to.address if to else turn.conversation.address,
            subject=(subject or turn.text)[:MAX_SUBJECT_CHARS],
            language=language,
            receiver=to.receiver if to else None,
            asked_by=turn.person.name if to else "",
        )
        call = Call(turn.turn_id, call_number, NAME, {"what": subject})
        try:
            follow_up = await self._follow_ups.promise(new, call)
        except PastError:
            return Done(Kind.ASKED, sentences.when_past(sentences.moment(read.due_at, zone)))
        except TooManyError:
            return Done(Kind.REFUSED, sentences.too_many_waiting(MAX_PENDING))
        except ReceiverFullError:
            return Done(Kind.REFUSED, sentences.too_many_for(to.receiver.name if to else ""))
        except TooOftenError:
            return Done(Kind.REFUSED, sentences.too_many_at_once())
        said = [_confirmation(follow_up, sentences, zone, theirs)]
        if read.moved:
            said.append(sentences.follow_up_moved(follow_up.due_at, zone))
        if to is not None and to.receiver.person_id is not None:
            place = sentences.written_directly if to.direct else sentences.written_here
            said.append(place(to.receiver.name))
        return Done(Kind.ACTION, ". ".join(said), (follow_up.follow_up_id,))


def _confirmation(
    follow_up: FollowUp, sentences: Sentences, own: ZoneInfo, theirs: ZoneInfo
) -> str:
    """Return what a row promises: what, for whom, when and its number."""
    when = sentences.coming(follow_up.rule, follow_up.due_at, own)
    number, receiver = follow_up.follow_up_id, follow_up.receiver
    if receiver is None:
        return sentences.follow_up_set(follow_up.subject, when, number)
    if follow_up.due_at.astimezone(own).replace(tzinfo=None) != follow_up.due_at.astimezone(
        theirs
    ).replace(tzinfo=None):
        when = sentences.times_apart(
            sentences.moment(follow_up.due_at, theirs), receiver.name, when
        )
    return sentences.follow_up_set_for(receiver.name, follow_up.subject, when, number)


def _question(ask: Ask, sentences: Sentences, zone: ZoneInfo) -> str:
    choices = [sentences.moment(candidate, zone) for candidate in ask.candidates]
    match ask.why:
        case Why.PAST:
            return sentences.when_past(choices[0] if choices else "")
        case Why.NONE:
            return sentences.when_missing()
        case _:
            return sentences.when_unclear(choices)
