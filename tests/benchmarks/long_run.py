"""One server's day: its memory, and how long a question takes beside a large import.

The real process with the embedder that is built in; only the model is a stub. Questions come
through the API, each from a conversation of its own. The knowledge base of 10,000 entries is
prepared with the stub embedder's vectors, which take no time; what is then imported into it is
embedded by the real one, which takes most of an hour: the import is watched for a while and left.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

from bot.cli.errors import FailedError
from bot.web.api.shapes.documents import Added
from tests.benchmarks.house import house, stub_ollama
from tests.benchmarks.sample import TOPICS, invented_entries, invented_texts, topic_entries
from tests.benchmarks.served import Served, served
from tests.benchmarks.table import Figure

ENTRIES = 10_000
TURNS = 200
PAUSE_S = 0.5  # between two questions during the import
SETTLE_S = 5.0


async def measure(*, import_s: float = 120.0) -> list[Figure]:
    """Return delays and memory.

    Args:
        import_s: How long the import is watched; 0 for all of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        empty, large = Path(folder) / "empty", Path(folder) / "large"
        async with stub_ollama(Path(folder)) as ollama:
            figures = await asyncio.to_thread(_small, empty, ollama.url)
            async with house(large, ollama_url=ollama.url) as running:
                await running.app.services.knowledge.add(topic_entries())
                await running.app.services.knowledge.add(invented_entries(ENTRIES))
            return figures + await asyncio.to_thread(_large, large, ollama.url, import_s)


def _small(data_dir: Path, ollama_url: str) -> list[Figure]:
    with served(data_dir, ollama_url=ollama_url) as server:
        time.sleep(SETTLE_S)
        idle_mb = server.memory_mb()
        server.add("office.jsonl", _lines([(each.question, each.answer) for each in TOPICS]))
        time.sleep(SETTLE_S)
        for number, topic in zip(range(TURNS), cycle(TOPICS), strict=False):
            server.ask(topic.asked, room=f"room {number}")
        after_turns_mb = server.memory_mb()
    return [
        Figure("memory: idle after start", idle_mb, "MB", "resident, nothing in it"),
        Figure(f"memory: after {TURNS} turns", after_turns_mb, "MB"),
    ]


def _large(data_dir: Path, ollama_url: str, import_s: float) -> list[Figure]:
    # Not the names that the prepared entries have, which would be replaced.
    new = [(f"New: {question}", answer) for question, answer in invented_texts(ENTRIES)]
    with ThreadPoolExecutor(1) as beside, served(data_dir, ollama_url=ollama_url) as server:
        time.sleep(SETTLE_S)
        memory_mb = server.memory_mb()
        idle_s = [
            server.ask(topic.asked, room=f"idle {number}")[1]
            for number, topic in zip(range(TURNS), cycle(TOPICS), strict=False)
        ]
        importing = beside.submit(_imported, server, _lines(new))
        busy_s, watched_s = _asked_beside(server, importing, import_s)
        importing_mb = server.memory_mb()
    watched = f"{len(busy_s)} questions over {watched_s:.0f} s of the import"
    return [
        Figure("memory: 10,000 entries", memory_mb, "MB", "after start"),
        Figure("memory: 10,000 entries, importing", importing_mb, "MB", f"after {watched_s:.0f} s"),
        Figure("start: to ready, 10,000 entries", server.ready_s, "s", "once"),
        *_delays("question: 10,000 entries, idle", idle_s, f"{TURNS} questions by the API"),
        *_delays("question: importing 10,000 more", busy_s, watched),
    ]


def _imported(server: Served, content: bytes) -> Added | None:
    """Import; None when the server ended first."""
    try:
        return server.add("large.jsonl", content)
    except FailedError:
        return None


def _asked_beside(
    server: Served, importing: "Future[Added | None]", longest_s: float
) -> tuple[list[float], float]:
    """Ask until the import or the time has ended; return each delay and the whole, in seconds."""
    times_s: list[float] = []
    began_s = time.perf_counter()
    for number, topic in enumerate(cycle(TOPICS)):
        if importing.done() or 0 < longest_s < time.perf_counter() - began_s:
            break
        times_s.append(server.ask(topic.asked, room=f"busy {number}")[1])
        time.sleep(PAUSE_S)
    assert times_s, "the import ended before a question was asked"
    return times_s, time.perf_counter() - began_s


def _delays(name: str, times_s: Sequence[float], note: str) -> list[Figure]:
    times_ms = sorted(1_000 * each for each in times_s)
    p95 = times_ms[int(len(times_ms) * 0.95)]
    return [
        Figure(f"{name}, median", statistics.median(times_ms), "ms", note),
        Figure(f"{name}, p95", p95, "ms"),
        Figure(f"{name}, max", times_ms[-1], "ms"),
    ]


def _lines(entries: Sequence[tuple[str, str]]) -> bytes:
    lines = [json.dumps({"question": question, "answer": answer}) for question, answer in entries]
    return "\n".join(lines).encode()
