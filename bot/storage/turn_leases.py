"""Turns as one start takes them, in order within a conversation, holds them and gives them back."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot.domain.conversations import Turn, TurnState
from bot.storage.database import Database, writing
from bot.storage.tables import conversations, messages, turns
from bot.storage.whole_turns import history_of, turn_of, whole_turns

# Renewed three times meanwhile; what a process that died had begun waits as long.
LEASE = timedelta(seconds=30)
LONGEST_PUT_OFF = timedelta(minutes=5)
# A turn that was running in this many crashes may be their cause; it is then run alone.
SUSPECT_CRASHES = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a turn came to.

    Attributes:
        turn: None when none may run.
        again_at: When to take the next one: now, or when one that was put off may run; None when
            there is none.
        held_up: Whether turns wait until an earlier one of their conversation is over.
    """

    turn: Turn | None
    again_at: datetime | None
    held_up: bool


class LeaseRows:
    """Turns that run, each leased by one start."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start in its leases."""
        self._database = database
        self._run = run
        # The server's clock: those of the processes may differ.
        self._until = None if database.is_sqlite else func.now() + LEASE
        self._lease = _lease(self._until)
        self._given_back = update(turns).values(
            state=TurnState.WAITING, leased_by="", leased_until=None
        )

    @property
    def shared(self) -> bool:
        """Return whether several processes may take turns: leases then end unless renewed.

        SQLite serves one process: what another start had is free as soon as the next one looks.
        """
        return not self._database.is_sqlite

    @writing
    def take(
        self,
        connection: Connection,
        *,
        suspects: bool,
        on: Collection[str] | None = None,
        now: datetime,
    ) -> Taken:
        """Lease the oldest waiting turn whose conversation has none running.

        Args:
            suspects: Whether turns that were running in `SUSPECT_CRASHES` crashes may be taken.
            on: Only those of these platforms; None: of all.
            now: Turns put off until later than this are passed over.
        """
        first_waiting, left_waiting = _OF_ALL if on is None else _OF_SOME
        wanted = {"suspects": suspects, "now": now, "latest": now + LONGEST_PUT_OFF}
        some = {} if on is None else {"on": list(on)}
        rows = connection.execute(first_waiting, wanted | some).all()
        if rows and not self._leased(connection, rows[0].turn_id, rows[0].conversation_id):
            return Taken(None, now, held_up=True)
        turn = turn_of(rows[0], history_of(connection, rows[0].conversation_id)) if rows else None
        if len(rows) > 1:
            return Taken(turn, now, held_up=True)
        left = connection.execute(left_waiting, {"now": now} | some).one()
        return Taken(turn, left.next_at, held_up=left.waiting > left.put_off)

    @writing
    def give_back(self, connection: Connection, turn_id: int) -> None:
        """Let a turn that did not end be taken again; it does not count as failed."""
        connection.execute(self._given_back.where(turns.c.turn_id == turn_id, *self._ours()))

    @writing
    def put_off(self, connection: Connection, turn_id: int, *, until: datetime) -> None:
        """Let a turn that cannot run just now be taken again later; it does not count as failed."""
        connection.execute(
            self._given_back.where(turns.c.turn_id == turn_id, *self._ours()).values(
                not_before=until
            )
        )

    @writing
    def fail(self, connection: Connection, turn_id: int, *, again_at: datetime) -> None:
        """Count a failure and let the turn run again at a later moment."""
        connection.execute(
            self._given_back.where(turns.c.turn_id == turn_id, *self._ours()).values(
                failures=turns.c.failures + 1, not_before=again_at
            )
        )

    @writing
    def renew(self, connection: Connection) -> None:
        """Hold on to the turns that run here, which are others' to take up after `LEASE`."""
        connection.execute(update(turns).where(*self._ours()).values(leased_until=self._until))

    @writing
    def recover(self, connection: Connection, *, lone_limit: int) -> list[Turn]:
        """Give back the turns that were running when other starts died.

        A start without an end counts as a crash; a turn that was alone counts it as its own.

        Returns:
            Those that were alone in `lone_limit` crashes running: they are left running, to be
            parked by the caller.
        """
        left = whole_turns(turns.c.leased_by, turns.c.leased_until).where(
            turns.c.state == TurnState.RUNNING, turns.c.leased_by != self._run
        )
        rows = connection.execute(left.where(_dead()) if self.shared else left).all()
        beside = Counter(row.leased_by for row in rows)
        poison = list[Turn]()
        for row in rows:
            alone = beside[row.leased_by] == 1
            deadly = alone and row.lone_crashes + 1 >= lone_limit
            left_to_us = connection.execute(
                update(turns)
                # It may have ended since, or another that looks just now has taken it up.
                .where(
                    turns.c.turn_id == row.turn_id,
                    turns.c.state == TurnState.RUNNING,
                    turns.c.leased_by == row.leased_by,
                    turns.c.leased_until.is_not_distinct_from(row.leased_until),
                )
                .values(
                    state=TurnState.RUNNING if deadly else TurnState.WAITING,
                    leased_by=self._run if deadly else "",
                    leased_until=self._until if deadly else None,
                    crashes=row.crashes + 1,
                    lone_crashes=row.lone_crashes + 1 if alone else row.lone_crashes,
                )
            )
            if deadly and left_to_us.rowcount:
                poison.append(turn_of(row))
        return poison

    def _leased(self, connection: Connection, turn_id: int, conversation_id: int) -> bool:
        """Lease a turn; False where another of its conversation was taken just before."""
        leased = {"of": turn_id, "in": conversation_id, "by": self._run}
        return connection.execute(self._lease, leased).rowcount == 1

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        """Return what holds for a turn while we run it, and no other start has taken it up."""
        return turns.c.state == TurnState.RUNNING, turns.c.leased_by == self._run


