"""Two transactions that meet: one has done its work and not ended, the other begins."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import Connection, text

from bot.storage.database import Database

PATIENCE_S = 60.0
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

First = TypeVar("First")
Second = TypeVar("Second")


async def overlapping(
    database: Database, work: Callable[[Connection], First], meanwhile: Awaitable[Second]
) -> tuple[First, Second]:
    """Run a transaction, another before it is committed, and return what both returned.

    The first one is committed once the second has ended, or waits for it.

    Args:
        database: Where the first one works; SQLite has the second wait until it is committed.
        work: The first one.
        meanwhile: The second one, through another engine.
    """
    done, may_end = threading.Event(), threading.Event()

    def held(connection: Connection) -> First:
        result = work(connection)
        done.set()
        may_end.wait(PATIENCE_S)
        return result

    first = asyncio.create_task(database.write(held))
    assert await asyncio.to_thread(done.wait, PATIENCE_S)
    second = asyncio.ensure_future(meanwhile)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not (second.done() or database.is_sqlite or await _somebody_waits(database)):
                await asyncio.sleep(0.01)
    finally:
        may_end.set()
    return await first, await second


async def _somebody_waits(database: Database) -> bool:
    return bool(await database.read(lambda connection: connection.scalar(_WAITING)))
