"""The public's search over ten times as many entries: two knowledge bases, asked in turns."""

import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from tests.benchmarks.house import house
from tests.benchmarks.sample import invented_entries, invented_questions
from tests.benchmarks.table import Figure

SMALL, LARGE = 1_000, 10_000
PUBLIC = frozenset({Audience.PUBLIC})


async def measure(*, questions: int = 200) -> list[Figure]:
    """Return the times of a whole search, rows and verdict included; half of entries are staff's.

    Args:
        questions: Asked of both, one after the other; the medians are compared.
    """
    async with AsyncExitStack() as stack:
        bases: dict[int, KnowledgeBase] = {}
        for size in (SMALL, LARGE):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            running = await stack.enter_async_context(house(Path(folder), model=""))
            bases[size] = running.app.services.knowledge
            await bases[size].add(invented_entries(size, [Audience.PUBLIC, Audience.STAFF]))
            await bases[size].settled()
        times: dict[int, list[float]] = {size: [] for size in bases}
        for number, question in enumerate(invented_questions(questions + 20)):
            for size, base in bases.items():
                took_ms = await _search_ms(base, question)
                if number >= 20:
                    times[size].append(took_ms)
    small, large = (statistics.median(times[size]) for size in (SMALL, LARGE))
    note = f"{questions} questions, half of the entries staff's"
    return [
        Figure("search: 1,000 entries", small, "ms", "median"),
        Figure("search: 10,000 entries", large, "ms", "median"),
        Figure("search: 10,000 entries, times 1,000", large / small, "×", note, target=2),
    ]


async def _search_ms(base: KnowledgeBase, question: str) -> float:
    began_s = time.perf_counter()
    await base.search(question, audiences=PUBLIC, today=date(2026, 11, 24))
    return (time.perf_counter() - began_s) * 1_000
