"""The real process, killed again and again; an outside witness says what people saw."""

import asyncio
import random
import signal
from collections import Counter

import pytest

from tests.crash.house import House, kill, prepared
from tests.crash.judgement import answered, judge, reminded
from tests.crash.letters import NEVER, STAFF_ROOMS, Writer

BY_TIME = "by time"
# Each a moment at which a promise or an answer hangs by a thread.
STORED = "stored"  # the message is committed, its platform does not know yet
PROMISED = "promised"  # the reminder is committed, its turn is not
MID_STREAM = "after edit: growing"  # a part of the answer is in sight
POSTED = ("after post: answer", "after post: growing", "after post: reminder")  # id not recorded
OTHERS = ("before post: answer", "before post: reminder", "after edit: answer")

SHORT = [STORED, PROMISED, MID_STREAM, *POSTED]
LONG = [STORED, PROMISED, MID_STREAM, *POSTED, *OTHERS, BY_TIME] * 4
# A start that got no further than this was killed before it could serve.
SOONEST_KILL_S, LATEST_KILL_S = 0.05, 2.0
PATIENCE_S = 60.0


async def siege(house: House, points: list[str], *, batch: int, seed: int) -> Counter[str]:
    """Kill the product at each point while letters come in, then let it finish.

    Before every second kill the letters of the kills before are answered: a turn is in flight in
    two crashes at most, since three would rightly be held against it.

    Returns:
        How often it died at each.
    """
    lot, writer = random.Random(seed), Writer(seed)
    hit = Counter[str]()
    for number, point in enumerate(points):
        pid = await house.start()
        if number % 2 == 0:
            await house.until(answered, within_s=PATIENCE_S)
        if point != BY_TIME:
            house.office.set_trap(point, lot.randrange(2))
        house.send(writer.batch(batch))
        if point == BY_TIME:
            await asyncio.sleep(lot.uniform(SOONEST_KILL_S, LATEST_KILL_S))
            kill(pid)
        await house.gone(pid, within_s=PATIENCE_S)
        hit[point] += 1
    await _finish(house, await house.start())
    return hit


async def _finish(house: House, pid: int) -> None:
    """Let the product answer everything, stop it, and judge what the witness saw."""
    await house.until(answered, within_s=PATIENCE_S)
    await house.until(reminded, within_s=PATIENCE_S)
    kill(pid, signal.SIGTERM)
    await house.gone(pid, within_s=10)
    assert judge(house.sent, house.shown, never=NEVER) == []


async def test_six_kills_lose_nothing_and_say_nothing_twice(tmp_path):
    async with prepared(tmp_path) as house:
        await siege(house, SHORT, batch=8, seed=1)
        assert len(house.sent) == 48
        assert sum(bool(each.reminder) for each in house.sent) >= 9


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_forty_kills_lose_nothing_and_say_nothing_twice(tmp_path):
    async with prepared(tmp_path) as house:
        hit = await siege(house, LONG, batch=8, seed=2)
        assert all(hit[point] >= 2 for point in (STORED, PROMISED, MID_STREAM))
        assert sum(hit[point] for point in POSTED) >= 2
        assert len(house.sent) >= 300
        assert sum(bool(each.reminder) for each in house.sent) >= 60


async def test_a_message_that_kills_whoever_reads_it_is_set_aside_and_the_others_are_served(
    tmp_path,
):
    async with prepared(tmp_path) as house:
        writer, room, other = Writer(3), *STAFF_ROOMS[:2]
        house.send([writer.verbatim(room), writer.deadly(room), writer.composed(room)])
        house.send([writer.composed(other), writer.verbatim(other), writer.verbatim(other)])
        deaths = 0
        while True:
            pid = await house.start()
            parked = asyncio.create_task(house.until(answered, within_s=PATIENCE_S))
            died = asyncio.create_task(house.gone(pid, within_s=PATIENCE_S))
            await asyncio.wait({parked, died}, return_when=asyncio.FIRST_COMPLETED)
            if parked.done():
                died.cancel()
                break
            parked.cancel()
            deaths += 1
            assert deaths < 7, "it is never set aside"
        assert deaths >= 3
        await _finish(house, pid)
