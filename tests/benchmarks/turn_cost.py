"""CPU a turn, against a bare loop that does the same outside work.

The outside work of a turn is: its question embedded by the stub, one query of the same Chroma
collection, one streamed POST of the very body the turn sent to the same stub of Ollama, and as
many durable transactions as the turn was seen to make. The loop does that with aiohttp, chromadb
and sqlite3 and nothing else. Both run in one process, in turns, one message at a time; the stub of
Ollama is another process, whose CPU counts for neither.
"""

import asyncio
import contextlib
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import chromadb
from chromadb.config import Settings as ChromaSettings

from bot.domain.conversations import Kind
from bot.storage.database import PRAGMAS
from knowledge.documents import Audience
from tests.benchmarks.commits import Commits, counted
from tests.benchmarks.house import House, StubOllama, house, stub_ollama
from tests.benchmarks.sample import TOPICS, StubEmbedder, invented_entries, topic_entries
from tests.benchmarks.table import Figure

ENTRIES = 300
NEAREST = 96  # ways that a search asks Chroma for


@dataclass(frozen=True, slots=True)
class Round:
    """CPU of the same messages, once by the product and once by the bare loop."""

    turn_ms: float
    bare_ms: float


async def measure(*, conversations: int = 20, rounds: int = 3) -> list[Figure]:
    """Return the figures of a turn's cost.

    Args:
        conversations: Each asks ten questions a round.
        rounds: The medians of these are taken.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with (
            stub_ollama(Path(folder)) as ollama,
            house(Path(folder) / "data", ollama_url=ollama.url) as running,
        ):
            await running.app.services.knowledge.add(topic_entries() + invented_entries(ENTRIES))
            await running.app.services.knowledge.settled()
            commits = await _transactions(running)
            writes = round(commits.durable / len(TOPICS))
            measured = [
                await _round(running, ollama, Path(folder), conversations, writes, number)
                for number in range(rounds)
            ]
    return _figures(measured, commits, conversations * len(TOPICS))


async def _transactions(running: House) -> Commits:
    """Count a conversation's transactions; makes sure that the turns are what they should be."""
    for topic in TOPICS:
        answer = await running.answer(topic.asked, room="to warm up")
        assert answer.outcome.kind is Kind.COMPOSED, (answer.outcome.kind, answer.outcome.raw)
    await running.delivered()
    with counted() as commits:
        for topic in TOPICS:
            await running.platform.say(topic.asked, room="counted")
        # Longer than a delivery takes to be recorded; looking for it would be counted too.
        await asyncio.sleep(0.5)
    return commits


async def _round(
    running: House,
    ollama: StubOllama,
    folder: Path,
    conversations: int,
    writes: int,
    number: int,
) -> Round:
    """Ask each topic in every conversation, the bare loop following after each topic."""
    rooms = [f"round {number} room {room}" for room in range(conversations)]
    turn_s = bare_s = 0.0
    async with _bare(ollama.url, folder) as bare:
        for topic in TOPICS:
            before = len(ollama.bodies())
            began_s = time.process_time()
            for room in rooms:
                await running.platform.say(topic.asked, room=room)
            await running.delivered()
            turn_s += time.process_time() - began_s
            bodies = ollama.bodies()[before:]
            # For the answer, and where there is one, for the passage that carries it.
            calls, rest = divmod(len(bodies), len(rooms))
            assert calls, "each turn asks the model"
            assert not rest, "each turn asks the model equally often"
            began_s = time.process_time()
            for start in range(0, len(bodies), calls):
                await bare.turn(topic.asked, bodies[start : start + calls], writes)
            bare_s += time.process_time() - began_s
    count = len(rooms) * len(TOPICS)
    return Round(1_000 * turn_s / count, 1_000 * bare_s / count)


class Bare:
    """The bare loop."""

    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession,
        collection: chromadb.Collection,
        database: sqlite3.Connection,
    ) -> None:
        self._url = url
        self._session = session
        self._collection = collection
        self._database = database
        self._embedder = StubEmbedder()

    async def turn(self, text: str, bodies: Sequence[object], writes: int) -> None:
        """Do the outside work of one turn; `bodies` are what it asks the model."""
        vector = (await self._embedder.embed_queries([text]))[0]
        self._collection.query(
            query_embeddings=vector.tolist(), n_results=NEAREST, include=["distances"]
        )
        for body in bodies:
            async with self._session.post(f"{self._url}/api/chat", json=body) as response:
                async for line in response.content:
                    json.loads(line)
        for _ in range(writes):
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("INSERT INTO bare (text) VALUES (?)", (text,))
            self._database.execute("COMMIT")


@contextlib.asynccontextmanager
async def _bare(url: str, folder: Path) -> AsyncIterator[Bare]:
    # The same settings: within a process Chroma opens a folder once, for both of us.
    (index,) = [each for each in (folder / "data" / "chroma").iterdir() if each.is_dir()]
    client = chromadb.PersistentClient(
        path=str(index), settings=ChromaSettings(anonymized_telemetry=False)
    )
    (collection,) = [
        each for each in client.list_collections() if each.name.startswith(Audience.PUBLIC.value)
    ]
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in PRAGMAS:
        database.execute(pragma)
    database.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, text TEXT)")
    async with aiohttp.ClientSession() as session:
        yield Bare(url, session, collection, database)
    database.close()


def _figures(measured: Sequence[Round], commits: Commits, turns: int) -> list[Figure]:
    ratios = sorted(each.turn_ms / each.bare_ms for each in measured)
    spread = f"{len(measured)} rounds of {turns} turns, {ratios[0]:.2f} to {ratios[-1]:.2f}"
    count = len(TOPICS)
    return [
        Figure("turn: CPU of the whole path", _median(measured, "turn_ms"), "ms"),
        Figure("turn: CPU of the bare loop", _median(measured, "bare_ms"), "ms"),
        Figure("turn: CPU, times the bare loop", statistics.median(ratios), "×", spread, target=4),
        Figure(
            "turn: durable transactions",
            commits.durable / count,
            "",
            f"beside {commits.idle / count:g} that wrote nothing, {commits.reading / count:g} that "
            f"read, {commits.statements / count:g} statements",
            target=4,
        ),
    ]


def _median(measured: Sequence[Round], name: str) -> float:
    return float(statistics.median(getattr(each, name) for each in measured))
