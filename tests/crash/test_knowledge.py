"""Documents edited under questions, the process killed again and again, the embedder swapped."""

import asyncio
import json
import random
import sys
from pathlib import Path

import pytest

from tests.crash.house import kill
from tests.crash.knowledge_judgement import Event, judge

PATIENCE_S = 60.0
LATEST_KILL_S = 1.0


class Archive:
    """Starts and kills the program; reads its journal."""

    def __init__(self, folder: Path, program: asyncio.subprocess.Process) -> None:
        self._folder = folder
        self._program = program

    @property
    def journal(self) -> list[Event]:
        path = self._folder / "journal"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def count(self, *kinds: str) -> int:
        return sum(event["what"] in kinds for event in self.journal)

    async def edited(self) -> None:
        """Wait until another edit is over."""
        before = self.count("end")
        async with asyncio.timeout(PATIENCE_S):
            while self.count("end") == before:
                await asyncio.sleep(0.02)

    async def start(self, embedder: str) -> int:
        """Start it with an embedder that was chosen, and wait until it answers."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        lives = self.count("ready", "failed")
        self._program.stdin.write(f"{embedder}\n".encode())
        pid = int(json.loads(await self._program.stdout.readline())["pid"])
        async with asyncio.timeout(PATIENCE_S):
            while self.count("ready", "failed") == lives:
                await asyncio.sleep(0.05)
        assert self.count("failed") == 0, self.journal[-1]
        return pid


async def siege(folder: Path, *, kills: int, seed: int) -> Archive:
    """Kill it at random moments; every second time the owner has chosen the other embedder.

    So each swap is killed in the middle, and goes on or is taken back.
    """
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.knowledge_program", "--folder", str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    archive, lot = Archive(folder, program), random.Random(seed)
    try:
        for number in range(kills + 1):
            pid = await archive.start(f"words {1 + (number + 1) // 2 % 2}")
            await archive.edited()
            await asyncio.sleep(lot.uniform(0, LATEST_KILL_S))
            kill(pid)
    finally:
        program.kill()
        await program.wait()
    return archive


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