def _first_waiting() -> Select[tuple[object, ...]]:
    earlier, said = turns.alias(), messages.alias()
    # What was missed is stored after what came since: the order is that in which it was said.
    before = or_(
        said.c.sent_at < messages.c.sent_at,
        and_(said.c.sent_at == messages.c.sent_at, earlier.c.turn_id < turns.c.turn_id),
    )
    return (
        whole_turns()
        .where(
            turns.c.state == TurnState.WAITING,
            bindparam("suspects", type_=Boolean) | (turns.c.crashes < SUSPECT_CRASHES),
            or_(
                turns.c.not_before.is_(None),
                turns.c.not_before <= bindparam("now"),
                # The clock was set back: nothing is put off that long.
                turns.c.not_before > bindparam("latest"),
            ),
            # Nothing overtakes an earlier turn of its conversation that is not over.
            ~select(earlier.c.turn_id)
            .join(said, said.c.message_pk == earlier.c.message_pk)
            .where(
                earlier.c.conversation_id == turns.c.conversation_id,
                or_(
                    earlier.c.state == TurnState.RUNNING,
                    and_(earlier.c.state == TurnState.WAITING, before),
                ),
            )
            .exists(),
        )
        .order_by(turns.c.turn_id)
        .limit(2)
        # The conversation, so that no two take one of its turns each; the message, whose text may
        # just have been edited. Others may still add to the conversation (FOR NO KEY UPDATE).
        .with_for_update(of=[turns, messages, conversations], skip_locked=True, key_share=True)
    )


def _dead() -> ColumnElement[bool]:
    """Return what is so of a turn whose start has let the leases of all its turns end."""
    held, now = turns.alias(), func.now()
    return (
        ~select(held.c.turn_id)
        .where(
            held.c.leased_by == turns.c.leased_by,
            held.c.state == TurnState.RUNNING,
            # One for much longer is from before that clock was set back.
            held.c.leased_until.between(now, now + 2 * LEASE),
        )
        .exists()
    )


def _lease(until: ColumnElement[datetime] | None) -> Update:
    beside = turns.alias()
    running = (
        select(beside.c.turn_id)
        .where(beside.c.conversation_id == bindparam("in"), beside.c.state == TurnState.RUNNING)
        .exists()
    )
    return (
        update(turns)
        # Looked at again, now that the conversation is held: another may have had it just before.
        .where(turns.c.turn_id == bindparam("of"), ~running)
        .values(state=TurnState.RUNNING, leased_by=bindparam("by"), leased_until=until)
    )


_PUT_OFF = turns.c.not_before > bindparam("now")
_ON = conversations.c.platform.in_(bindparam("on", expanding=True))

# Built once: used for each turn, and building a statement costs more than executing it.
_FIRST_WAITING = _first_waiting()
_LEFT_WAITING = select(
    func.count().label("waiting"),
    func.count().filter(_PUT_OFF).label("put_off"),
    func.min(turns.c.not_before).filter(_PUT_OFF).label("next_at"),
).where(turns.c.state == TurnState.WAITING)
_OF_ALL = (_FIRST_WAITING, _LEFT_WAITING)
_OF_SOME = (
    _FIRST_WAITING.where(_ON),
    _LEFT_WAITING.join(
        conversations, conversations.c.conversation_id == turns.c.conversation_id
    ).where(_ON),
)
