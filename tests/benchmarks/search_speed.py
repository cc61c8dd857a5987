"""Search time at 1,000 and 10,000 entries, and a question's delay during an import.

`uv run python tests/benchmarks/search_speed.py [--import-entries N]`. Entries are put together
from the words of invented ones; vectors of the two sizes come from a stub, the import's from the
built-in embedder.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import BuiltInEmbedder, Embedder
from knowledge.readers.entries import entry
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog

STARTS = ("ba", "be", "ko", "lu", "mi", "no", "pa", "ra", "si", "tu", "ve", "zo")
ENDS = ("ket", "lor", "min", "den")
WORDS = [start + end for start in STARTS for end in ENDS]
PUBLIC = frozenset({Audience.PUBLIC})


class Stub:
    """Draws vectors around 300 topics, as close together as the built-in embedder's."""

    name = "stub 1"

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._vector(text) for text in texts])

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, 384))

    def _vector(self, text: str) -> Vector:
        topic = np.random.default_rng(len(text) % 300).normal(size=384)
        own = np.random.default_rng(abs(hash(text)) % 2**32).normal(size=384)
        vector = topic + 0.8 * own + 2
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def entries(count: int) -> list[Document]:
    """Return entries that differ."""
    draw = random.Random(count)

    def say(words: int) -> str:
        return " ".join(draw.choices(WORDS, k=words))

    return [
        entry(
            question=f"What about {say(6)} {number}?",
            answer=f"{say(12)}. {say(14)}. {say(10)}.",
            audience=Audience.PUBLIC,
            origin="benchmark",
        )
        for number in range(count)
    ]


async def search_ms(base: KnowledgeBase, rounds: int) -> list[float]:
    """Return the times of so many different questions, each in milliseconds."""
    draw = random.Random(7)
    times = []
    for _ in range(rounds):
        question = "how about " + " ".join(draw.choices(WORDS, k=5))
        begun = time.perf_counter()
        await base.search(question, audiences=PUBLIC, today=date(2026, 11, 24))
        times.append((time.perf_counter() - begun) * 1_000)
    return times


async def sized(count: int) -> None:
    """Print search and start times at a size."""
    with tempfile.TemporaryDirectory() as folder:
        catalog, path = MemoryCatalog(), Path(folder)
        base = await opened(catalog, path, Stub())
        begun = time.perf_counter()
        await base.add(entries(count))
        added_s = time.perf_counter() - begun
        await base.settled()
        await search_ms(base, 20)
        times = await search_ms(base, 200)
        await base.close()
        begun = time.perf_counter()
        base = await opened(catalog, path, Stub())
        start_s = time.perf_counter() - begun
        begun = time.perf_counter()
        await base.settled()
        settled_s = time.perf_counter() - begun
        await base.close()
    print(
        f"{count:6} entries: search median {statistics.median(times):.1f} ms, "
        f"p95 {sorted(times)[190]:.1f} ms; indexed in {added_s:.1f} s; "
        f"start {start_s:.2f} s, calibrated {settled_s:.2f} s later",
        flush=True,
    )


async def opened(catalog: MemoryCatalog, path: Path, embedder: Embedder) -> KnowledgeBase:
    """Return a started knowledge base."""
    base = KnowledgeBase(catalog, embedder, Worker(), path)
    await base.start()
    return base


async def importing(count: int) -> None:
    """Print how long questions take beside an import with the built-in embedder."""
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker()
        base = KnowledgeBase(MemoryCatalog(), BuiltInEmbedder(worker), worker, Path(folder))
        await base.start()
        await base.add(entries(50))
        await base.settled()
        idle = await search_ms(base, 40)
        adding = asyncio.create_task(base.add(entries(count)))
        begun = time.perf_counter()
        busy: list[float] = []
        while not adding.done():
            busy += await search_ms(base, 1)
            await asyncio.sleep(0.25)
        took = time.perf_counter() - begun
        await base.close()
    print(
        f"import of {count}: {took:.0f} s, {1_000 * took / count:.0f} ms an entry; a question "
        f"beside it: median {statistics.median(busy):.0f} ms, "
        f"p95 {sorted(busy)[int(len(busy) * 0.95)]:.0f} ms, worst {max(busy):.0f} ms "
        f"(idle: median {statistics.median(idle):.0f} ms)"
    )


async def main() -> None:
    """Print three lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import-entries", type=int, default=10_000)
    parser.add_argument("--only-import", action="store_true")
    options = parser.parse_args()
    if not options.only_import:
        await sized(1_000)
        await sized(10_000)
    await importing(options.import_entries)


if __name__ == "__main__":
    asyncio.run(main())
