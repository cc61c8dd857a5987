"""What many waiting follow-ups cost the next alarm."""

import statistics
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.domain.followups import FollowUpState
from bot.storage.tables import follow_ups
from tests.benchmarks.apscheduler_store import JobStore
from tests.benchmarks.follow_up_office import ROOM, Office, office, utc_now
from tests.benchmarks.table import Figure

FEW, MANY = 1_000, 100_000
ROUNDS = 150


async def costs(folder: Path) -> list[Figure]:
    """Return what an alarm costs with few and with many waiting, ours and APScheduler's."""
    ours: dict[int, list[float]] = {FEW: [], MANY: []}
    theirs: dict[int, list[float]] = {FEW: [], MANY: []}
    async with office(folder / str(FEW)) as few, office(folder / str(MANY)) as many:
        offices = {FEW: few, MANY: many}
        stores = {
            count: JobStore(folder / str(count) / "jobs.db", now=utc_now) for count in offices
        }
        for count, each in offices.items():
            await _fill(each, count)
            stores[count].fill(count)
        # In turns, so that a busy machine slows all alike.
        for turn in range(ROUNDS):
            for count, each in sorted(offices.items(), reverse=turn % 2 == 1):
                ours[count].append(await _alarm_ms(each))
                theirs[count].append(stores[count].alarm_ms())
    median = {count: statistics.median(times) for count, times in ours.items()}
    apscheduler = {count: statistics.median(times) for count, times in theirs.items()}
    return [
        Figure("an alarm, 1,000 waiting", median[FEW], "ms", "claimed durably, next one found"),
        Figure("an alarm, 100,000 waiting", median[MANY], "ms", f"median of {ROUNDS}"),
        Figure("an alarm, 100,000 against 1,000", median[MANY] / median[FEW], "times", target=1.5),
        Figure("APScheduler's own store, 1,000 jobs", apscheduler[FEW], "ms", "the same, no row"),
        Figure("APScheduler's own store, 100,000 jobs", apscheduler[MANY], "ms"),
        Figure(
            "APScheduler's own store, 100,000 against 1,000",
            apscheduler[MANY] / apscheduler[FEW],
            "times",
        ),
    ]


async def _fill(at: Office, count: int) -> None:
    start = utc_now() + timedelta(days=1)
    waiting = [
        {
            "person_id": at.person_id,
            "platform": ROOM.platform,
            "channel": ROOM.channel,
            "thread": "",
            "subject": "bake",
            "due_at": start + timedelta(minutes=number),
            "zone": "UTC",
            "language": "en",
            "state": FollowUpState.PENDING,
            "created_at": start,
        }
        for number in range(count)
    ]
    await at.database.write(lambda connection: connection.execute(insert(follow_ups), waiting))


async def _alarm_ms(at: Office) -> float:
    """Return what it takes to claim one that is due and to find when the next alarm is."""
    await at.rows.promise(at.new(utc_now()), None, now=utc_now())
    began_s = time.perf_counter()
    if await at.service.deliver_due() != 1:
        raise AssertionError("exactly one was due")
    await at.service.next_due()
    return (time.perf_counter() - began_s) * 1000
