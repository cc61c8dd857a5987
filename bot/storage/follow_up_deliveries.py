"""What of the follow-ups is due, and what became of delivering it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.domain.followups import WATCHED, FollowUp, FollowUpState
from bot.storage.database import Database, reading, writing
from bot.storage.follow_up_row import as_read, follow_up_of, split, whose_moment_came
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import follow_ups, persons


class DeliveryRows:
    """Follow-ups on their way to people."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def due(self, connection: Connection, now: datetime, *, limit: int) -> list[FollowUp]:
        """Return pending follow-ups whose moment has come, in the order they were due.

        Those that watch for something are none of them, see `WatchRows.due`.
        """
        found = connection.execute(
            select(follow_ups)
            .where(*whose_moment_came(now), follow_ups.c.kind.not_in(WATCHED))
            .order_by(follow_ups.c.due_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [follow_up_of(row) for row in found]

    @reading
    def earliest(self, connection: Connection, *, after: datetime | None = None) -> datetime | None:
        """Return the moment of the next pending follow-up, or of the next after one, or None."""
        held, due_at = follow_ups.c.held_until, follow_ups.c.due_at
        moments = []
        # Two, so that each is found at one end of the index.
        for at, which in ((due_at, held.is_(None)), (held, held.is_not(None))):
            next_one = select(func.min(at)).where(
                follow_ups.c.state == FollowUpState.PENDING, which
            )
            if after is not None:
                next_one = next_one.where(at > after)
            moments.append(connection.scalar(next_one))
        return min((each for each in moments if each is not None), default=None)

    @writing
    def hold(
        self, connection: Connection, follow_up: FollowUp, until: datetime, *, late: bool
    ) -> None:
        """Have a due follow-up come at the end of quiet hours; nothing where it was changed since.

        Args:
            connection: Of the transaction.
            follow_up: As it was read.
            until: That end.
            late: It was due long before and says so when it comes.
        """
        column = follow_ups.c.held_until if late else follow_ups.c.due_at
        connection.execute(as_read(follow_up).values({column: until}))

    @writing
    def claim(
        self, connection: Connection, follow_up: FollowUp, message: NewOutgoing, *, now: datetime
    ) -> bool:
        """Take a due follow-up and put its message into the outbox in one transaction.

        Returns:
            False when somebody else had it first, or it was cancelled or moved.
        """
        taken = connection.execute(as_read(follow_up).values(state=FollowUpState.QUEUED))
        if taken.rowcount != 1:
            return False
        put_final(connection, self._database, message, None, now=now, run=self._run)
        return True

    @writing
    def claim_time(
        self,
        connection: Connection,
        series: FollowUp,
        message: Callable[[FollowUp], NewOutgoing],
        *,
        due_at: datetime,
        next_at: datetime,
        now: datetime,
    ) -> bool:
        """Take one time of a repeated follow-up, which goes on, in one transaction.

        Args:
            series: As it was read.
            message: Makes the outgoing message of the time's own row.
            due_at: The time's.
            next_at: When the series comes next.
            now: The clock.

        Returns:
            False when somebody else had it first, or it was cancelled or moved.
        """
        time = split(
            connection, series, FollowUpState.QUEUED, due_at=due_at, next_at=next_at, now=now
        )
        if time is None:
            return False
        put_final(connection, self._database, message(time), None, now=now, run=self._run)
        return True

    @reading
    def undelivered(self, connection: Connection, *, limit: int) -> list[tuple[FollowUp, str]]:
        """Return follow-ups that no platform took and nobody was told of, with whose they are.

        In the order they were due, each with the name of the person or room it is for.
        """
        found = connection.execute(
            select(follow_ups, persons.c.name)
            .join(persons, persons.c.person_id == follow_ups.c.person_id)
            .where(follow_ups.c.state == FollowUpState.FAILED, follow_ups.c.told_at.is_(None))
            .order_by(follow_ups.c.due_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [(follow_up_of(row), row.receiver or row.name) for row in found]

    @writing
    def tell(
        self, connection: Connection, follow_up_id: int, message: NewOutgoing, *, now: datetime
    ) -> bool:
        """Put into the outbox that a follow-up could not be delivered, in one transaction.

        Returns:
            False when that was told before, or it was promised again since it was read.
        """
        told = connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.follow_up_id == follow_up_id,
                follow_ups.c.state == FollowUpState.FAILED,
                follow_ups.c.told_at.is_(None),
            )
            .values(told_at=now)
        )
        if told.rowcount != 1:
            return False
        put_final(connection, self._database, message, None, now=now, run=self._run)
        return True
