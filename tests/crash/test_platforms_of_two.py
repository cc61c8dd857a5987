"""The worker that leads on a platform is killed again and again while people write."""

import asyncio
import random
import statistics
from pathlib import Path

import pytest

from tests.crash.platform_siege import PAUSE_S, Street, discord_street, slack_street, workers
from tests.fakes.chroma_server import ChromaServer

KILLS = 10
SOONEST_KILL_S, LATEST_KILL_S = 1.0, 3.0


async def _written(street: Street) -> None:
    while True:
        street.ask()
        await asyncio.sleep(PAUSE_S)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("street_of", [discord_street, slack_street], ids=["discord", "slack"])
async def test_what_people_write_is_answered_once_and_in_order_while_who_leads_is_killed(
    street_of, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite serves one process: script/test --postgresql URL")
    chroma = await asyncio.to_thread(ChromaServer, tmp_path / "chroma")
    lot, took_s = random.Random(7), list[float]()
    try:
        async with (
            street_of() as street,
            workers(tmp_path, street, database_url=database_url, chroma_url=chroma.url) as office,
        ):
            for _ in range(2):
                await office.start()
            await office.until(lambda: office.leaders)
            writing = asyncio.create_task(_written(street))
            for _ in range(KILLS):
                await asyncio.sleep(lot.uniform(SOONEST_KILL_S, LATEST_KILL_S))
                took_s.append(await office.kill_the_leader())
                await office.start()
            writing.cancel()
            await office.until(lambda: _numbers(street.promised()) >= _numbers(street.asked))
            # Long enough for a second answer to show, if one were to come.
            await asyncio.sleep(2)
            assert street.promised() == street.asked
    finally:
        chroma.kill()
    with capsys.disabled():
        print(
            f"\n{street.name}: the next one listens for all after {statistics.median(took_s):.1f} s"
            f" (median of {KILLS}; at most {max(took_s):.1f}), {street.count} messages"
        )


def _numbers(by_room: dict[int, list[int]]) -> set[int]:
    return {number for numbers in by_room.values() for number in numbers}
