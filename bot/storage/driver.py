"""SQLite's connections: each statement crosses to the connection's own thread once."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiosqlite


@dataclass(frozen=True, slots=True)
class _Executed:
    """What a statement came to, all of it."""

    description: Any
    rows: list[Any]
    rowcount: int
    lastrowid: int | None


_NOTHING = _Executed(None, [], -1, None)


class Cursor:
    """One statement at a time, its rows read where it is executed.

    aiosqlite's own cursor crosses to the thread and back for being made, for executing, for
    fetching and for being closed: measured, four fifths of the CPU of a transaction.
    """

    def __init__(self, connection: "DirectConnection") -> None:
        """Execute on a connection."""
        self._connection = connection
        self._executed = _NOTHING
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Return itself; nothing needs to be opened."""
        return self

    @property
    def description(self) -> Any:
        """Return the columns of the rows, None for a statement without any."""
        return self._executed.description

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed, -1 where that means nothing."""
        return self._executed.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Return the id of the row inserted last."""
        return self._executed.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement and read its rows."""
        self._executed = await self._connection.run(sqlite3.Cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Execute a statement once for each row of parameters."""
        self._executed = await self._connection.run(
            sqlite3.Cursor.executemany, statement, parameters
        )
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self._executed.rows

    async def close(self) -> None:
        """Let go of the rows."""
        self._executed = _NOTHING


class DirectConnection(aiosqlite.Connection):
    """aiosqlite's connection with the cursor of this module."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor; nothing is sent to the thread yet."""
        return Cursor(self)

    async def run(self, execute: Any, statement: str, parameters: Any) -> _Executed:
        """Execute on the connection's thread."""
        executed: _Executed = await self._execute(
            _executed, self._conn, execute, statement, parameters
        )
        return executed


def _executed(
    connection: sqlite3.Connection, execute: Any, statement: str, parameters: Any
) -> _Executed:
    cursor = connection.cursor()
    try:
        execute(cursor, statement, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return _Executed(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
