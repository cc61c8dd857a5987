"""How processes on one PostgreSQL share the knowledge: its changes, its index, who writes."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql

from bot.storage.database import LET_GO_IN_10_S, Database, batches, reading, writing
from bot.storage.errors import StorageError
from bot.storage.tables import documents, knowledge_changes, knowledge_readers, knowledge_state
from knowledge.sharing import CHANGING, Changing, Place, State

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = logging.getLogger(__name__)

# Seen again three times meanwhile, each a sweep of the knowledge.
LIVES = timedelta(seconds=60)
WITHIN_S = 10.0
_SIGN_S = 2.0  # between two signs of life, see LET_GO_IN_10_S
# "know": the first half of each lock's key, which others in this database leave alone.
_OURS = 0x6B6E6F77
_LOCK = "SELECT pg_advisory_lock(%(ours)s, hashtext(%(what)s))"
_TRY = "SELECT pg_try_advisory_lock(%(ours)s, hashtext(%(what)s))"
_ENDS = """
UPDATE knowledge_state SET indexed = CASE WHEN %(indexed)s THEN changed ELSE indexed END
WHERE state_id = 1 RETURNING changed
"""

_ONLY = 1  # the state is one row
# Built once: asked for each question.
_STATE = select(knowledge_state).where(knowledge_state.c.state_id == _ONLY)
# One statement: what it reads is of one moment.
_NEWS = (
    select(knowledge_state, knowledge_changes.c.document_id)
    .outerjoin(knowledge_changes, knowledge_changes.c.number > bindparam("after"))
    .where(knowledge_state.c.state_id == _ONLY)
)


class SharingRows:
    """Implements `knowledge.sharing.Sharing` on PostgreSQL.

    Attributes:
        can_share: False on SQLite, which serves one process.
    """

    alone = False

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start among the readers."""
        self._database = database
        self._run = run
        self.can_share = not database.is_sqlite

    @reading
    def state(self, connection: Connection) -> State:
        """Return how things stand."""
        row = connection.execute(_STATE).one_or_none()
        return _state(row) if row else State()

    @reading
    def news(self, connection: Connection, after: int) -> tuple[State, Sequence[str]]:
        """Return how things stand, and the documents of changes after one, gone ones too."""
        rows = connection.execute(_NEWS, {"after": after}).all()
        if not rows:
            return State(), ()
        return _state(rows[0]), [row.document_id for row in rows if row.document_id is not None]

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Changing]:
        """Be the only one to change documents and index, inside the block; wait for it.

        Raises:
            DatabaseUnavailableError: The server cannot be reached.
        """
        async with self._session(_LOCK, CHANGING) as (connection, _):
            yield _Changing(connection)

    @asynccontextmanager
    async def only_one(self, what: str) -> AsyncIterator[bool]:
        """Be the only one who does something, inside the block; False where another one does.

        Raises:
            DatabaseUnavailableError: The server cannot be reached.
        """
        async with self._session(_TRY, what) as (_, ours):
            yield ours

    @asynccontextmanager
    async def _session(
        self, lock: str, what: str
    ) -> AsyncIterator[tuple["AsyncConnection[tuple[object, ...]]", bool]]:
        session = self._database.own_session(LET_GO_IN_10_S, within_s=WITHIN_S)
        async with session as connection:
            asked = await connection.execute(lock, {"ours": _OURS, "what": what})
            row = await asked.fetchone()
            signing = asyncio.create_task(_sign(connection))
            try:
                yield connection, bool(row and row[0] is not False)
            finally:
                signing.cancel()
                await asyncio.gather(signing, return_exceptions=True)

    @writing
    def serve(self, connection: Connection, place: Place) -> None:
        """Have questions answered from another index, which has all changes there were."""
        values = {"embedder": place.embedder, "generation": place.generation}
        made = postgresql.insert(knowledge_state).values(
            state_id=_ONLY, changed=0, indexed=0, forgotten=0, **values
        )
        connection.execute(
            made.on_conflict_do_update(
                index_elements=["state_id"],
                set_={**values, "indexed": knowledge_state.c.changed},
            )
        )

    @writing
    def reads(self, connection: Connection, place: Place, number: int) -> None:
        """Tell that this process lives, and what it reads from."""
        # The server's clock: those of the processes may differ.
        values = {
            "embedder": place.embedder,
            "generation": place.generation,
            "number": number,
            "seen_at": func.now(),
        }
        made = postgresql.insert(knowledge_readers).values(run=self._run, **values)
        connection.execute(made.on_conflict_do_update(index_elements=["run"], set_=values))

    @reading
    def readers(self, connection: Connection) -> Collection[Place]:
        """Return what all processes that live read from, this one too."""
        read = select(knowledge_readers.c.embedder, knowledge_readers.c.generation).where(_LIVING)
        return {Place(row.embedder, row.generation) for row in connection.execute(read)}

    @writing
    def forget(self, connection: Connection) -> None:
        """Forget changes of documents that are gone, where all processes have read of them.

        And processes that are gone.
        """
        connection.execute(delete(knowledge_readers).where(~_LIVING))
        read = connection.scalar(select(func.min(knowledge_readers.c.number)))
        there = select(documents.c.document_id).where(
            documents.c.document_id == knowledge_changes.c.document_id
        )
        old = and_(knowledge_changes.c.number <= (read or 0), ~there.exists())
        if not connection.scalar(select(select(knowledge_changes).where(old).exists())):
            return
        # First, as whoever changes documents does: the state is what all wait for.
        connection.execute(update(knowledge_state).values(forgotten=read))
        connection.execute(delete(knowledge_changes).where(old))

    async def leave(self) -> None:
        """Tell that this process reads no more; where it cannot, it is seen no more soon."""
        with contextlib.suppress(StorageError):
            await self._leave()

    @writing
    def _leave(self, connection: Connection) -> None:
        connection.execute(delete(knowledge_readers).where(knowledge_readers.c.run == self._run))


