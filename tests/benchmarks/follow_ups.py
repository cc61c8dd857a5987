"""How soon what is due is claimed, beside APScheduler's own store; and what many waiting cost."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.followups.clock import Clock
from tests.benchmarks.apscheduler_store import JobStore
from tests.benchmarks.follow_up_costs import costs
from tests.benchmarks.follow_up_office import Office, office, utc_now
from tests.benchmarks.table import Figure
from tests.fakes.wall_clock import rule_the_scheduler

# One more due than this at a time is no office's day.
PROMISES = 100
# Less than a sweep, so that no other process's row is found by the alarm of an earlier one.
SPREAD_S = 10.0
# Before the first is due, so that a busy machine has made it by then.
HEAD_START = timedelta(seconds=5)
LOOKED_S = 0.5
AT_ONCE_S, SWEPT_WITHIN_S = 1.0, 16.0
# So many jumps at different moments between two looks at the clock, each with its share due.
JUMPS = 10
JUMP = timedelta(hours=1)
# What has not run by then is not waited for: it would be an hour.
GIVEN_UP_S = 2 * SWEPT_WITHIN_S

Promise = Callable[[datetime], Awaitable[object]]


class Settable:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def stand_at(self, moment: datetime) -> None:
        """Set it to a moment, from which it goes on."""
        self._ahead = moment - utc_now()


async def measure() -> list[Figure]:
    """Return the delays and the cost of an alarm."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = [*await _delays(folder), *await _jumps(folder)]
        return [*figures, *await costs(folder)]


# Nobody sets the clock


async def _delays(folder: Path) -> list[Figure]:
    async with office(folder / "here") as own, office(folder / "elsewhere") as other:

        async def promise(due_at: datetime) -> object:
            return await own.service.promise(own.new(due_at))

        async def behind_its_back(due_at: datetime) -> object:
            # As another process does it: nothing wakes the clock.
            return await other.rows.promise(other.new(due_at), None, now=utc_now())

        in_process, swept = await asyncio.gather(
            _late_s(own, promise), _late_s(other, behind_its_back)
        )
    # Not beside ours: its store blocks the loop.
    theirs, theirs_elsewhere = await asyncio.gather(
        _theirs_late_s(folder / "jobs here.db", elsewhere=False),
        _theirs_late_s(folder / "jobs elsewhere.db", elsewhere=True),
    )
    spread = f"{PROMISES} due within {SPREAD_S:.0f} s"
    there = "another process's row"
    return [
        Figure("due to claimed, p95", _p95(in_process), "s", spread, target=AT_ONCE_S),
        Figure(f"due to claimed, {there}, p95", _p95(swept), "s", spread, target=SWEPT_WITHIN_S),
        *_beside("due to run", in_process, theirs),
        *_beside(f"due to run, {there}", swept, theirs_elsewhere),
    ]


@asynccontextmanager
async def _ringing(at: Office, now: Callable[[], datetime]) -> AsyncIterator[None]:
    clock = Clock(at.service, _nothing, now=now)
    at.service.changed = clock.changed
    running = asyncio.create_task(clock.run())
    # It looks once as it starts: what is there by then it knows.
    await asyncio.sleep(LOOKED_S)
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _spread(first: datetime) -> list[datetime]:
    return [first + timedelta(seconds=number * SPREAD_S / PROMISES) for number in range(PROMISES)]


async def _late_s(at: Office, promise: Promise) -> list[float]:
    """Promise while the clock runs, and return how late each was claimed."""
    async with _ringing(at, utc_now):
        for due_at in _spread(utc_now() + HEAD_START):
            await promise(due_at)
        return await _all_claimed(at, PROMISES, within_s=SPREAD_S + 2 * SWEPT_WITHIN_S)


