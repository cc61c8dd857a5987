"""SQLite's connections: each statement crosses to the connection's own thread once.

aiosqlite's own cursors cross there and back to be made, to execute, to fetch and to be closed, and
a crossing costs more CPU than most statements of ours (measured: 0.1 to 0.2 ms). A transaction's
beginning crosses with its first statement, which is early enough: nothing was read before.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiosqlite

Row = tuple[Any, ...]
Execute = Callable[[sqlite3.Cursor], object]


@dataclass(frozen=True, slots=True)
class _Executed:
    """What a statement came to, all of it."""

    description: tuple[Row, ...] | None
    rows: list[Row]
    rowcount: int
    lastrowid: int | None


_NOTHING = _Executed(None, [], -1, None)


def connect(path: str, **options: Any) -> "DirectConnection":  # noqa: ANN401 - sqlite3's own
    """Return a connection that opens when it is awaited; takes what `sqlite3.connect` takes."""
    connection = DirectConnection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    # What is left open must not keep the process from ending.
    connection._thread.daemon = True
    return connection


class DirectConnection(aiosqlite.Connection):
    """aiosqlite's connection with the cursor of this module."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
        """Open with `connector` when awaited."""
        super().__init__(connector, iter_chunk_size)
        self._beginning = ""

    def begin(self, statement: str) -> None:
        """Begin a transaction together with its first statement."""
        self._beginning = statement

    async def commit(self) -> None:
        """Commit what has begun; nothing crosses when nothing was executed."""
        self._beginning = ""
        if self.in_transaction:
            await super().commit()

    def cursor(self) -> "DirectCursor":  # type: ignore[override]  # as far as SQLAlchemy asks
        """Return a cursor; nothing is sent to the thread yet."""
        return DirectCursor(self)

    async def rollback(self) -> None:
        """Roll back what has begun; SQLAlchemy asks for it after each commit too."""
        self._beginning = ""
        if self.in_transaction:
            await super().rollback()

    async def run(self, execute: Execute) -> _Executed:
        """Execute with a cursor on the connection's thread, and return everything at once."""
        beginning, self._beginning = self._beginning, ""
        executed: _Executed = await self._execute(  # type: ignore[no-untyped-call]
            _run, self._conn, beginning, execute
        )
        return executed


class DirectCursor:
    """The part of a cursor that SQLAlchemy uses."""

    def __init__(self, connection: DirectConnection) -> None:
        """Execute on a connection."""
        self._connection = connection
        self._executed = _NOTHING
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Return itself; nothing needs to be opened."""
        return self

    @property
    def description(self) -> tuple[Row, ...] | None:
        """Return the rows' columns, None for a statement without any."""
        return self._executed.description

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed, -1 where that means nothing."""
        return self._executed.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Return the id of the row that was inserted last."""
        return self._executed.lastrowid

    async def execute(self, statement: str, parameters: Sequence[object] = ()) -> Self:
        """Execute a statement and read its rows."""
        if statement.startswith("BEGIN"):
            self._connection.begin(statement)
            return self
        self._executed = await self._connection.run(
            lambda cursor: cursor.execute(statement, parameters)
        )
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[object]]) -> Self:
        """Execute a statement once for each row of parameters."""
        self._executed = await self._connection.run(
            lambda cursor: cursor.executemany(statement, parameters)
        )
        return self

    async def fetchall(self) -> list[Row]:
        """Return the rows."""
        return self._executed.rows

    async def close(self) -> None:
        """Let go of the rows."""
        self._executed = _NOTHING


def _run(connection: sqlite3.Connection, beginning: str, execute: Execute) -> _Executed:
    cursor = connection.cursor()
    try:
        if beginning:
            cursor.execute(beginning)
        execute(cursor)
        rows = cursor.fetchall() if cursor.description else []
        return _Executed(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