_LIVING = knowledge_readers.c.seen_at > func.now() - LIVES


def _state(row: Row[tuple[object, ...]]) -> State:
    place = Place(row.embedder, row.generation)
    return State(row.changed, row.indexed, row.forgotten, place)


def number_change(connection: Connection) -> int:
    """Return which change this transaction makes; to be called before anything is changed.

    Whoever would make the next one waits until this one is committed, so that what a process reads
    of changes up to a number is all there is up to it, and none comes after it has read.
    """
    made = postgresql.insert(knowledge_state).values(
        state_id=_ONLY, changed=1, indexed=0, forgotten=0, embedder="", generation=0
    )
    counted = made.on_conflict_do_update(
        index_elements=["state_id"], set_={"changed": knowledge_state.c.changed + 1}
    )
    number: int = connection.execute(counted.returning(knowledge_state.c.changed)).scalar_one()
    return number


def note_changed(connection: Connection, number: int, document_ids: Iterable[str]) -> None:
    """Note which documents a change was about."""
    for batch in batches(dict.fromkeys(document_ids)):
        made = postgresql.insert(knowledge_changes).values(
            [{"document_id": each, "number": number} for each in batch]
        )
        connection.execute(
            made.on_conflict_do_update(
                index_elements=["document_id"], set_={"number": made.excluded.number}
            )
        )


class _Changing:
    """By the session that has the right: where that is lost, nothing is told any more."""

    def __init__(self, connection: "AsyncConnection[tuple[object, ...]]") -> None:
        self._connection = connection

    async def ends(self, *, indexed: bool) -> int | None:
        """Return how many changes there are; None where the right was lost."""
        from psycopg import Error  # noqa: PLC0415 - SQLite needs none of it

        try:
            told = await self._connection.execute(_ENDS, {"indexed": indexed})
            row = await told.fetchone()
        except (Error, OSError) as error:
            log.warning("lost the right to change error=%s", type(error).__name__)
            return None
        return int(str(row[0])) if row else 0


async def _sign(connection: "AsyncConnection[tuple[object, ...]]") -> None:
    """Show the server that this process is at work, until cancelled."""
    from psycopg import Error  # noqa: PLC0415 - SQLite needs none of it

    with contextlib.suppress(Error, OSError):  # whoever uses the session learns of it
        while True:
            await asyncio.sleep(_SIGN_S)
            await connection.execute("SELECT 1")
