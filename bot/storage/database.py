"""The engine: how transactions are run and how a database's errors become ours."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseUnavailableError,
    DiskFullError,
    StorageError,
)

if TYPE_CHECKING:
    from psycopg import AsyncConnection

BUSY_TIMEOUT_MS = 10_000
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL: a commit survives a power cut, which WAL with NORMAL does not promise
    # (sqlite.org/pragma.html#pragma_synchronous).
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
)


# Well under SQLite's 32,766 parameters a statement (sqlite.org/limits.html).
BATCH = 500

# A server lets go of who is cut off, and of who stands still: whoever is at work shows it.
LET_GO_IN_10_S = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"
    " -c idle_session_timeout=10s"
)

# PostgreSQL's code for it (postgresql.org/docs/current/errcodes-appendix.html).
_SERVER_FULL = "53100"

T = TypeVar("T")
P = ParamSpec("P")

# More readers than this wait for each other; SQLite has one writer at a time in any case.
_READERS = 4
_WRITERS_OF_A_SERVER = 4


class Database:
    """One engine for the whole process; its transactions run on threads of their own.

    A transaction is one function and crosses to a thread and back once. On SQLite a writing one
    takes the write lock at its beginning, so that what it read cannot change before it writes;
    writers of this process queue in order of arrival.

    Attributes:
        name: Of this one among all that use the same server, as it knows us (`application_name`).
    """

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened yet.

        Args:
            url: A SQLAlchemy URL; of SQLite or PostgreSQL, with or without a driver.
        """
        self.url = with_driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.name = f"deskhand {secrets.token_hex(4)}"
        writers = 1 if self.is_sqlite else _WRITERS_OF_A_SERVER
        self._engine = create_engine(
            self.url,
            pool_pre_ping=not self.is_sqlite,
            pool_size=_READERS + writers,
            connect_args={} if self.is_sqlite else {"application_name": self.name},
        )
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="database reader")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="database writer")
        if self.is_sqlite:
            _prepare_sqlite(self._engine)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction that only reads and return what it returns.

        Raises:
            StorageError: The database failed; its kind says how.
        """

        def transaction() -> T:
            with self.reads() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._readers, transaction)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction that may write, commit it durably and return what it returns.

        Who stops waiting does not stop a transaction that has begun.

        Raises:
            StorageError: The database failed and nothing was stored.
        """

        def transaction() -> T:
            with self.writes() as connection:
                return work(connection)

        # With the task's context: by it a change knows whose it is.
        return await asyncio.get_running_loop().run_in_executor(
            self._writers, copy_context().run, transaction
        )

    @contextmanager
    def reads(self) -> Iterator[Connection]:
        """Hold a transaction that only reads, on the thread that asks.

        Raises:
            StorageError: The database failed; its kind says how.
        """
        with _own_errors(), self._engine.connect() as connection:
            self._begin(connection, "BEGIN")
            yield connection

    @contextmanager
    def writes(self) -> Iterator[Connection]:
        """Hold a transaction that may write, on the thread that asks, and commit it durably.

        Raises:
            StorageError: The database failed and nothing was stored.
        """
        with _own_errors(), self._engine.begin() as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            yield connection

    def _begin(self, connection: Connection, statement: str) -> None:
        """Begin SQLite's own transaction; a server's driver does that by itself."""
        if not self.is_sqlite:
            return
        # By the driver, and not in a listener: one that listens to an engine costs each statement.
        cursor = connection.connection.cursor()
        cursor.execute(statement)
        cursor.close()

    @asynccontextmanager
    async def own_session(
        self, options: str = "", *, within_s: float
    ) -> AsyncIterator["AsyncConnection[tuple[object, ...]]"]:
        """Have a session with PostgreSQL beside the transactions, for what lives as long as it.

        Args:
            options: Settings for it, as a server takes them on its command line.
            within_s: How long to wait for it.

        Raises:
            DatabaseUnavailableError: It cannot be had, or broke inside the block; what is waited
                for there in vain (`asyncio.timeout`) counts as that.
        """
        # Loaded where it is used: SQLite needs none of it.
        from psycopg import AsyncConnection, Error  # noqa: PLC0415

        address = make_url(self.url).set(drivername="postgresql")
        try:
            async with asyncio.timeout(within_s):
                connection = await AsyncConnection.connect(
                    address.render_as_string(hide_password=False),
                    autocommit=True,
                    application_name=self.name,
                    options=options,
                )
            async with connection:
                yield connection
        except (Error, OSError, TimeoutError) as error:
            # Without the error's text, which may hold the address.
            raise DatabaseUnavailableError(
                f"The database server cannot be reached ({type(error).__name__}): check that it"
                " runs, and DESKHAND_DATABASE_URL."
            ) from error

    async def close(self) -> None:
        """Finish what has begun and close every connection."""
        for threads in (self._readers, self._writers):
            await asyncio.to_thread(threads.shutdown)
        self._engine.dispose()


