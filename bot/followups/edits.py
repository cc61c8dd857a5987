"""The door to changes of follow-ups that wait, and what a person was last told of them."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.followups import FollowUp, FollowUpState
from bot.followups.service import FollowUps, PastError
from bot.storage.follow_up_edits import Edit, EditRows
from bot.storage.followups import Call


class Edits:
    """Changes follow-ups, each call of a turn once."""

    def __init__(
        self, rows: EditRows, follow_ups: FollowUps, *, now: Callable[[], datetime]
    ) -> None:
        """Change the rows; `follow_ups` is told, which wakes the clock."""
        self._rows = rows
        self._follow_ups = follow_ups
        self._now = now

    async def put(
        self, follow_up: FollowUp, edit: Edit, call: Call | None = None
    ) -> FollowUp | None:
        """Change a follow-up that waits; None when it is no more as it was read.

        A call of a turn that was committed before returns its row and changes nothing.

        Raises:
            PastError: It would be due already.
        """
        now = self._now()
        ends = edit.state is FollowUpState.CANCELLED
        if not ends and edit.due_at != follow_up.due_at and edit.due_at <= now:
            raise PastError
        edited = await self._rows.put(follow_up, edit, call, now=now)
        self._follow_ups.changed()
        return edited

    async def made(self, call: Call) -> FollowUp | None:
        """Return what a turn's call has changed before, in whatever state, or None."""
        return await self._rows.made(call)

    async def last_told(self, conversation_id: int, *, person_id: int) -> tuple[int, ...]:
        """Return the follow-ups that the last answer to a person in a conversation spoke of."""
        return await self._rows.last_told(conversation_id, person_id=person_id)
