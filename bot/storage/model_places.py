"""The line at the model's gate that several processes share: a row a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from bot.domain.model_calls import Decide, EndedCall, ModelCall, Standing, Wish
from bot.storage.database import Database, reading, writing
from bot.storage.tables import model_places

# Renewed three times meanwhile; what a process that died held comes free after it.
LEASE = timedelta(seconds=15)
# Beyond it a host is not expected to know a conversation's words.
REMEMBERED = timedelta(hours=1)
# A call that is late to be renewed, since its process stood still, takes its place up again.
_FORGOTTEN = timedelta(minutes=2)
RECENT_CALLS = 200

_NOW: ColumnElement[datetime] = func.clock_timestamp()
_AT = model_places.c
# One transaction at a time decides for all; one whose process stands still does not hold up the
# others for longer than this. None waits for the disk: a place that a crash of the server loses is
# taken up again with the next renewal.
_ALONE = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '5s', true),"
    " set_config('synchronous_commit', 'off', true),"
    " pg_advisory_xact_lock(hashtext('deskhand model places'))"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """The line after somebody was let in.

    Attributes:
        again_s: After how long to look again although nothing happens; None for no need.
    """

    standing: Standing
    again_s: float | None


@dataclass(frozen=True, slots=True)
class Recent:
    """What calls of all processes came to of late.

    Attributes:
        ended: Those that ended well, the newest last.
        at_home: How many conversations had their last call on a host.
    """

    ended: Sequence[EndedCall]
    at_home: dict[str, int]


class ModelPlaceRows:
    """The line's table; used on PostgreSQL alone, as SQLite serves one process.

    Every change decides in the same transaction who goes in. Moments are the server's, and become
    seconds of the clock of who asks.
    """

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @property
    def shared(self) -> bool:
        """Return whether there may be other processes in the line."""
        return not self._database.is_sqlite

    @writing
    def join(
        self, connection: Connection, wish: Wish, decide: Decide, *, now_s: float
    ) -> tuple[ModelCall, Settled]:
        """Put a call into the line."""
        connection.execute(_ALONE)
        joined = self._columns(wish) | {"of_person": wish.person}
        place = connection.execute(_JOIN_ANEW, joined).one()
        call = ModelCall(place.place_id, wish, place.turn, now_s)
        return call, self._settled(connection, decide, now_s)

    @writing
    def leave(
        self,
        connection: Connection,
        number: int,
        ended: EndedCall | None,
        decide: Decide,
        *,
        now_s: float,
    ) -> Settled:
        """Take a call out of the line; its row stays as its person's turn, and as a figure."""
        connection.execute(_ALONE)
        told: dict[str, float | None] = {"took": None, "read": None, "stay": None}
        if ended is not None:
            told = {"took": ended.took_s, "read": ended.read_s, "stay": ended.stayed}
        connection.execute(_END, {"of": number, **told})
        return self._settled(connection, decide, now_s)

    @writing
    def put_back(
        self, connection: Connection, number: int, decide: Decide, *, now_s: float
    ) -> Settled:
        """Have a call that was lost on its host wait for another one."""
        connection.execute(_ALONE)
        connection.execute(_PUT_BACK, {"of": number})
        return self._settled(connection, decide, now_s)

    @writing
    def settle(self, connection: Connection, decide: Decide, *, now_s: float) -> Settled:
        """Let in who may go in."""
        connection.execute(_ALONE)
        return self._settled(connection, decide, now_s)

    @writing
    def renew(self, connection: Connection, calls: Sequence[ModelCall]) -> None:
        """Hold on to these calls for `LEASE`, and forget what is over for long."""
        if calls:
            renewed = connection.execute(_RENEW, {"these": [call.number for call in calls]})
            there = set(renewed.scalars())
            for call in calls:
                if call.number not in there:
                    connection.execute(_again(call), self._columns(call.wish))
        connection.execute(_FORGET)

    @reading
    def recent(self, connection: Connection) -> Recent:
        """Return what calls came to within `REMEMBERED`, `RECENT_CALLS` of them at most."""
        ended = [EndedCall(*row) for row in connection.execute(_RECENT)]
        at_home = connection.execute(_AT_HOME)
        return Recent(ended[::-1], {row.host: row.conversations for row in at_home})

    def _columns(self, wish: Wish) -> dict[str, object]:
        return {
            "run": self._run,
            "person": wish.person,
            "conversation": wish.conversation,
            "model": wish.model,
            "only_host": wish.only,
            "gives_way": wish.gives_way,
        }

    def _settled(self, connection: Connection, decide: Decide, now_s: float) -> Settled:
        calls = [_call_of(row, now_s) for row in connection.execute(_STANDING)]
        waiting = [call for call in calls if call.admitted_s is None]
        running = [call for call in calls if call.admitted_s is not None]
        asked = {call.wish.conversation for call in calls} - {""}
        kept = {}
        if asked:
            rows = connection.execute(_KEPT, {"these": sorted(asked)})
            kept = {row.conversation: row.host for row in rows}
        decision = decide(Standing(waiting, running, kept), now_s)
        for call, host in decision.admitted:
            connection.execute(_ADMIT, {"of": call.number, "to": host})
            call.host, call.admitted_s = host, now_s
            waiting.remove(call)
            running.append(call)
        return Settled(Standing(waiting, running, kept), decision.again_s)


