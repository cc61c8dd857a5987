"""One knowledge base in several processes: how soon all find what one stores, and what it costs.

A PostgreSQL is given, a Chroma server started; what embeds is a stub, the same in each process.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import psutil

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.migrate import migrate
from bot.storage.sharing import SharingRows
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.readers.entries import entry
from knowledge.worker import Worker
from tests.benchmarks.sample import StubEmbedder, invented_entries, invented_questions
from tests.benchmarks.table import Figure
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.postgresql import new_database

PUBLIC = frozenset({Audience.PUBLIC})
TODAY = date(2026, 11, 24)
SAVED = 30


@asynccontextmanager
async def process(
    database_url: str, chroma_url: str, run: str
) -> AsyncIterator[tuple[KnowledgeBase, SharingRows]]:
    """Have a knowledge base that others share, at work inside the block."""
    database = Database(database_url)
    rows = DocumentRows(database, now=lambda: datetime.now(UTC))
    sharing = SharingRows(database, run=run)
    base = KnowledgeBase(
        rows,
        StubEmbedder(),
        Worker(),
        Path("unused"),
        chroma_url=chroma_url,
        sharing=sharing,
    )
    await base.start()
    following = asyncio.create_task(base.follow())
    try:
        yield base, sharing
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await base.close()
        await database.close()


async def measure(*, postgresql: str, count: int = 10_000) -> list[Figure]:
    """Return the times and the memory.

    Args:
        postgresql: URL of a PostgreSQL, as one who may make databases in it.
        count: Entries.
    """
    with tempfile.TemporaryDirectory() as folder, new_database(postgresql) as database_url:
        database = Database(database_url)
        await migrate(database)
        await database.close()
        server = ChromaServer(Path(folder))
        try:
            return await _measure(database_url, server.url, count)
        finally:
            server.kill()


async def _measure(database_url: str, chroma_url: str, count: int) -> list[Figure]:
    async with process(database_url, chroma_url, "one") as (base, sharing):
        began_s = time.perf_counter()
        await base.add(invented_entries(count))
        import_s = time.perf_counter() - began_s
        await base.settled()
        other = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.benchmarks.shared_knowledge", database_url, chroma_url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert other.stdin is not None
        assert other.stdout is not None
        begun = json.loads(await other.stdout.readline())
        saved_ms, found_ms = [], []
        for number in range(SAVED):
            question = f"Is saved entry {number} there?"
            new = entry(
                question=question, answer=f"On {number}.", audience=Audience.PUBLIC, origin="t"
            )
            began_s = time.perf_counter()
            await base.add([new])
            saved_ms.append((time.perf_counter() - began_s) * 1_000)
            other.stdin.write(f"{question}\n".encode())
            told = json.loads(await other.stdout.readline())
            assert told["found"] == new.document_id, told
            found_ms.append(told["ms"])
        asked_ms = []
        for question in invented_questions(200):
            other.stdin.write(f"{question}\n".encode())
            asked_ms.append(json.loads(await other.stdout.readline())["ms"])
        state = await sharing.state()
        looks_ms = [await _look_ms(sharing, state.changed) for _ in range(200)]
        other.stdin.close()
        await other.wait()
    entries = f"{count:,} entries"
    return [
        Figure(f"shared: import of {entries}", count / import_s, "/s", "no embedding"),
        Figure("shared: an entry is saved", statistics.median(saved_ms), "ms", "median"),
        Figure(
            "shared: found by the other process",
            statistics.median(found_ms),
            "ms",
            "its next question, reading what was saved among it",
        ),
        Figure("shared: a question", statistics.median(asked_ms), "ms", f"median, {entries}"),
        Figure(
            "shared: of that, asking for changes",
            statistics.median(looks_ms),
            "ms",
            "median",
            target=2,
        ),
        Figure("shared: another process is ready", begun["ready_s"], "s", entries),
        Figure("shared: its memory for the knowledge", begun["mb"], "MB", f"{entries}, resident"),
    ]


async def _look_ms(sharing: SharingRows, number: int) -> float:
    began_s = time.perf_counter()
    await sharing.news(number)
    return (time.perf_counter() - began_s) * 1_000


async def _answer(database_url: str, chroma_url: str) -> None:
    """Be the other process: find what each line asks for."""
    before_mb, began_s = _memory_mb(), time.perf_counter()
    async with process(database_url, chroma_url, "other") as (base, _):
        ready_s = time.perf_counter() - began_s
        await base.settled()
        print(json.dumps({"ready_s": ready_s, "mb": _memory_mb() - before_mb}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            began_s = time.perf_counter()
            findings = await base.search(line.strip(), audiences=PUBLIC, today=TODAY)
            ms = (time.perf_counter() - began_s) * 1_000
            found = findings.hits[0].document_id if findings.hits else ""
            print(json.dumps({"ms": ms, "found": found}), flush=True)


def _memory_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def main() -> None:
    """Be the other process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database_url")
    parser.add_argument("chroma_url")
    options = parser.parse_args()
    asyncio.run(_answer(options.database_url, options.chroma_url))


if __name__ == "__main__":
    main()
