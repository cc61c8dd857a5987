"""Counts transactions as the database sees them."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event

_WRITING = ("INSERT", "UPDATE", "DELETE")


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
    _writes: Counter[int] = field(default_factory=Counter)

    def executed(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        self.statements += 1
        self._writes[id(connection)] += statement.lstrip().startswith(_WRITING)

    def committed(self, connection: Connection) -> None:
        if self._writes.pop(id(connection), 0):
            self.durable += 1
        else:
            self.idle += 1

    def undone(self, connection: Connection) -> None:
        # What only reads is never committed.
        self._writes.pop(id(connection), None)
        self.reading += 1


@contextlib.contextmanager
def counted() -> Iterator[Commits]:
    """Count inside the block, over every engine of this process."""
    commits = Commits()
    listeners = (
        ("before_cursor_execute", commits.executed),
        ("commit", commits.committed),
        ("rollback", commits.undone),
    )
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield commits
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
