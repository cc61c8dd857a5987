"""An import that is approved is in force as a whole or not at all, whenever the power goes."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

from chromadb.api.shared_system_client import SharedSystemClient

from tests.crash.house import kill
from tests.crash.import_program import SIZE, opened

KILLS = 4
LATEST_KILL_S = 0.6


async def killed(program: asyncio.subprocess.Process, number: int, after_s: float) -> bool:
    """Kill one import some time after it was ready; return whether it said to be in force."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{number}\n".encode())
    ready, pid = (await program.stdout.readline()).split()
    assert ready == b"ready"
    await asyncio.sleep(after_s)
    kill(int(pid))
    said = await program.stdout.readline()
    if said == b"put\n":
        assert await program.stdout.readline() == b"killed\n"
    return said == b"put\n"


async def in_force(folder: Path) -> Counter[str]:
    """Return how many documents of each import there are, index and rows agreeing."""
    database, base = await opened(folder)
    try:
        found = Counter(each.document_id.partition("-")[0] for each in await base.documents())
        assert await base.check() == found.total()
    finally:
        await base.close()
        await database.close()
        SharedSystemClient.clear_system_cache()
    return found


async def test_a_kill_leaves_all_of_an_import_in_force_or_nothing(tmp_path):
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.import_program", "--folder", str(tmp_path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    lot, said = random.Random(3), set()
    try:
        for number in range(KILLS):
            if await killed(program, number, lot.uniform(0, LATEST_KILL_S)):
                said.add(f"load{number}")
    finally:
        program.kill()
        await program.wait()
    found = await in_force(tmp_path)
    assert set(found.values()) <= {SIZE}
    assert said <= found.keys()
