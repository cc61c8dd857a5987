"""One server's day: its memory, and how long a question takes beside a large import.

The real process with the embedder that is built in; only the model is a stub. Questions come
through the API, each from a conversation of its own.
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

from bot.web.api.wire import Added
from tests.benchmarks.house import stub_ollama
from tests.benchmarks.sample import TOPICS, invented_texts
from tests.benchmarks.served import Served, served
from tests.benchmarks.table import Figure

TURNS = 200
PAUSE_S = 0.5  # between two questions during the import
SETTLE_S = 5.0


async def measure(*, entries: int = 10_000) -> list[Figure]:
    """Return delays and memory.

    Args:
        entries: How many are imported; they take the built-in embedder about 0.06 s each.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with stub_ollama(Path(folder)) as ollama:
            return await asyncio.to_thread(_run, Path(folder) / "data", ollama.url, entries)


def _run(data_dir: Path, ollama_url: str, entries: int) -> list[Figure]:
    with served(data_dir, ollama_url=ollama_url) as server, ThreadPoolExecutor(1) as beside:
        time.sleep(SETTLE_S)
        idle_mb = server.memory_mb()
        server.add("office.jsonl", _lines([(each.question, each.answer) for each in TOPICS]))
        time.sleep(SETTLE_S)
        idle_s = [
            server.ask(topic.asked, room=f"idle {number}")[1]
            for number, topic in zip(range(TURNS), cycle(TOPICS), strict=False)
        ]
        after_turns_mb = server.memory_mb()
        began_s = time.perf_counter()
        importing = beside.submit(server.add, "large.jsonl", _lines(invented_texts(entries)))
        busy_s = _asked_beside(server, importing)
        import_s = time.perf_counter() - began_s
        assert importing.result().documents == entries
        time.sleep(SETTLE_S)
        after_import_mb = server.memory_mb()
    imported = f"{entries:,} entries"
    return [
        *_delays("question: idle", idle_s, f"{TURNS} questions, through the API"),
        *_delays(
            f"question: beside an import of {imported}",
            busy_s,
            f"{len(busy_s)} questions over {import_s:.0f} s",
        ),
        Figure("memory: idle after start", idle_mb, "MB"),
        Figure(f"memory: after {TURNS} turns", after_turns_mb, "MB"),
        Figure(f"memory: after importing {imported}", after_import_mb, "MB"),
    ]


def _asked_beside(server: Served, importing: "Future[Added]") -> list[float]:
    """Ask until the import has ended; return the seconds each question took."""
    times_s: list[float] = []
    for number, topic in enumerate(cycle(TOPICS)):
        if importing.done():
            break
        times_s.append(server.ask(topic.asked, room=f"busy {number}")[1])
        time.sleep(PAUSE_S)
    return times_s


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
