"""An office of several processes, every part of it killed; an outside witness says what people saw.

The page, the workers, PostgreSQL, Chroma's server and the hosts of the model, each killed at a
moment drawn by lot and brought back, while people write and are reminded.
"""

import asyncio
import random

import pytest

from tests.crash.estate import PAGE, Estate, Part, estate
from tests.crash.judgement import answered, judge, reminded
from tests.crash.letters import NEVER, Writer
from tests.fakes.postgresql_server import programs

PATIENCE_S = 180.0
ROUNDS, BATCH = 25, 40
SOONEST_KILL_S, LATEST_KILL_S = 0.05, 2.0
LONGEST_AWAY_S = 2.0


async def siege(office: Estate, *, seed: int) -> None:
    """Kill a part, or two, while letters come in, and bring them back; again and again.

    Every second round everything is answered before somebody is killed: a turn is in flight in
    two crashes at most, since three would rightly be held against it.
    """
    lot, writer = random.Random(seed), Writer(seed, model_may_be_away=True)
    # Every part is first once in so many rounds.
    order = [part for _ in range(ROUNDS) for part in lot.sample(office.parts, len(office.parts))]
    for number in range(ROUNDS):
        if number % 2 == 0:
            await office.house.until(answered, within_s=PATIENCE_S)
        office.house.send(writer.batch(BATCH))
        await asyncio.sleep(lot.uniform(SOONEST_KILL_S, LATEST_KILL_S))
        killed = [order[number], *lot.sample(office.parts, lot.randrange(2))]
        await _kill_and_bring_back(office, list(dict.fromkeys(killed)), lot)
    await office.house.until(answered, within_s=PATIENCE_S)
    await office.house.until(reminded, within_s=PATIENCE_S)


async def _kill_and_bring_back(office: Estate, parts: list[Part], lot: random.Random) -> None:
    await asyncio.gather(*(office.kill(part) for part in parts))
    await asyncio.sleep(lot.uniform(0, LONGEST_AWAY_S))
    await asyncio.gather(*(part.begin() for part in parts))


@pytest.mark.scale
@pytest.mark.timeout(1_800)
async def test_whatever_is_killed_nothing_is_lost_and_nothing_said_twice(tmp_path):
    binaries = programs()
    if binaries is None:
        pytest.skip("this needs PostgreSQL's own programs (on Debian: apt install postgresql)")
    async with estate(tmp_path, binaries, workers=3, hosts=2) as office:
        await siege(office, seed=8)
        sent, shown = office.house.sent, office.house.shown
        assert judge(sent, shown, never=NEVER) == []
        assert len(sent) == ROUNDS * BATCH == 1_000
        assert sum(bool(each.reminder) for each in sent) >= 200
        kinds = (PAGE, "worker", "PostgreSQL", "Chroma", "model host")
        assert min(office.kills[kind] for kind in kinds) >= 3, office.kills
        print(f"{dict(office.kills)} in {len(sent)} messages")
