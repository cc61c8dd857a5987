"""Documents edited under questions, the process killed again and again, the embedder swapped."""

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.crash.house import kill
from tests.crash.knowledge_judgement import Event, judge
from tests.crash.knowledge_program import NAMES
from tests.fakes.chroma_server import ChromaServer

PATIENCE_S = 60.0
LATEST_KILL_S = 1.0


class Archive:
    """Starts and kills the program; reads its journal."""

    def __init__(
        self, folder: Path, program: asyncio.subprocess.Process, names: Sequence[str] = NAMES
    ) -> None:
        self._folder = folder
        self._program = program
        self._names = list(names)

    @property
    def journal(self) -> list[Event]:
        path = self._folder / "journal"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def count(self, *kinds: str) -> int:
        return sum(event["what"] in kinds for event in self.journal)

    async def edited(self) -> None:
        """Wait until another edit is over."""
        before = self._edits()
        async with asyncio.timeout(PATIENCE_S):
            while self._edits() == before:
                await asyncio.sleep(0.02)

    async def start(self, embedder: str) -> int:
        """Start it with an embedder that was chosen, and wait until it answers."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        lives = self._lives()
        self._program.stdin.write(f"{embedder}\n".encode())
        pid = int(json.loads(await self._program.stdout.readline())["pid"])
        async with asyncio.timeout(PATIENCE_S):
            while self._lives() == lives:
                await asyncio.sleep(0.05)
        assert self.count("failed") == 0, self.journal[-1]
        return pid

    def _edits(self) -> int:
        return sum(e["what"] == "end" and e["about"] in self._names for e in self.journal)

    def _lives(self) -> int:
        """Return how many lives there were, and failures of whomever."""
        mine = (e for e in self.journal if e.get("names", self._names) == self._names)
        return sum(event["what"] in ("ready", "failed") for event in mine)


async def program(folder: Path, *options: str) -> asyncio.subprocess.Process:
    """Start the program, of which nothing lives yet."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.knowledge_program", "--folder", str(folder), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def siege(folder: Path, *, kills: int, seed: int) -> Archive:
    """Kill it at random moments; every second time the owner has chosen the other embedder.

    So each swap is killed in the middle, and goes on or is taken back.
    """
    begun = await program(folder)
    archive, lot = Archive(folder, begun), random.Random(seed)
    try:
        for number in range(kills + 1):
            pid = await archive.start(f"words {1 + (number + 1) // 2 % 2}")
            await archive.edited()
            await asyncio.sleep(lot.uniform(0, LATEST_KILL_S))
            kill(pid)
    finally:
        begun.kill()
        await begun.wait()
    return archive


async def siege_of_two(folder: Path, database: str, chroma: str, *, kills: int, seed: int) -> None:
    """Kill one of two processes that share the knowledge, by lot; the other one goes on."""
    shared = ("--database", database, "--chroma", chroma, "--parts", "2")
    begun = [await program(folder, *shared, "--part", str(part)) for part in range(2)]
    archives = [Archive(folder, each, NAMES[part::2]) for part, each in enumerate(begun)]
    lot = random.Random(seed)
    try:
        pids = [await each.start("words 1") for each in archives]
        for number in range(kills):
            part = lot.randrange(2)
            await archives[part].edited()
            # Long enough that some swaps come to their end.
            await asyncio.sleep(lot.uniform(0, 2 * LATEST_KILL_S))
            kill(pids[part])
            pids[part] = await archives[part].start(f"words {1 + (number + 4) // 8 % 2}")
        for each in archives:
            await each.edited()
        for pid in pids:
            kill(pid)
    finally:
        for each in begun:
            each.kill()
            await each.wait()
    assert judge(archives[0].journal) == []
    assert archives[0].count("ready") == kills + 2
    assert archives[0].count("end") > kills
    assert archives[0].count("answer") > 12 * kills


def assert_sound(archive: Archive, *, kills: int) -> None:
    assert judge(archive.journal) == []
    assert archive.count("ready") == kills + 1
    assert archive.count("end") > kills
    assert archive.count("answer") > 12 * kills


async def test_no_answer_is_from_a_version_that_was_gone_through_four_kills(tmp_path):
    assert_sound(await siege(tmp_path, kills=4, seed=1), kills=4)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_no_answer_is_from_a_version_that_was_gone_through_sixty_kills(tmp_path):
    archive = await siege(tmp_path, kills=60, seed=2)
    assert_sound(archive, kills=60)
    served = {event["embedder"] for event in archive.journal if event["what"] == "ready"}
    assert served == {"words 1", "words 2"}


async def test_two_processes_share_the_knowledge_through_eight_kills_of_either(
    database_url: str, tmp_path: Path
):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite serves one process")
    server = ChromaServer(tmp_path / "server")
    try:
        await siege_of_two(tmp_path, database_url, server.url, kills=8, seed=3)
    finally:
        server.kill()
