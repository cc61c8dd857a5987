"""What people change of their follow-ups."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.database import Database, writing
from bot.storage.follow_up_row import as_read, concerns, follow_up_of, split
from bot.storage.tables import follow_ups

# Its message has been seen, or its button could not have been pressed, whatever is recorded yet.
_SEEN = (FollowUpState.QUEUED, FollowUpState.SENT, FollowUpState.FAILED)


class ChangeRows:
    """Follow-ups that are moved, put off, seen to or cancelled."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def move(self, connection: Connection, follow_up_id: int, due_at: datetime) -> FollowUp | None:
        """Move a pending follow-up that comes once.

        Returns:
            The row afterwards; None when there is no pending one of this id.
        """
        moved = connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.follow_up_id == follow_up_id,
                follow_ups.c.state == FollowUpState.PENDING,
            )
            .values(due_at=due_at)
            .returning(follow_ups)
        ).one_or_none()
        return None if moved is None else follow_up_of(moved)

    @writing
    def move_time(
        self,
        connection: Connection,
        series: FollowUp,
        *,
        due_at: datetime,
        next_at: datetime | None,
        now: datetime,
    ) -> FollowUp | None:
        """Move the next time of a repeated follow-up; the series goes on as it was.

        Args:
            series: As it was read.
            due_at: When it comes instead.
            next_at: When the series comes next; None when this was its last time, which then is
                all that is left of it.
            now: The clock.

        Returns:
            The moved time's row; None when it was delivered, cancelled or moved meanwhile.
        """
        if next_at is not None:
            return split(
                connection,
                series,
                FollowUpState.PENDING,
                due_at=due_at,
                next_at=next_at,
                now=now,
            )
        moved = connection.execute(
            as_read(series).values(due_at=due_at, rule="", dtstart=None).returning(follow_ups)
        ).one_or_none()
        return None if moved is None else follow_up_of(moved)

    @writing
    def again(
        self,
        connection: Connection,
        follow_up_id: int,
        *,
        person_id: int,
        after: timedelta,
        now: datetime,
    ) -> FollowUp | None:
        """Promise a delivered follow-up again for `after` from now, once for each delivery.

        One that still waits for its first delivery comes that much later.

        Returns:
            The row afterwards, unchanged when it was promised again before; None when it is not
            this person's, who asked for it or receives it, or was cancelled.
        """
        own = update(follow_ups).where(
            follow_ups.c.follow_up_id == follow_up_id, concerns(person_id)
        )
        seen = connection.execute(
            own.where(follow_ups.c.state.in_(_SEEN))
            .values(
                state=FollowUpState.PENDING,
                due_at=now + after,
                told_at=None,
                delivered_at=func.coalesce(follow_ups.c.delivered_at, now),
            )
            .returning(follow_ups)
        ).one_or_none()
        if seen is not None:
            return follow_up_of(seen)
        waiting = connection.execute(
            select(follow_ups).where(
                follow_ups.c.follow_up_id == follow_up_id,
                concerns(person_id),
                follow_ups.c.state == FollowUpState.PENDING,
            )
        ).one_or_none()
        if waiting is None or waiting.delivered_at is not None:
            return None if waiting is None else follow_up_of(waiting)
        moved = connection.execute(
            own.where(
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.due_at == waiting.due_at,
            )
            .values(due_at=waiting.due_at + after)
            .returning(follow_ups)
        ).one_or_none()
        return None if moved is None else follow_up_of(moved)

    @writing
    def done(self, connection: Connection, follow_up_id: int, *, person_id: int) -> FollowUp | None:
        """Record that a delivered follow-up needs no more saying.

        Returns:
            The row afterwards; None when it is not this person's, who asked for it or receives it,
            was cancelled, or still waits for its first delivery.
        """
        own = (follow_ups.c.follow_up_id == follow_up_id, concerns(person_id))
        connection.execute(
            update(follow_ups)
            .where(
                *own,
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.delivered_at.is_not(None),
            )
            .values(state=FollowUpState.SENT)
        )
        found = connection.execute(
            select(follow_ups).where(*own, follow_ups.c.state.in_(_SEEN))
        ).one_or_none()
        return None if found is None else follow_up_of(found)

    @writing
    def cancel(self, connection: Connection, follow_up_id: int) -> FollowUp | None:
        """Cancel a pending follow-up, and what was put off of its earlier times.

        Returns:
            The row afterwards; None when there is no pending one of this id.
        """
        pending = update(follow_ups).where(follow_ups.c.state == FollowUpState.PENDING)
        cancelled = connection.execute(
            pending.where(follow_ups.c.follow_up_id == follow_up_id)
            .values(state=FollowUpState.CANCELLED)
            .returning(follow_ups)
        ).one_or_none()
        if cancelled is None:
            return None
        connection.execute(
            pending.where(follow_ups.c.series_id == follow_up_id).values(
                state=FollowUpState.CANCELLED
            )
        )
        return follow_up_of(cancelled)
