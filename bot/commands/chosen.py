"""What buttons under a question about reminders do; each returns a sentence for who pressed it.

A button says all of it: which reminder, and when in minutes since 1970. It reaches only reminders
of who presses it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.followups import FollowUp
from bot.domain.people import Person
from bot.followups import changes
from bot.followups.edits import Edits
from bot.followups.service import FollowUps, PastError
from bot.language.sentences import Sentences
from bot.storage.follow_up_edits import Edit

Choose = Callable[[Sequence[int], Person, Sentences], Awaitable[str]]


class Chosen:
    """Does what was chosen.

    Attributes:
        verbs: What to do, by what stands before the first colon of a button's action; the numbers
            after it are handed over.
    """

    def __init__(self, follow_ups: FollowUps, edits: Edits) -> None:
        """Do it to these follow-ups."""
        self._follow_ups = follow_ups
        self._edits = edits
        self.verbs: Mapping[str, Choose] = {
            "moveto": self._move,
            "moveall": self._move_all,
            "skip": self._skip,
            "endall": self._end_all,
            "keep": self._keep,
        }

    async def _move(self, numbers: Sequence[int], person: Person, sentences: Sentences) -> str:
        number, minutes = numbers
        follow_up = await self._own(number, person)
        if follow_up is None:
            return sentences.follow_up_not_found(number)
        edit = changes.moved(follow_up, _moment(minutes))
        return await self._changed(follow_up, edit, person, sentences)

    async def _move_all(self, numbers: Sequence[int], person: Person, sentences: Sentences) -> str:
        number, minutes = numbers
        follow_up = await self._own(number, person)
        if follow_up is None:
            return sentences.follow_up_not_found(number)
        edit = changes.all_moved(follow_up, _moment(minutes))
        if edit is None:
            return sentences.series_days()
        return await self._changed(follow_up, edit, person, sentences)

    async def _skip(self, numbers: Sequence[int], person: Person, sentences: Sentences) -> str:
        [number] = numbers
        follow_up = await self._own(number, person)
        if follow_up is None:
            return sentences.follow_up_not_found(number)
        edit = changes.skipped(follow_up)
        if await self._edits.put(follow_up, edit) is None:
            return sentences.follow_up_not_found(number)
        if edit.next_at is None:
            return sentences.follow_up_cancelled(follow_up.subject, number)
        when = sentences.moment(edit.next_at, person.zone or follow_up.zone)
        return sentences.follow_up_skipped(follow_up.subject, when, number)

    async def _end_all(self, numbers: Sequence[int], person: Person, sentences: Sentences) -> str:
        person_id, latest = numbers
        if person_id != person.person_id:
            return sentences.not_allowed()
        # What was promised since was not asked about.
        asked_about = [
            each.follow_up_id
            for each in await self._follow_ups.waiting(person_id=person_id)
            if each.follow_up_id <= latest
        ]
        ended = [await self._follow_ups.cancel(each, person_id=person_id) for each in asked_about]
        return sentences.all_ended(sum(each is not None for each in ended))

    async def _keep(self, _numbers: Sequence[int], _person: Person, sentences: Sentences) -> str:
        return sentences.follow_up_unchanged()

    async def _own(self, number: int, person: Person) -> FollowUp | None:
        found = await self._follow_ups.get(number)
        return found if found is not None and found.concerns(person.person_id) else None

    async def _changed(
        self, follow_up: FollowUp, edit: Edit, person: Person, sentences: Sentences
    ) -> str:
        try:
            changed = await self._edits.put(follow_up, edit)
        except PastError:
            return sentences.move_past()
        if changed is None:
            return sentences.follow_up_not_found(follow_up.follow_up_id)
        when = sentences.coming(changed.rule, changed.due_at, person.zone or changed.zone)
        return sentences.follow_up_changed(changed.subject, when, changed.follow_up_id)


def _moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
