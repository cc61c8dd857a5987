"""How long a start takes, each time in a fresh process."""

import asyncio
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.house import house, stub_ollama
from tests.benchmarks.sample import invented_entries
from tests.benchmarks.served import DESKHAND, ROOT, served
from tests.benchmarks.table import Figure

ENTRIES = 1_000


async def measure(*, times: int = 5) -> list[Figure]:
    """Return medians over so many starts."""
    with tempfile.TemporaryDirectory() as folder:
        filled, empty = Path(folder) / "filled", Path(folder) / "empty"
        async with stub_ollama(Path(folder)) as ollama:
            async with house(filled, ollama_url=ollama.url) as running:
                await running.app.services.knowledge.add(invented_entries(ENTRIES))
            await asyncio.to_thread(_ready_s, empty, ollama.url)  # makes the tables
            ready = {
                path: [await asyncio.to_thread(_ready_s, path, ollama.url) for _ in range(times)]
                for path in (empty, filled)
            }
    helped = [_help_s() for _ in range(times)]
    note = f"median of {times}"
    return [
        Figure("start: to ready, empty", statistics.median(ready[empty]), "s", note),
        Figure("start: to ready, 1,000 entries", statistics.median(ready[filled]), "s", note),
        Figure("start: `deskhand --help`", statistics.median(helped), "s", note),
    ]


def _ready_s(data_dir: Path, ollama_url: str) -> float:
    with served(data_dir, ollama_url=ollama_url) as server:
        return server.ready_s


def _help_s() -> float:
    began_s = time.perf_counter()
    subprocess.run([*DESKHAND, "--help"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began_s