def _call_of(row: Row[tuple[object, ...]], now_s: float) -> ModelCall:
    wish = Wish(row.person, row.conversation, row.model, row.only_host, row.gives_way)
    call = ModelCall(row.place_id, wish, row.turn, now_s - row.queued_s)
    call.host, call.lost = row.host, row.lost_host
    call.admitted_s = None if row.ran_s is None else now_s - row.ran_s
    return call


def _again(call: ModelCall) -> Insert:
    """Return what puts a call into the line again that was forgotten there."""
    admitted_at = None if call.admitted_s is None else _NOW
    return _JOIN.values(
        place_id=call.number, turn=call.turn, host=call.host, admitted_at=admitted_at
    )


def _age_s(moment: ColumnElement[datetime | None]) -> ColumnElement[float]:
    return func.extract("epoch", _NOW - moment).cast(_AT.took_s.type)


# Built once: used for each call of the model.
_SERVED = select(func.max(_AT.turn)).where(_AT.admitted_at.is_not(None)).scalar_subquery()
_LAST = select(func.max(_AT.turn)).where(_AT.person == bindparam("of_person")).scalar_subquery()
_JOIN = (
    insert(model_places)
    .values(queued_at=_NOW, leased_until=_NOW + LEASE, host="")
    .returning(_AT.place_id, _AT.turn)
)
_JOIN_ANEW = _JOIN.values(
    turn=func.greatest(func.coalesce(_SERVED, 0), func.coalesce(_LAST, 0) + 1)
)
_END = (
    update(model_places)
    .where(_AT.place_id == bindparam("of"))
    .values(
        ended_at=_NOW,
        took_s=bindparam("took"),
        read_s=bindparam("read"),
        stayed=bindparam("stay"),
    )
)
_PUT_BACK = (
    update(model_places)
    .where(_AT.place_id == bindparam("of"))
    .values(lost_host=_AT.host, host="", admitted_at=None)
)
_ADMIT = (
    update(model_places)
    .where(_AT.place_id == bindparam("of"))
    .values(host=bindparam("to"), admitted_at=_NOW)
)
_STANDING = (
    select(
        model_places,
        _age_s(_AT.queued_at).label("queued_s"),
        _age_s(_AT.admitted_at).label("ran_s"),
    )
    # A process that died renews no more.
    .where(_AT.ended_at.is_(None), _AT.leased_until > _NOW)
    .order_by(_AT.turn, _AT.place_id)
)
_ENDED_WELL = (_AT.took_s.is_not(None), _AT.ended_at > _NOW - REMEMBERED)
_LATEST = select(func.max(_AT.place_id)).where(*_ENDED_WELL).group_by(_AT.conversation)
_KEPT = select(_AT.conversation, _AT.host).where(
    _AT.place_id.in_(_LATEST.where(_AT.conversation.in_(bindparam("these", expanding=True))))
)
_RENEW = (
    update(model_places)
    .where(_AT.place_id.in_(bindparam("these", expanding=True)), _AT.ended_at.is_(None))
    .values(leased_until=_NOW + LEASE)
    .returning(_AT.place_id)
)
_FORGET = delete(model_places).where(
    (_AT.ended_at < _NOW - REMEMBERED)
    | (_AT.ended_at.is_(None) & (_AT.leased_until < _NOW - _FORGOTTEN))
)
_RECENT = (
    select(_AT.host, _AT.took_s, _AT.read_s, _AT.stayed)
    .where(*_ENDED_WELL)
    .order_by(_AT.place_id.desc())
    .limit(RECENT_CALLS)
)
_AT_HOME = (
    select(_AT.host, func.count().label("conversations"))
    .where(_AT.place_id.in_(_LATEST.where(_AT.conversation != "")))
    .group_by(_AT.host)
)
