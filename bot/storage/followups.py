"""Follow-ups: the committed row is the promise."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Update, func, select, update

from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.database import Database, reading, writing
from bot.storage.outbox import NewOutgoing, put_final
from bot.storage.tables import actions, follow_ups, persons, turns
from connectors.messages import Address

# Its message has been seen, or its button could not have been pressed, whatever is recorded yet.
_SEEN = (FollowUpState.QUEUED, FollowUpState.SENT, FollowUpState.FAILED)


@dataclass(frozen=True, slots=True)
class Call:
    """Which call of which turn wants an action: the key under which it is done once."""

    turn_id: int
    number: int
    tool: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """A follow-up to be promised."""

    person_id: int
    address: Address
    subject: str
    due_at: datetime
    zone: str
    language: str
    rule: str = ""
    dtstart: datetime | None = None


class FollowUpRows:
    """The follow-ups' table."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @writing
    def promise(
        self, connection: Connection, new: NewFollowUp, call: Call | None, *, now: datetime
    ) -> FollowUp:
        """Commit a follow-up.

        Args:
            new: What is promised.
            call: The turn's call it comes from; a call that was committed before is found again
                and nothing is added. None when no turn asks.
            now: Its date of birth.
        """
        if call is not None and (before := _made(connection, call)) is not None:
            return before
        made = connection.execute(
            follow_ups.insert()
            .values(
                person_id=new.person_id,
                platform=new.address.platform,
                channel=new.address.channel,
                thread=new.address.thread,
                subject=new.subject,
                due_at=new.due_at,
                zone=new.zone,
                language=new.language,
                rule=new.rule,
                dtstart=new.dtstart,
                state=FollowUpState.PENDING,
                created_at=now,
            )
            .returning(follow_ups)
        )
        follow_up = _follow_up(made.one())
        if call is not None:
            connection.execute(
                actions.insert().values(
                    turn_id=call.turn_id,
                    call_number=call.number,
                    tool=call.tool,
                    arguments=dict(call.arguments),
                    follow_up_id=follow_up.follow_up_id,
                )
            )
        return follow_up

    @reading
    def made(self, connection: Connection, call: Call) -> FollowUp | None:
        """Return what a call has committed before, in whatever state, or None."""
        return _made(connection, call)

    @writing
    def claim(
        self, connection: Connection, follow_up: FollowUp, message: NewOutgoing, *, now: datetime
    ) -> bool:
        """Take a due follow-up and put its message into the outbox in one transaction.

        Returns:
            False when somebody else had it first, or it was cancelled or moved.
        """
        taken = connection.execute(_as_read(follow_up).values(state=FollowUpState.QUEUED))
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
        time = self._split(connection, series, FollowUpState.QUEUED, due_at, next_at, now)
        if time is None:
            return False
        put_final(connection, self._database, message(time), None, now=now, run=self._run)
        return True

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
            return self._split(connection, series, FollowUpState.PENDING, due_at, next_at, now)
        moved = connection.execute(
            _as_read(series).values(due_at=due_at, rule="", dtstart=None).returning(follow_ups)
        ).one_or_none()
        return None if moved is None else _follow_up(moved)

    def _split(
        self,
        connection: Connection,
        series: FollowUp,
        state: FollowUpState,
        due_at: datetime,
        next_at: datetime,
        now: datetime,
    ) -> FollowUp | None:
        """Give the next time of a series a row of its own; None when the series has changed."""
        went_on = connection.execute(_as_read(series).values(due_at=next_at))
        if went_on.rowcount != 1:
            return None
        made = connection.execute(
            follow_ups.insert()
            .values(
                person_id=series.person_id,
                platform=series.address.platform,
                channel=series.address.channel,
                thread=series.address.thread,
                subject=series.subject,
                due_at=due_at,
                zone=series.zone,
                language=series.language,
                series_id=series.follow_up_id,
                state=state,
                created_at=now,
            )
            .returning(follow_ups)
        )
        return _follow_up(made.one())

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
        return _follow_up(cancelled)

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
        return None if moved is None else _follow_up(moved)

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
            this person's or was cancelled.
        """
        own = update(follow_ups).where(
            follow_ups.c.follow_up_id == follow_up_id, follow_ups.c.person_id == person_id
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
            return _follow_up(seen)
        waiting = connection.execute(
            select(follow_ups).where(
                follow_ups.c.follow_up_id == follow_up_id,
                follow_ups.c.person_id == person_id,
                follow_ups.c.state == FollowUpState.PENDING,
            )
        ).one_or_none()
        if waiting is None or waiting.delivered_at is not None:
            return None if waiting is None else _follow_up(waiting)
        moved = connection.execute(
            own.where(
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.due_at == waiting.due_at,
            )
            .values(due_at=waiting.due_at + after)
            .returning(follow_ups)
        ).one_or_none()
        return None if moved is None else _follow_up(moved)

    @writing
    def done(self, connection: Connection, follow_up_id: int, *, person_id: int) -> FollowUp | None:
        """Record that a delivered follow-up needs no more saying.

        Returns:
            The row afterwards; None when it is not this person's, was cancelled, or still waits
            for its first delivery.
        """
        own = (follow_ups.c.follow_up_id == follow_up_id, follow_ups.c.person_id == person_id)
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
        return None if found is None else _follow_up(found)

    @reading
    def undelivered(self, connection: Connection, *, limit: int) -> "list[tuple[FollowUp, str]]":
        """Return follow-ups that no platform took and nobody was told of, with whose they are.

        In the order they were due, each with the person's name.
        """
        found = connection.execute(
            select(follow_ups, persons.c.name)
            .join(persons, persons.c.person_id == follow_ups.c.person_id)
            .where(follow_ups.c.state == FollowUpState.FAILED, follow_ups.c.told_at.is_(None))
            .order_by(follow_ups.c.due_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [(_follow_up(row), row.name) for row in found]

    @writing
    def tell(
        self, connection: Connection, follow_up_id: int, message: NewOutgoing, *, now: datetime
    ) -> bool:
        """Put into the outbox that a follow-up could not be delivered, in one transaction.

        Returns:
            False when that was told before.
        """
        told = connection.execute(
            update(follow_ups)
            .where(follow_ups.c.follow_up_id == follow_up_id, follow_ups.c.told_at.is_(None))
            .values(told_at=now)
        )
        if told.rowcount != 1:
            return False
        put_final(connection, self._database, message, None, now=now, run=self._run)
        return True

    @reading
    def due(self, connection: Connection, now: datetime, *, limit: int) -> list[FollowUp]:
        """Return pending follow-ups whose moment has come, in the order they were due.

        One whose own turn has not ended waits for it: nobody is reminded before they were told
        that they will be.
        """
        own_turn_runs = (
            select(actions.c.action_id)
            .join(turns, actions.c.turn_id == turns.c.turn_id)
            .where(
                actions.c.follow_up_id == follow_ups.c.follow_up_id,
                turns.c.state.in_([TurnState.WAITING, TurnState.RUNNING]),
            )
            .exists()
        )
        found = connection.execute(
            select(follow_ups)
            .where(
                follow_ups.c.state == FollowUpState.PENDING,
                follow_ups.c.due_at <= now,
                ~own_turn_runs,
            )
            .order_by(follow_ups.c.due_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [_follow_up(row) for row in found]

    @reading
    def earliest(self, connection: Connection) -> datetime | None:
        """Return the moment of the next pending follow-up, or None."""
        moment: datetime | None = connection.scalar(
            select(func.min(follow_ups.c.due_at)).where(follow_ups.c.state == FollowUpState.PENDING)
        )
        return moment

    @reading
    def get(self, connection: Connection, follow_up_id: int) -> FollowUp | None:
        """Return one follow-up, or None."""
        found = connection.execute(
            select(follow_ups).where(follow_ups.c.follow_up_id == follow_up_id)
        )
        row = found.one_or_none()
        return None if row is None else _follow_up(row)

    @reading
    def count(
        self, connection: Connection, *, person_id: int, states: Collection[FollowUpState]
    ) -> int:
        """Return how many follow-ups of a person are in these states."""
        counted: int = connection.execute(
            select(func.count()).where(
                follow_ups.c.person_id == person_id, follow_ups.c.state.in_(states)
            )
        ).scalar_one()
        return counted

    @reading
    def list(
        self,
        connection: Connection,
        *,
        person_id: int | None = None,
        states: Collection[FollowUpState],
        limit: int,
        latest_first: bool = False,
    ) -> list[FollowUp]:
        """Return follow-ups in these states by due date, of one person or of everybody."""
        order = (follow_ups.c.due_at, follow_ups.c.follow_up_id)
        statement = (
            select(follow_ups)
            .where(follow_ups.c.state.in_(states))
            .order_by(*(each.desc() if latest_first else each for each in order))
            .limit(limit)
        )
        if person_id is not None:
            statement = statement.where(follow_ups.c.person_id == person_id)
        return [_follow_up(row) for row in connection.execute(statement)]


def _as_read(follow_up: FollowUp) -> Update:
    """Return an UPDATE of a pending follow-up that nobody has changed since it was read."""
    return update(follow_ups).where(
        follow_ups.c.follow_up_id == follow_up.follow_up_id,
        follow_ups.c.state == FollowUpState.PENDING,
        follow_ups.c.due_at == follow_up.due_at,
    )


def _made(connection: Connection, call: Call) -> FollowUp | None:
    found = connection.execute(
        select(follow_ups)
        .join(actions, actions.c.follow_up_id == follow_ups.c.follow_up_id)
        .where(actions.c.turn_id == call.turn_id, actions.c.call_number == call.number)
    )
    row = found.one_or_none()
    return None if row is None else _follow_up(row)


def _follow_up(row: Row[tuple[object, ...]]) -> FollowUp:
    return FollowUp(
        follow_up_id=row.follow_up_id,
        person_id=row.person_id,
        address=Address(row.platform, row.channel, row.thread),
        subject=row.subject,
        due_at=row.due_at,
        zone=row.zone,
        language=row.language,
        state=FollowUpState(row.state),
        created_at=row.created_at,
        rule=row.rule,
        dtstart=row.dtstart,
        series_id=row.series_id,
        delivered_at=row.delivered_at,
    )
