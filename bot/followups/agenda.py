"""Follow-ups as people look through them: page by page, and a stretch of days."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.followups import WAITING, FollowUp, NamedFollowUp, Sought
from bot.followups.repeating import times_between
from bot.storage.followups import FollowUpRows

# More in a week nobody looks through; the list has them all.
MAX_BETWEEN = 400
MAX_REPEATED = 200


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A time at which a follow-up comes, or came.

    Attributes:
        at: Aware, UTC.
        later: It is a time of a repeated one after its next.
    """

    at: datetime
    named: NamedFollowUp
    later: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """What comes, or came, in some days.

    Attributes:
        occurrences: In order.
        whole: There are no more of them.
    """

    occurrences: tuple[Occurrence, ...]
    whole: bool


class Agenda:
    """Shows follow-ups of everybody, each with the name of whom it is for."""

    def __init__(self, rows: FollowUpRows) -> None:
        """Read these rows."""
        self._rows = rows

    async def page(
        self, sought: Sought, *, limit: int, after: int | None = None
    ) -> list[NamedFollowUp]:
        """Return follow-ups by due date; those that are over the latest first.

        Args:
            sought: Which.
            limit: How many at most.
            after: The id of the last one of the page before.
        """
        return await self._rows.page(sought, limit=limit, after=after)

    async def named(self, found: Collection[FollowUp]) -> list[NamedFollowUp]:
        """Return follow-ups with the name of whom each is for, in their order."""
        return await self._rows.named(found)

    async def between(self, sought: Sought, begins: datetime, ends: datetime) -> Stretch:
        """Return what comes, or came, from a moment on up to another one; repeated ones each time.

        Args:
            sought: Which.
            begins: Aware.
            ends: Aware; the first moment that is not looked at.
        """
        found = await self._rows.between(sought, begins, ends, limit=MAX_BETWEEN + 1)
        occurrences = [Occurrence(each.follow_up.due_at, each) for each in found[:MAX_BETWEEN]]
        waiting = replace(sought, states=tuple(set(sought.states) & set(WAITING)))
        repeated = await self._rows.repeated(waiting, before=ends, limit=MAX_REPEATED + 1)
        for each in repeated[:MAX_REPEATED]:
            times = times_between(each.follow_up, begins, ends)
            occurrences += [Occurrence(at, each, later=True) for at in times]
        whole = len(found) <= MAX_BETWEEN and len(repeated) <= MAX_REPEATED
        return Stretch(tuple(sorted(occurrences, key=lambda each: each.at)), whole)
