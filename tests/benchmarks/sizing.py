"""What 10, 1,000 and 100,000 businesses need: hosts of the model, processes, PostgreSQL.

Measured here first: what a turn costs a process and a PostgreSQL of its own, what a process takes
in memory, and what a turn leaves in the rows. The model's pace is that of tests/fakes/paced_ollama.

Then the busiest hour is simulated: people of all businesses write at moments of their own, those
whose answer the model composes queue for the next free host, in order, and as many hosts are added
as it takes for 95 of 100 to wait `WAIT_S` at most until their turn comes. Hosts are shared by all.
Businesses that have nothing in common are an office each: one process with its SQLite. Those
that are one office, as a franchise may be, share workers and a PostgreSQL.
"""

import contextlib
import heapq
import math
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
from sqlalchemy import text

from bot.domain.conversations import Kind
from bot.llm.pace import READ_TOKENS, WRITTEN_TOKENS
from tests.benchmarks.grown_office import KINDS
from tests.benchmarks.house import House, StubOllama, house, stub_ollama
from tests.benchmarks.sample import TOPICS, invented_entries, topic_entries
from tests.benchmarks.table import Figure
from tests.fakes.paced_ollama import READ_A_SECOND, WRITTEN_A_SECOND
from tests.fakes.postgresql_server import PostgresqlServer, own_postgresql, programs

BUSINESSES = (10, 1_000, 100_000)
MESSAGES_A_DAY = 60
"""Of a business with 3 to 20 people; an assumption, like the two below."""
BUSIEST_HOUR = 0.16
"""Its share of a day's messages: one of eight hours, and a third more."""
CARD = 20.0
"""How many times as fast as two cores a host with a graphics card is taken to be."""

WAIT_S = 5.0
"""Until the model takes up a question; as long as its answer takes then."""
BUSY = 0.5
"""The share of a core that the busiest hour may take: minutes differ from hours."""
HOST_BUSY = 0.9
"""The same of a model host: who waits there waits in a queue that all hosts share."""
CONNECTIONS_A_PROCESS = 10
"""bot/storage/database.py: four readers and writers each, one that leads and one that listens."""