class Rows(Protocol):
    """What holds a table's functions."""

    @property
    def _database(self) -> Database: ...


R = TypeVar("R", bound=Rows)


def reading(
    work: Callable[Concatenate[R, Connection, P], T],
) -> Callable[Concatenate[R, P], Coroutine[Any, Any, T]]:
    """Make of a method a transaction that only reads; it gets the connection first."""

    @wraps(work)
    async def run(self: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.read(lambda connection: work(self, connection, *args, **kwargs))

    return run


def writing(
    work: Callable[Concatenate[R, Connection, P], T],
) -> Callable[Concatenate[R, P], Coroutine[Any, Any, T]]:
    """Make of a method a transaction that may write; it gets the connection first."""

    @wraps(work)
    async def run(self: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.write(
            lambda connection: work(self, connection, *args, **kwargs)
        )

    return run


def insert_into(table: Table, *, sqlite_database: bool) -> sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, which both of our databases spell alike."""
    if sqlite_database:
        return sqlite.insert(table)
    return cast("sqlite.Insert", postgresql.insert(table))


def holds(text: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Return what holds of rows in whose text some words stand, in any case."""
    return func.lower(text).contains(words.lower(), autoescape=True)


def batches(ids: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in as many lists as a statement each can take."""
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch


def with_driver(url: str) -> str:
    """Return a SQLAlchemy URL with the driver we use for its database."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}.get(parsed.get_backend_name())
    if driver is None:
        raise DatabaseUnavailableError(
            f"Deskhand keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}:"
            " correct DESKHAND_DATABASE_URL."
        )
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # None: the driver begins nothing by itself; a transaction decides how.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
        # SQLite's own knows A to Z alone (sqlite.org/lang_corefunc.html#lower).
        cast("sqlite3.Connection", connection).create_function(
            "lower", 1, _lower, deterministic=True
        )


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


@contextmanager
def _own_errors() -> Iterator[None]:
    """Turn the driver's errors into ours at the border of this package."""
    try:
        yield
    except OperationalError as error:
        code = getattr(error.orig, "sqlstate", "")
        if code == _SERVER_FULL:
            raise DiskFullError(
                "The database server's disk is full: free some space there; nothing was lost."
            ) from error
        if code is None:
            # PostgreSQL gives each of its errors a code; this one never came from the server.
            raise DatabaseUnavailableError(
                "The database server cannot be reached, or does not let Deskhand in: check that it"
                " runs, and DESKHAND_DATABASE_URL."
            ) from error
        raise _own_error(error.orig) from error
    except SQLAlchemyError as error:
        raise _own_error(error.orig if isinstance(error, DBAPIError) else error) from error
    except sqlite3.Error as error:
        raise _own_error(error) from error


def _own_error(cause: BaseException | None) -> StorageError:
    """Return our error for the driver's, told apart by the driver's own codes."""
    code = getattr(cause, "sqlite_errorcode", None)
    # The low byte is the primary code (sqlite.org/rescode.html#primary_result_codes).
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFullError("The disk is full: free some space; nothing was lost.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseLockedError(
                "Another program holds the database: close it, or wait a moment and try again."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DatabaseDamagedError(
                "The database file is damaged: stop Deskhand, keep the file aside and put the"
                " last backup in its place."
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return DatabaseUnavailableError(
                "The database cannot be opened for writing: check that the data directory exists"
                " and belongs to the user Deskhand runs as."
            )
        case sqlite3.SQLITE_IOERR:
            return DatabaseUnavailableError(
                "The disk does not read or write properly: check it; nothing was stored."
            )
        case _:
            return StorageError(f"The database refused: {cause}")
