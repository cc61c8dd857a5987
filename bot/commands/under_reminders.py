"""What the buttons under a reminder, or under its confirmation, do."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.domain.conversations import Answer
from bot.domain.followups import FollowUp, FollowUpState
from bot.domain.people import Person, Role
from bot.followups.later import tomorrow_morning
from bot.followups.service import SOON_AFTER, FollowUps
from bot.language.sentences import Sentences
from bot.wishes.for_others import ForOthers
from bot.wishes.replies import Replies, again
from bot.wishes.to_customers import REWORD
from connectors.messages import Address

OnFollowUp = Callable[[FollowUp, Person, Sentences], Awaitable[str]]


class UnderReminders:
    """Does what these buttons stand for; each returns a sentence for who pressed it.

    Attributes:
        verbs: What to do, by what stands before the colon of a button's action.
    """

    def __init__(
        self,
        follow_ups: FollowUps,
        for_others: ForOthers,
        replies: Replies,
        calendar: Callable[[], BusinessCalendar],
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Do it with these parts, reckoning with the business's calendar."""
        self._follow_ups = follow_ups
        self._for_others = for_others
        self._replies = replies
        self._calendar = calendar
        self._now = now
        self.verbs: Mapping[str, OnFollowUp] = {
            "done": self._done,
            "soon": self._soon,
            "snooze": self._snooze,
            "morning": self._morning,
            "hand": self._hand,
            "cancel": self._cancel,
            REWORD: self._reword,
        }

    async def theirs(self, follow_up_id: int, person: Person, here: Address) -> FollowUp | None:
        """Return the follow-up of an id; None when there is none that is theirs to see to."""
        return await self._follow_ups.theirs(follow_up_id, person, here)

    async def choose(
        self, answer: Answer, person_id: int, presser: Person, sentences: Sentences
    ) -> str:
        """Promise what was asked about for whom somebody means who was asked whom they mean."""
        return await self._for_others.chosen(answer, person_id, presser, sentences)

    async def give(
        self, follow_up: FollowUp, person_id: int, by: Person, here: Address, sentences: Sentences
    ) -> str:
        """Hand a reminder to whom somebody means who was asked whom they mean."""
        return await self._replies.hand(follow_up, person_id, by, here, sentences)

    async def _done(self, follow_up: FollowUp, _person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        finished = await self._follow_ups.done(number, person_id=follow_up.person_id)
        if finished is None:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_done(finished.subject)

    async def _soon(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        promised = await self._follow_ups.again(
            follow_up.follow_up_id, person_id=follow_up.person_id, after=SOON_AFTER
        )
        return _again(follow_up, promised, person, sentences)

    async def _snooze(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        promised = await self._follow_ups.again(
            follow_up.follow_up_id, person_id=follow_up.person_id
        )
        return _again(follow_up, promised, person, sentences)

    async def _morning(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        morning = tomorrow_morning(self._now(), _zone(follow_up, person), self._calendar())
        promised = await self._follow_ups.put_off(
            follow_up.follow_up_id, morning, person_id=follow_up.person_id
        )
        return _again(follow_up, promised, person, sentences)

    async def _hand(self, _follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        return sentences.not_allowed() if person.role is Role.PUBLIC else sentences.hand_to_whom()

    async def _reword(self, follow_up: FollowUp, _person: Person, sentences: Sentences) -> str:
        return sentences.how_to_reword(follow_up.follow_up_id)

    async def _cancel(self, follow_up: FollowUp, _person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        cancelled = await self._follow_ups.cancel(number, person_id=follow_up.person_id)
        if cancelled is None and follow_up.state is not FollowUpState.CANCELLED:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_cancelled(follow_up.subject, number)


def _again(
    follow_up: FollowUp, promised: FollowUp | None, person: Person, sentences: Sentences
) -> str:
    if promised is None:
        return sentences.follow_up_not_found(follow_up.follow_up_id)
    return again(promised, _zone(promised, person), sentences)


def _zone(follow_up: FollowUp, person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone or follow_up.zone)


def same_room(one: Address, other: Address) -> bool:
    """Return whether two addresses have the same readers: threads are read by the whole room."""
    return (one.platform, one.channel) == (other.platform, other.channel)
