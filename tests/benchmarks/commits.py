"""Counts transactions as the database sees them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

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


@contextlib.contextmanager
def counted() -> Iterator[Commits]:
    """Count inside the block, over every engine of this process."""
    commits = Commits()
    writes: dict[int, int] = {}

    def executed(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("BEGIN"):
            return
        commits.statements += 1
        if statement.lstrip().startswith(_WRITING):
            writes[id(connection)] = writes.get(id(connection), 0) + 1

    def ended(connection: Connection) -> None:
        if writes.pop(id(connection), 0):
            commits.durable += 1
        elif connection.get_execution_options().get("deskhand_writes"):
            commits.idle += 1
        else:
            commits.reading += 1

    def undone(connection: Connection) -> None:
        writes.pop(id(connection), None)
        if not connection.get_execution_options().get("deskhand_writes"):
            commits.reading += 1

    listeners = (("before_cursor_execute", executed), ("commit", ended), ("rollback", undone))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield commits
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
