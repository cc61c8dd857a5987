"""Counts transactions as the database sees them."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Pool, event

_WRITING = {"INSERT", "UPDATE", "DELETE"}


@dataclass(slots=True)
class Commits:
    """What was counted.

    Attributes:
        durable: Transactions that changed something and were committed.
        idle: Transactions that took the write lock and changed nothing.
        reading: Transactions that only read.
        statements: All statements, those that begin and end transactions left out.
    """

    durable: int = 0
    idle: int = 0
    reading: int = 0
    statements: int = 0


class _Trace:
    """Counts the statements of one connection while it is lent to a transaction."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self._writes = 0

    def __call__(self, statement: str) -> None:
        commits, (verb, *_) = self._commits, statement.split(None, 1)
        match verb:
            case "BEGIN":
                self._writes = 0
            case "COMMIT" if self._writes:
                commits.durable += 1
            case "COMMIT":
                commits.idle += 1
            case "ROLLBACK":
                # What only reads is never committed.
                commits.reading += 1
            case _:
                commits.statements += 1
                self._writes += verb in _WRITING


@contextlib.contextmanager
def counted() -> Iterator[Commits]:
    """Count inside the block, over every pool of this process.

    SQLite tells of its statements, not SQLAlchemy: once anything has listened to an engine's
    statements, SQLAlchemy looks for listeners with each one for the rest of the process, and what
    is measured afterwards is dearer than the product is.
    """
    commits = Commits()

    def lent(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(_Trace(commits))

    def returned(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(None)

    listeners = (("checkout", lent), ("checkin", returned))
    for name, listener in listeners:
        event.listen(Pool, name, listener)
    try:
        yield commits
    finally:
        for name, listener in listeners:
            event.remove(Pool, name, listener)