CONVERSATIONS = 10
ENTRIES = 30
HOUR_S = 3_600.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured.

    Attributes:
        turn_s: CPU of a process for a turn.
        database_s: CPU of PostgreSQL for a turn.
        row_bytes: What a turn leaves in the database, indices as well.
        process_mb: Memory of a process that has answered.
        model_s: How long the model reads and writes for an answer, on two cores.
    """

    turn_s: float
    database_s: float
    row_bytes: float
    process_mb: float
    model_s: float


async def measure() -> list[Figure]:
    """Return what was measured, and what each number of businesses needs."""
    binaries = programs()
    if binaries is None:
        sys.exit("`sizing` needs PostgreSQL's own programs (on Debian: apt install postgresql).")
    with own_postgresql(binaries) as server:
        costs = await _costs(server)
    figures = [
        Figure("sizing: a turn, CPU of a process", costs.turn_s * 1_000, "ms"),
        Figure("sizing: a turn, CPU of PostgreSQL", costs.database_s * 1_000, "ms"),
        Figure("sizing: a turn's rows and indices", costs.row_bytes / 1_000, "kB"),
        Figure("sizing: a process", costs.process_mb, "MB", "resident, after it has answered"),
        Figure(
            "sizing: an answer by the model",
            costs.model_s,
            "s",
            f"{READ_TOKENS} tokens read at {READ_A_SECOND:.0f} a second,"
            f" {WRITTEN_TOKENS} written at {WRITTEN_A_SECOND:.0f}",
        ),
    ]
    for businesses in BUSINESSES:
        figures += _needs(businesses, costs)
    return figures


async def _costs(server: PostgresqlServer) -> Costs:
    with tempfile.TemporaryDirectory() as folder:
        async with _running(Path(folder), server.url) as running:
            await _ask(running)
            process = psutil.Process()
            before = _spent_s(process), server.spent_s(), await _size_bytes(running)
            turns = await _ask(running)
            after = _spent_s(process), server.spent_s(), await _size_bytes(running)
            turn_s, database_s, row_bytes = (
                (late - early) / turns for early, late in zip(before, after, strict=True)
            )
            return Costs(
                turn_s=turn_s,
                database_s=database_s,
                row_bytes=row_bytes,
                process_mb=process.memory_info().rss / 1e6,
                model_s=READ_TOKENS / READ_A_SECOND + WRITTEN_TOKENS / WRITTEN_A_SECOND,
            )


@contextlib.asynccontextmanager
async def _running(folder: Path, url: str) -> AsyncIterator[House]:
    ollama: StubOllama
    async with (
        stub_ollama(folder) as ollama,
        house(folder / "data", ollama_url=ollama.url, database_url=url, stub=False) as running,
    ):
        await running.app.services.knowledge.add(topic_entries() + invented_entries(ENTRIES))
        await running.app.services.knowledge.settled()
        yield running


async def _ask(running: House) -> int:
    """Have every question asked in some rooms; return how many there were."""
    for number in range(CONVERSATIONS):
        for topic in TOPICS:
            await running.platform.say(topic.asked, room=f"room {number}")
    await running.delivered()
    return CONVERSATIONS * len(TOPICS)


def _spent_s(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


async def _size_bytes(running: House) -> float:
    size = text("SELECT pg_database_size(current_database())")
    return float(await running.app.database.read(lambda each: each.scalar(size)))


def _needs(businesses: int, costs: Costs) -> list[Figure]:
    """Return what so many businesses need in their busiest hour."""
    turns_a_s = businesses * MESSAGES_A_DAY * BUSIEST_HOUR / HOUR_S
    by_model = sum(kind in (Kind.COMPOSED, Kind.PASSAGE) for kind in KINDS) / len(KINDS)
    name = f"sizing: {businesses:,} businesses"
    figures = [Figure(f"{name}: messages", turns_a_s, "a second", "in the busiest hour")]
    for kind, model_s in (("two cores", costs.model_s), ("a graphics card", costs.model_s / CARD)):
        hosts, waited_s = hosts_for(turns_a_s * by_model, model_s)
        note = f"each {kind}; 95 of 100 wait up to {waited_s:.1f} s for their turn"
        figures.append(Figure(f"{name}: model hosts, {kind}", hosts, "", note))
    together = max(2, math.ceil(turns_a_s * costs.turn_s / BUSY))
    cores = turns_a_s * costs.database_s
    rows_gb = businesses * MESSAGES_A_DAY * 365 * costs.row_bytes / 1e9
    return [
        *figures,
        _memory(f"{name}, an office each", businesses, costs, "processes, with SQLite"),
        _memory(f"{name}, one office", together, costs, "processes, page and workers"),
        Figure(
            f"{name}, one office: PostgreSQL",
            cores / BUSY,
            "cores",
            f"{together * CONNECTIONS_A_PROCESS:,} connections",
        ),
        Figure(f"{name}: rows of a year", rows_gb, "GB"),
    ]


def _memory(name: str, processes: int, costs: Costs, note: str) -> Figure:
    return Figure(
        f"{name}: memory", processes * costs.process_mb / 1_000, "GB", f"{processes:,} {note}"
    )


def hosts_for(calls_a_s: float, call_s: float) -> tuple[int, float]:
    """Return how many hosts it takes, and how long 95 of 100 wait for theirs at most."""
    draw = np.random.default_rng(1)
    # Long enough for a few hundred calls where they are few.
    within_s = max(HOUR_S, 500 / calls_a_s)
    arrivals = np.sort(draw.uniform(0, within_s, draw.poisson(calls_a_s * within_s)))
    # Prompts and answers differ as those of people do: half again as long is nothing odd.
    durations = draw.lognormal(math.log(call_s) - 0.5**2 / 2, 0.5, arrivals.size)
    fewest = max(1, math.ceil(calls_a_s * call_s / HOST_BUSY))
    most = fewest
    while (waited_s := _waited_s(arrivals, durations, most)) > WAIT_S:
        most *= 2
    # Between what was too few and what is enough.
    low = fewest - 1 if most == fewest else most // 2
    while most - low > 1:
        middle = (low + most) // 2
        tried_s = _waited_s(arrivals, durations, middle)
        if tried_s <= WAIT_S:
            most, waited_s = middle, tried_s
        else:
            low = middle
    return most, waited_s


def _waited_s(arrivals: Floats, durations: Floats, hosts: int) -> float:
    """Return how long 95 of 100 calls wait at most for the first free host, in order."""
    free_at = [0.0] * hosts
    waits = np.empty(arrivals.size)
    for place, (at, takes) in enumerate(zip(arrivals, durations, strict=True)):
        begins = max(at, free_at[0])
        waits[place] = begins - at
        heapq.heapreplace(free_at, begins + takes)
    return float(np.percentile(waits, 95))
