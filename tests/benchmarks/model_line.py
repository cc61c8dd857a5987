"""What sharing the model's line by rows adds to a call, on a PostgreSQL that is told.

Alone: a place taken and left with nobody else there, the line in memory and in rows. Handed on:
from a call's end in one process to the beginning of the next one's in another, which waits for it;
every process has its own connections, and is told by hints.
"""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from functools import partial

from bot.llm.gate import Gate
from bot.llm.shared_line import SharedLine
from bot.storage.database import Database
from bot.storage.hints import Hints
from bot.storage.model_places import ModelPlaceRows
from tests.benchmarks.table import Figure
from tests.fakes import tables
from tests.fakes.postgresql import new_database

PROCESSES = 4
MOST_ADDED_MS = 10.0


async def measure(server: str, *, calls: int = 200) -> list[Figure]:
    """Return what it costs.

    Args:
        server: URL of a database on it, as somebody who may make others.
        calls: Of each figure.
    """
    with new_database(server) as url:
        async with contextlib.AsyncExitStack() as stack:
            gates = [
                await stack.enter_async_context(_process(url, str(n))) for n in range(PROCESSES)
            ]
            database = await stack.enter_async_context(contextlib.aclosing(_Bare(url)))
            bare = [await database.transaction() for _ in range(calls)]
            in_memory = [await _alone(Gate()) for _ in range(calls)]
            in_rows = [await _alone(gates[0]) for _ in range(calls)]
            handed_on = await _handed_on(gates, calls)
    note = f"median of {calls} calls; at the 95th of 100: "
    return [
        Figure("gate: a transaction of one statement", statistics.median(bare), "ms", "to compare"),
        Figure("gate: a place in memory", statistics.median(in_memory), "ms"),
        Figure(
            "gate: a place in rows",
            statistics.median(in_rows),
            "ms",
            f"{note}{_late(in_rows):.1f} ms",
            target=MOST_ADDED_MS,
        ),
        Figure(
            "gate: from one process's call to another's",
            statistics.median(handed_on),
            "ms",
            f"{note}{_late(handed_on):.1f} ms; {PROCESSES} processes",
            target=MOST_ADDED_MS,
        ),
    ]


class _Bare:
    """A database of which nothing is asked but that it answers."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    async def transaction(self) -> float:
        began_s = time.perf_counter()
        await self._database.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
        return (time.perf_counter() - began_s) * 1000

    async def aclose(self) -> None:
        await self._database.close()


@contextlib.asynccontextmanager
async def _process(url: str, run: str) -> AsyncIterator[Gate]:
    """Yield a gate as one process has it, kept up and told of what others do."""
    database = Database(url)
    if run == "0":
        await tables.migrate(database)
    rows, hints = ModelPlaceRows(database, run=run), Hints(database)
    gate = Gate(line=partial(SharedLine, rows=rows))
    hints.on("model_places", gate.woken)
    parts = [asyncio.create_task(part()) for part in (gate.run, hints.run)]
    try:
        yield gate
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await database.close()


async def _alone(gate: Gate) -> float:
    began_s = time.perf_counter()
    async with gate.place("somebody"):
        pass
    return (time.perf_counter() - began_s) * 1000


async def _handed_on(gates: list[Gate], calls: int) -> list[float]:
    """Have every process call in turns; return from each call's end to the next one's beginning."""
    took_ms: list[float] = []
    ended_s = 0.0

    async def call(person: int) -> None:
        nonlocal ended_s
        async with gates[person].place(person):
            if ended_s:
                took_ms.append((time.perf_counter() - ended_s) * 1000)
            await asyncio.sleep(0.03)  # longer than the others take to join again
            ended_s = time.perf_counter()

    async def keep_calling(person: int) -> None:
        for _ in range(calls // len(gates)):
            await call(person)

    await asyncio.gather(*(keep_calling(person) for person in range(len(gates))))
    return took_ms


def _late(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
