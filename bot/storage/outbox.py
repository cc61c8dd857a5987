"""Messages on their way out: one row a message, unique by what it came from."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.domain.followups import FollowUpState
from bot.domain.outgoing import Outgoing, OutgoingState
from bot.storage.columns import Instant
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import (
    ANSWER,
    UNSENT,
    NewOutgoing,
    columns_of,
    outgoing_of,
    put_final,
)
from bot.storage.tables import follow_ups, outbox
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address

__all__ = ["ANSWER", "LEASE", "NewOutgoing", "OutboxRows", "Waiting"]

# Longer than any delivery takes; what a process that died had claimed waits as long.
LEASE = timedelta(minutes=2)

# Built once: used for each message, and building a statement costs more than executing it.
_END = (
    update(outbox)
    .where(
        outbox.c.outgoing_id == bindparam("of"),
        outbox.c.claimed_until.is_not_distinct_from(bindparam("claim", type_=Instant)),
    )
    .values(
        # Words that changed while the old ones were on their way still have to go out.
        state=case(
            (outbox.c.text == bindparam("said"), bindparam("ended")), else_=OutgoingState.PENDING
        ),
        posted_id=bindparam("post"),
        error=bindparam("why"),
        sent_at=bindparam("at", type_=Instant),
        claimed_until=None,
    )
)
_ROOMS = (
    select(func.min(outbox.c.outgoing_id).label("first"), func.count().label("pending"))
    .where(outbox.c.state == OutgoingState.PENDING)
    .group_by(outbox.c.platform, outbox.c.channel, outbox.c.thread)
    .subquery()
)
_FIRST_OF_EACH_ROOM = (
    select(outbox, _ROOMS.c.pending)
    .join(_ROOMS, outbox.c.outgoing_id == _ROOMS.c.first)
    .order_by(outbox.c.outgoing_id)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first message that waits in a room, and how many wait behind it."""

    outgoing: Outgoing
    behind: int