async def _theirs_late_s(file: Path, *, elsewhere: bool) -> list[float]:
    """Return how late each job was run; at least `GIVEN_UP_S` for one that was not."""
    runs, adds = JobStore(file, now=utc_now), JobStore(file, now=utc_now)
    runs.resume()
    await asyncio.sleep(LOOKED_S)
    due = _spread(utc_now() + HEAD_START)
    for number, at in enumerate(due):
        (adds if elsewhere else runs).add(number, at)
    await _given_up(lambda: all(runs.ran(number) for number in range(PROMISES)))
    for each in (runs, adds):
        each.close()
    return _told_s(runs, due)


# Somebody does


async def _jumps(folder: Path) -> list[Figure]:
    clock = Settable()
    rule_the_scheduler(clock)
    async with office(folder / "jumps", now=clock) as own:
        theirs = JobStore(folder / "jobs jump.db", now=clock)
        theirs.resume()
        async with _ringing(own, clock):
            forward = list[float]()
            for jump in range(1, JUMPS + 1):
                due_at = clock() + JUMP
                for _ in range(PROMISES // JUMPS):
                    await own.service.promise(own.new(due_at))
                if jump == JUMPS:
                    # A job that is added wakes it: only at the last jump it is left to itself.
                    theirs.add(0, due_at)
                # Not always as long after the last look.
                await asyncio.sleep(0.7 * jump % 5)
                clock.stand_at(due_at)
                forward = await _all_claimed(
                    own, PROMISES // JUMPS * jump, within_s=2 * SWEPT_WITHIN_S
                )
            await _given_up(lambda: theirs.ran(0) is not None)
            their_forward = _told_s(theirs, [due_at])
            clock.stand_at(clock() - JUMP)
            for due_at in _spread(clock() + HEAD_START):
                await own.service.promise(own.new(due_at))
            every = await _all_claimed(own, 2 * PROMISES, within_s=SPREAD_S + 2 * SWEPT_WITHIN_S)
        theirs.close()
    rule_the_scheduler(utc_now)
    set_back = every[PROMISES:]
    told = f"{JUMPS} jumps by an hour, {PROMISES // JUMPS} due at each"
    return [
        Figure(
            "due to claimed, clock set forward, p95",
            _p95(forward),
            "s",
            told,
            target=SWEPT_WITHIN_S,
        ),
        Figure(
            "due to claimed, clock set back, p95",
            _p95(set_back),
            "s",
            f"by an hour, then {PROMISES} promised within {SPREAD_S:.0f} s",
            target=SWEPT_WITHIN_S,
        ),
        *_beside("due to run, clock set forward", forward, their_forward),
    ]


async def _nothing() -> None:
    return None


async def _all_claimed(at: Office, count: int, *, within_s: float) -> list[float]:
    """Wait until so many are claimed; return how late each was, in the order of their claims."""
    async with asyncio.timeout(within_s):
        while len(at.rows.late_s) < count:
            await asyncio.sleep(0.2)
    return at.rows.late_s


async def _given_up(so: Callable[[], bool]) -> None:
    began_s = time.monotonic()
    while not so() and time.monotonic() - began_s < GIVEN_UP_S:
        await asyncio.sleep(0.2)


def _told_s(store: JobStore, due: Sequence[datetime]) -> list[float]:
    runs = [store.ran(number) for number in range(len(due))]
    return [
        GIVEN_UP_S if ran_at is None else (ran_at - due_at).total_seconds()
        for ran_at, due_at in zip(runs, due, strict=True)
    ]


def _beside(what: str, ours: Sequence[float], theirs: Sequence[float]) -> list[Figure]:
    """Return APScheduler's own figure, and ours as a share of it."""
    longest = max(theirs)
    note = "the same jobs"
    if longest >= GIVEN_UP_S:
        note = f"some had not run {GIVEN_UP_S:.0f} s later, when nobody waited any more"
    return [
        Figure(f"APScheduler's own store, {what}, p95", _p95(theirs), "s", note),
        Figure(f"{what}, ours against APScheduler's", _p95(ours) / _p95(theirs), "times"),
    ]


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
