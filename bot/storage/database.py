"""The engine: how transactions begin and how a database's errors become ours."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import cast

from sqlalchemy import Connection, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.driver import connect
from bot.storage.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseUnavailableError,
    DiskFullError,
    StorageError,
)

BUSY_TIMEOUT_MS = 10_000
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL: a commit survives a power cut, which WAL with NORMAL does not promise
    # (sqlite.org/pragma.html#pragma_synchronous).
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
)


class Database:
    """One engine for the whole process.

    On SQLite a writing transaction takes the write lock at its beginning, so that what it read
    cannot change before it writes; writers of this process queue in order of arrival.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened yet.

        Args:
            url: A SQLAlchemy URL with or without an async driver.
        """
        self.url = async_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._engine = create_async_engine(
            self.url,
            pool_pre_ping=not self.is_sqlite,
            connect_args={"async_creator_fn": connect} if self.is_sqlite else {},
        )
        self._writers = asyncio.Lock()
        if self.is_sqlite:
            _prepare_sqlite(self._engine)

    async def open(self) -> None:
        """Make sure that there is a database to work with.

        The driver's own thread is not asked first: when it cannot open the file it may speak up
        after everybody has left.

        Raises:
            StorageError: It cannot be opened; its kind says why.
        """
        if not self.is_sqlite:
            return
        path = make_url(self.url).database or ":memory:"
        with _own_errors():
            await asyncio.to_thread(_touch, path)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads.

        Raises:
            StorageError: The database failed; its kind says how.
        """
        with _own_errors():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; it is committed at the end, durably.

        Raises:
            StorageError: The database failed and nothing was stored.
        """
        with _own_errors():
            async with self._writers, self._engine.connect() as connection:
                writer = await connection.execution_options(deskhand_writes=True)
                async with writer.begin():
                    yield writer

    def insert(self, table: Table) -> sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT, which both of our databases spell alike."""
        if self.is_sqlite:
            return sqlite.insert(table)
        return cast("sqlite.Insert", postgresql.insert(table))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def async_url(url: str) -> str:
    """Return a SQLAlchemy URL with the async driver we use for its database."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}.get(
        parsed.get_backend_name()
    )
    if driver is None:
        raise DatabaseUnavailableError(
            f"Deskhand keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}:"
            " correct DESKHAND_DATABASE_URL."
        )
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _touch(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA schema_version")


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # None: the driver begins nothing by itself; `begin` below decides how.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("deskhand_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _own_errors() -> Iterator[None]:
    """Turn the driver's errors into ours at the border of this package."""
    try:
        yield
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