class OutboxRows:
    """The outbox's table."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @writing
    def open(
        self, connection: Connection, message: NewOutgoing, *, now: datetime
    ) -> Outgoing | None:
        """Store a message that will still grow, before any of it is seen.

        It is stored as unsure until `posted` says otherwise: whatever ends the process or the
        turn in between, the next attempt looks for the post first.

        Returns:
            The row: an earlier one of the same origin with its post's id, if there is one. None
            while something else is pending in the room, which must be seen before it.
        """
        ahead = connection.execute(
            select(outbox.c.outgoing_id)
            .where(
                outbox.c.platform == message.address.platform,
                outbox.c.channel == message.address.channel,
                outbox.c.thread == message.address.thread,
                outbox.c.state == OutgoingState.PENDING,
            )
            .limit(1)
        )
        if ahead.first() is not None:
            return None
        made = connection.execute(
            insert_into(outbox, sqlite_database=self._database.is_sqlite)
            .values(
                **columns_of(message),
                state=OutgoingState.OPEN,
                unsure=True,
                created_at=now,
                next_at=now,
                run=self._run,
            )
            .on_conflict_do_nothing(index_elements=["origin"])
            .returning(outbox)
        )
        row = made.one_or_none()
        if row is not None:
            return replace(outgoing_of(row, self._run), unsure=False)
        found = connection.execute(select(outbox).where(outbox.c.origin == message.origin))
        return outgoing_of(found.one(), self._run)

    @writing
    def put(self, connection: Connection, message: NewOutgoing, *, now: datetime) -> None:
        """Store a message that comes from no turn."""
        put_final(connection, self._database, message, None, now=now, run=self._run)

    @writing
    def posted(self, connection: Connection, outgoing_id: int, posted_id: str) -> None:
        """Record the platform's id of a message that still grows."""
        connection.execute(
            update(outbox)
            .where(outbox.c.outgoing_id == outgoing_id)
            .values(posted_id=posted_id, unsure=False)
        )

    async def claim(self, outgoing: Outgoing) -> Outgoing | None:
        """Take a message, so that no other process delivers it meanwhile.

        It is this one's until the end of an attempt is recorded, for `LEASE` at most: it may have
        been posted by one that died, and says so. SQLite serves one process, which has them all.

        Returns:
            The row by now; None when another process has it, or tried it since it was read.
        """
        return outgoing if self._database.is_sqlite else await self._claim(outgoing)

    @writing
    def _claim(self, connection: Connection, outgoing: Outgoing) -> Outgoing | None:
        claimed_until = outbox.c.claimed_until
        # The server's clock: those of the processes may differ.
        now = func.now()
        row = connection.execute(
            update(outbox)
            .where(
                outbox.c.outgoing_id == outgoing.outgoing_id,
                outbox.c.state == OutgoingState.PENDING,
                outbox.c.next_at == outgoing.next_at,
                or_(
                    claimed_until.is_(None),
                    # Ours, of a delivery that was broken off.
                    outbox.c.run == self._run,
                    # One for much longer is from before that clock was set back; for somewhat
                    # longer, from after this transaction began, which is what it takes for now.
                    ~claimed_until.between(now, now + 2 * LEASE),
                ),
            )
            .values(
                run=self._run,
                unsure=or_(outbox.c.unsure, claimed_until.is_not(None)),
                claimed_until=now + LEASE,
            )
            .returning(outbox)
        ).one_or_none()
        return None if row is None else outgoing_of(row, self._run)

    async def sent(self, outgoing: Outgoing, posted_id: str, *, now: datetime) -> None:
        """Record that a message is where it belongs, and its follow-up as delivered."""
        await self._end(outgoing, OutgoingState.SENT, posted_id, "", now)

    async def failed(self, outgoing: Outgoing, error: str, *, now: datetime) -> None:
        """Record that a message cannot be delivered; it is not tried again."""
        await self._end(outgoing, OutgoingState.FAILED, outgoing.posted_id, error, now)

    @writing
    def _end(
        self,
        connection: Connection,
        outgoing: Outgoing,
        state: OutgoingState,
        posted_id: str,
        error: str,
        now: datetime,
    ) -> None:
        connection.execute(
            _END,
            {
                "of": outgoing.outgoing_id,
                "claim": outgoing.claimed_until,
                "said": outgoing.message.text,
                "ended": state,
                "post": posted_id,
                "why": error,
                "at": now,
            },
        )
        if outgoing.follow_up_id is not None:
            done = state is OutgoingState.SENT
            connection.execute(
                update(follow_ups)
                .where(
                    follow_ups.c.follow_up_id == outgoing.follow_up_id,
                    # Its button may have been pressed before its arrival was recorded.
                    follow_ups.c.state == FollowUpState.QUEUED,
                )
                .values(
                    state=FollowUpState.SENT if done else FollowUpState.FAILED,
                    delivered_at=now if done else None,
                )
            )

    @writing
    def put_off(
        self,
        connection: Connection,
        outgoing: Outgoing,
        error: str,
        *,
        unsure: bool,
        next_at: datetime,
    ) -> None:
        """Record a failed attempt and when to try again."""
        connection.execute(
            update(outbox)
            .where(
                outbox.c.outgoing_id == outgoing.outgoing_id,
                outbox.c.claimed_until.is_not_distinct_from(outgoing.claimed_until),
            )
            .values(
                attempts=outbox.c.attempts + 1,
                error=error,
                unsure=or_(outbox.c.unsure, literal(unsure)),
                next_at=next_at,
                claimed_until=None,
            )
        )

    @reading
    def first_of_each_room(self, connection: Connection) -> list[Waiting]:
        """Return the oldest pending message of each room, due or not, oldest first.

        One that must be tried again holds up its own room, so that order is kept, and no other.
        """
        found = connection.execute(_FIRST_OF_EACH_ROOM)
        return [Waiting(outgoing_of(row, self._run), row.pending - 1) for row in found]

    @reading
    def room(
        self, connection: Connection, address: Address, *, limit: int, under_way: bool = False
    ) -> list[Outgoing]:
        """Return the last messages delivered to a room, oldest first; `under_way`: to be, too."""
        states = [OutgoingState.SENT, *([OutgoingState.PENDING] if under_way else [])]
        found = connection.execute(
            select(outbox)
            .where(
                outbox.c.platform == address.platform,
                outbox.c.channel == address.channel,
                outbox.c.thread == address.thread,
                outbox.c.state.in_(states),
            )
            .order_by(outbox.c.outgoing_id.desc())
            .limit(limit)
        )
        return [outgoing_of(row, self._run) for row in reversed(found.all())]

    @reading
    def files_needed(self, connection: Connection) -> set[str]:
        """Return the keys of files that are yet to be delivered, or shown from here."""
        rows = connection.scalars(
            select(outbox.c.files).where(
                cast(outbox.c.files, String) != "[]",
                or_(outbox.c.state.in_(UNSENT), outbox.c.platform == LOCAL),
            )
        )
        return {str(each["key"]) for files in rows for each in files}
