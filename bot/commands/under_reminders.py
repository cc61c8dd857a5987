"""What the buttons under a reminder, or under its confirmation, do."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.conversations import Answer
from bot.domain.followups import FollowUp, FollowUpState
from bot.domain.people import Person, Role
from bot.followups.service import FollowUps
from bot.language.sentences import Sentences
from bot.tools.for_others import ForOthers
from connectors.messages import Address

OnFollowUp = Callable[[FollowUp, Person, Sentences], Awaitable[str]]


class UnderReminders:
    """Does what these buttons stand for; each returns a sentence for who pressed it.

    Attributes:
        verbs: What to do, by what stands before the colon of a button's action.
    """

    def __init__(self, follow_ups: FollowUps, for_others: ForOthers) -> None:
        """Do it with these parts."""
        self._follow_ups = follow_ups
        self._for_others = for_others
        self.verbs: Mapping[str, OnFollowUp] = {
            "done": self._done,
            "snooze": self._snooze,
            "cancel": self._cancel,
        }

    async def of(self, follow_up_id: int, person: Person, here: Address) -> FollowUp | None:
        """Return the follow-up of an id; None when there is none that is theirs to see to."""
        follow_up = await self._follow_ups.get(follow_up_id)
        if follow_up is None or not _may_see_to(follow_up, person, here):
            return None
        return follow_up

    async def choose(
        self, answer: Answer, person_id: int, presser: Person, sentences: Sentences
    ) -> str:
        """Promise what was asked about for whom somebody means who was asked whom they mean."""
        return await self._for_others.chosen(answer, person_id, presser, sentences)

    async def _done(self, follow_up: FollowUp, _person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        finished = await self._follow_ups.done(number, person_id=follow_up.person_id)
        if finished is None:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_done(finished.subject)

    async def _snooze(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        promised = await self._follow_ups.again(number, person_id=follow_up.person_id)
        if promised is None:
            return sentences.follow_up_not_found(number)
        when = sentences.coming(promised.rule, promised.due_at, person.zone or promised.zone)
        return sentences.follow_up_again(promised.subject, when, number)

    async def _cancel(self, follow_up: FollowUp, _person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        cancelled = await self._follow_ups.cancel(number, person_id=follow_up.person_id)
        if cancelled is None and follow_up.state is not FollowUpState.CANCELLED:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_cancelled(follow_up.subject, number)


def _may_see_to(follow_up: FollowUp, person: Person, here: Address) -> bool:
    """Return whether a follow-up is somebody's to see to: a room's is that of the team in it."""
    receiver = follow_up.receiver
    rooms = receiver is not None and receiver.person_id is None
    if rooms and person.role is not Role.PUBLIC and same_room(follow_up.address, here):
        return True
    return follow_up.concerns(person.person_id)


def same_room(one: Address, other: Address) -> bool:
    """Return whether two addresses have the same readers: threads are read by the whole room."""
    return (one.platform, one.channel) == (other.platform, other.channel)
