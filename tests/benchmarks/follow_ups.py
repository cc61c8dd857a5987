"""How soon what is due is claimed, and what many waiting rows cost the next alarm."""

import asyncio
import pickle
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import insert, select

from bot.domain.followups import FollowUpState
from bot.followups.clock import Clock
from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.migrate import migrate
from bot.storage.people import PersonRows
from bot.storage.tables import follow_ups, outbox
from connectors.messages import Address, Author
from tests.benchmarks.table import Figure

ROOM = Address("slack", "C1")
FEW, MANY = 1_000, 100_000
# One more due than this at a time is no office's day.
PROMISES = 100
# Less than a sweep, so that no other process's row is found by the alarm of an earlier one.
SPREAD_S = 10.0
LOOKED_S = 0.5
ROUNDS = 150
SWEPT_WITHIN_S = 16.0

Promise = Callable[[datetime], Awaitable[object]]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """Rows of one database, and the service in front of them."""

    database: Database
    rows: FollowUpRows
    service: FollowUps
    person_id: int

    def new(self, due_at: datetime) -> NewFollowUp:
        return NewFollowUp(self.person_id, ROOM, "bake", due_at, "UTC", "en")


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    await migrate(database)
    person = await PersonRows(database).ensure("slack", Author("U1", "Ann"))
    rows = FollowUpRows(database, run="benchmark")
    service = FollowUps(rows, Phrasebook(), now=now, started_at=now(), sent=lambda: None)
    try:
        yield Office(database, rows, service, person.person_id)
    finally:
        await database.close()


async def measure() -> list[Figure]:
    """Return the delays and the cost of an alarm."""
    with tempfile.TemporaryDirectory() as folder:
        return [*await _delays(Path(folder)), *await _costs(Path(folder))]


async def _delays(folder: Path) -> list[Figure]:
    here, elsewhere = folder / "here", folder / "elsewhere"
    for each in (here, elsewhere):
        each.mkdir()
    async with office(here) as own, office(elsewhere) as other:

        async def promise(due_at: datetime) -> object:
            return await own.service.promise(own.new(due_at))

        async def behind_its_back(due_at: datetime) -> object:
            # As another process does it: nothing wakes the clock.
            return await other.rows.promise(other.new(due_at), None, now=now())

        in_process, swept = await asyncio.gather(
            _late_s(own, promise), _late_s(other, behind_its_back)
        )
    spread = f"{PROMISES} due within {SPREAD_S:.0f} s"
    return [
        Figure("due to claimed, p95", _p95(in_process), "s", spread, target=1.0),
        Figure(
            "due to claimed, another process's row, p95",
            _p95(swept),
            "s",
            spread,
            target=SWEPT_WITHIN_S,
        ),
    ]


async def _late_s(at: Office, promise: Promise) -> list[float]:
    """Promise while the clock runs, and return how late each was claimed."""
    clock = Clock(at.service, _nothing, now=now)
    at.service.changed = clock.changed
    running = asyncio.create_task(clock.run())
    # It looks once as it starts: what is there by then it knows.
    await asyncio.sleep(LOOKED_S)
    first = now() + timedelta(seconds=2)
    for number in range(PROMISES):
        await promise(first + timedelta(seconds=number * SPREAD_S / PROMISES))
    async with asyncio.timeout(SPREAD_S + 2 * SWEPT_WITHIN_S):
        while len(late := await _claimed(at.database)) < PROMISES:
            await asyncio.sleep(0.5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return late


async def _nothing() -> None:
    return None


async def _claimed(database: Database) -> list[float]:
    joined = select(outbox.c.created_at, follow_ups.c.due_at).join(
        follow_ups, follow_ups.c.follow_up_id == outbox.c.follow_up_id
    )
    found = await database.read(lambda connection: connection.execute(joined).all())
    return [(claimed_at - due_at).total_seconds() for claimed_at, due_at in found]


async def _costs(folder: Path) -> list[Figure]:
    ours: dict[int, list[float]] = {FEW: [], MANY: []}
    theirs: dict[int, list[float]] = {FEW: [], MANY: []}
    for count in ours:
        (folder / str(count)).mkdir()
    async with office(folder / str(FEW)) as few, office(folder / str(MANY)) as many:
        offices = {FEW: few, MANY: many}
        stores = {count: _store(folder / str(count) / "jobs.db", count) for count in offices}
        for count, each in offices.items():
            await _fill(each, count)
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
    start = now() + timedelta(days=1)
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
    await at.rows.promise(at.new(now()), None, now=now())
    began_s = time.perf_counter()
    if await at.service.deliver_due() != 1:
        raise AssertionError("exactly one was due")
    await at.service.next_due()
    return (time.perf_counter() - began_s) * 1000


def _job() -> None:
    """Run as a job of APScheduler's."""


class _Store:
    """APScheduler's SQLAlchemy job store, filled."""

    def __init__(self, store: SQLAlchemyJobStore, scheduler: AsyncIOScheduler) -> None:
        self._store = store
        self._scheduler = scheduler

    def alarm_ms(self) -> float:
        """Return what it takes to take one job that is due and to find when the next one is."""
        self._scheduler.add_job(_job, "date", run_date=now(), id="due")
        began_s = time.perf_counter()
        [job] = self._store.get_due_jobs(now())
        self._store.remove_job(job.id)
        self._store.get_next_run_time()
        return (time.perf_counter() - began_s) * 1000


def _store(file: Path, count: int) -> _Store:
    store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
    scheduler = AsyncIOScheduler(jobstores={"default": store}, timezone="UTC")
    scheduler.start(paused=True)
    job = scheduler.add_job(_job, "date", run_date=now() + timedelta(days=1), id="pattern")
    state, first_s = pickle.dumps(job.__getstate__()), (now() + timedelta(days=1)).timestamp()
    rows = [
        {"id": str(number), "next_run_time": first_s + 60 * number, "job_state": state}
        for number in range(count)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(store.jobs_t), rows)
    return _Store(store, scheduler)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
