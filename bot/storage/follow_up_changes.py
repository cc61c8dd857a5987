"""What people change of their follow-ups."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select, update

from bot.domain.followups import FollowUp, FollowUpState, Receiver
from bot.domain.people import Person
from bot.storage.calls import Call, made_by, note
from bot.storage.database import Database, writing
from bot.storage.follow_up_log import record_follow_up
from bot.storage.follow_up_row import as_read, concerns, follow_up_of, split
from bot.storage.tables import follow_ups
from connectors.messages import Address

# Its message has been seen, or its button could not have been pressed, whatever is recorded yet.
_SEEN = (FollowUpState.QUEUED, FollowUpState.SENT, FollowUpState.FAILED)


class ChangeRows:
    """Follow-ups that are moved, put off, seen to or cancelled."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def move(
        self, connection: Connection, follow_up: FollowUp, due_at: datetime, *, now: datetime
    ) -> FollowUp | None:
        """Move a pending follow-up that comes once.

        Returns:
            The row afterwards; None when it is pending no more.
        """
        row = connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.follow_up_id == follow_up.follow_up_id,
                follow_ups.c.state == FollowUpState.PENDING,
            )
            .values(due_at=due_at, own_time=True, held_until=None)
            .returning(follow_ups)
        ).one_or_none()
        if row is None:
            return None
        moved = follow_up_of(row)
        record_follow_up(connection, moved, due_before=follow_up.due_at, at=now)
        return moved

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
            moved = split(
                connection,
                series,
                FollowUpState.PENDING,
                due_at=due_at,
                next_at=next_at,
                now=now,
            )
        else:
            row = connection.execute(
                as_read(series)
                .values(due_at=due_at, rule="", dtstart=None, own_time=True, held_until=None)
                .returning(follow_ups)
            ).one_or_none()
            moved = None if row is None else follow_up_of(row)
        if moved is not None:
            record_follow_up(connection, moved, due_before=series.due_at, at=now)
        return moved

    @writing
    def again(
        self,
        connection: Connection,
        follow_up_id: int,
        *,
        person_id: int,
        due_at: datetime,
        later: timedelta | None,
        choice: str,
        now: datetime,
    ) -> FollowUp | None:
        """Promise a delivered follow-up again, once for each delivery and choice.

        Args:
            connection: Of the transaction.
            follow_up_id: Which.
            person_id: Whom it must concern.
            due_at: When it comes again.
            later: How much later one comes that waits for its first delivery; None: at `due_at`.
            choice: What was pressed; made a second time it changes nothing. "" always does.
            now: The clock.

        Returns:
            The row afterwards; None when it does not concern them, or was cancelled.
        """
        # Held until the end: between two looks at it, it may be delivered.
        connection.execute(
            select(follow_ups.c.state)
            .where(follow_ups.c.follow_up_id == follow_up_id)
            .with_for_update()
        )
        own = update(follow_ups).where(
            follow_ups.c.follow_up_id == follow_up_id, concerns(person_id)
        )
        seen = connection.execute(
            own.where(follow_ups.c.state.in_(_SEEN))
            .values(
                state=FollowUpState.PENDING,
                due_at=due_at,
                put_off_by=choice,
                own_time=True,
                held_until=None,
                told_at=None,
                done_at=None,
                nudged=0,
                second_id=None,
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
        if waiting is None:
            return None
        was_put_off = waiting.delivered_at is not None
        if was_put_off and choice and waiting.put_off_by == choice:
            return follow_up_of(waiting)
        moved_to = due_at if was_put_off or later is None else waiting.due_at + later
        moved = connection.execute(
            own.where(
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.due_at == waiting.due_at,
            )
            .values(due_at=moved_to, put_off_by=choice, own_time=True, held_until=None)
            .returning(follow_ups)
        ).one_or_none()
        return None if moved is None else follow_up_of(moved)

    @writing
    def done(
        self, connection: Connection, follow_up_id: int, *, person_id: int, now: datetime
    ) -> FollowUp | None:
        """Record that a delivered follow-up needs no more saying.

        Returns:
            The row afterwards; None when it does not concern them, was cancelled, or still waits
            for its first delivery.
        """
        own = update(follow_ups).where(
            follow_ups.c.follow_up_id == follow_up_id, concerns(person_id)
        )
        connection.execute(
            own.where(
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.delivered_at.is_not(None),
            ).values(state=FollowUpState.SENT)
        )
        finished = connection.execute(
            own.where(follow_ups.c.state.in_(_SEEN))
            .values(done_at=func.coalesce(follow_ups.c.done_at, now))
            .returning(follow_ups)
        ).one_or_none()
        if finished is None:
            return None
        # Done after the warning, it is done.
        connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.follow_up_id == finished.series_id,
                follow_ups.c.limit_at.is_not(None),
                follow_ups.c.state == FollowUpState.PENDING,
            )
            .values(state=FollowUpState.CANCELLED, done_at=now)
        )
        return follow_up_of(finished)

    @writing
    def hand(
        self,
        connection: Connection,
        follow_up_id: int,
        *,
        receiver: Receiver,
        address: Address,
        by: Person,
        now: datetime,
    ) -> FollowUp | None:
        """Promise a delivered follow-up to somebody else, due now.

        Who hands it on may still see to it.

        Returns:
            The row afterwards, unchanged where they have it already; None when there is none, or it
            was cancelled or waits for its first delivery.
        """
        delivered = (
            follow_ups.c.follow_up_id == follow_up_id,
            or_(
                follow_ups.c.state.in_(_SEEN),
                and_(
                    follow_ups.c.state == FollowUpState.PENDING,
                    follow_ups.c.delivered_at.is_not(None),
                ),
            ),
        )
        handed = connection.execute(
            update(follow_ups)
            .where(*delivered, follow_ups.c.receiver_id.is_distinct_from(receiver.person_id))
            .values(
                receiver=receiver.name,
                receiver_id=receiver.person_id,
                asked_by=by.name,
                platform=address.platform,
                channel=address.channel,
                thread=address.thread,
                state=FollowUpState.PENDING,
                due_at=now,
                own_time=False,
                held_until=None,
                told_at=None,
                done_at=None,
                nudged=0,
                second_id=by.person_id,
                delivered_at=func.coalesce(follow_ups.c.delivered_at, now),
            )
            .returning(follow_ups)
        ).one_or_none()
        if handed is not None:
            return follow_up_of(handed)
        found = connection.execute(select(follow_ups).where(*delivered)).one_or_none()
        return None if found is None else follow_up_of(found)

    @writing
    def cancel(
        self, connection: Connection, follow_up_id: int, call: Call | None, *, now: datetime
    ) -> FollowUp | None:
        """Cancel a pending follow-up, and what was put off of its earlier times.

        Args:
            connection: Of the transaction.
            follow_up_id: Which.
            call: The turn's call that wants it; None when no turn asks.
            now: The clock.

        Returns:
            The row afterwards, also of one that the same call has cancelled before; None when
            there is no pending one of this id.
        """
        pending = update(follow_ups).where(follow_ups.c.state == FollowUpState.PENDING)
        cancelled = connection.execute(
            pending.where(follow_ups.c.follow_up_id == follow_up_id)
            .values(state=FollowUpState.CANCELLED)
            .returning(follow_ups)
        ).one_or_none()
        if cancelled is None:
            return made_by(connection, call)
        connection.execute(
            pending.where(follow_ups.c.series_id == follow_up_id).values(
                state=FollowUpState.CANCELLED
            )
        )
        follow_up = follow_up_of(cancelled)
        note(connection, call, follow_up)
        record_follow_up(connection, follow_up, due_before=None, at=now)
        return follow_up

    @writing
    def keep(self, connection: Connection, follow_up_id: int, *, now: datetime) -> FollowUp | None:
        """Take the cancelling of a follow-up back; what was put off of its times stays cancelled.

        Returns:
            The row afterwards; None when it was not cancelled, or its time is over.
        """
        kept = connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.follow_up_id == follow_up_id,
                follow_ups.c.state == FollowUpState.CANCELLED,
                follow_ups.c.subject != "",
                follow_ups.c.due_at > now,
            )
            .values(state=FollowUpState.PENDING)
            .returning(follow_ups)
        ).one_or_none()
        if kept is None:
            return None
        follow_up = follow_up_of(kept)
        record_follow_up(connection, follow_up, due_before=None, was_cancelled=True, at=now)
        return follow_up
