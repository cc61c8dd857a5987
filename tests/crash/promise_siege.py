"""Processes killed and started again, and the clock set, while people are promised things."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crash.house import House, kill, prepared
from tests.crash.promise_people import People
from tests.fakes.wall_clock import WallClock

# A Monday; a week later nobody has moved a clock for the season.
BEGIN = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
PATIENCE_S = 90.0
SOONEST_KILL_S, LATEST_KILL_S = 0.05, 0.6
# The product looks at the clock every five seconds.
LOOKED_S = 6.0
# Long enough for a second delivery to show, if one were to come.
QUIET_S = 1.0


class Siege:
    """Processes on one database, killed and started again while the clock is set."""

    def __init__(self, house: House, people: People, clock: WallClock, names: list[str]) -> None:
        self._house = house
        self._people = people
        self._clock = clock
        self._names = names
        self._pids: dict[str, int] = {}
        self._settings = 0

    async def start(self) -> None:
        """Start what does not run."""
        for name in self._names:
            if name not in self._pids:
                self._pids[name] = await self._house.start(name)

    async def stop(self, names: Sequence[str], number: signal.Signals) -> None:
        """End processes."""
        for name in names:
            pid = self._pids.pop(name)
            kill(pid, number)
            await self._house.gone(pid, within_s=15)

    async def round(self, lot: random.Random, *, promises: int, calm: bool) -> None:
        """Have people ask and change their minds, the clock set, and a process killed.

        Args:
            lot: Draws what happens, and when.
            promises: How many are asked for.
            calm: Everything is answered before the clock is set and somebody is killed: a turn
                is in flight in two crashes at most, since three would rightly be held against it.
        """
        await self.start()
        self._people.ask(promises)
        if calm:
            await self.settle()
        changing = asyncio.create_task(self._people.change_their_minds(list(self._pids)))
        if calm:
            await changing
            await self.settle()
            before = len(self._house.shown)
            if self._set_clock(lot):
                await _until(lambda: len(self._house.shown) > before, within_s=LOOKED_S)
        await asyncio.sleep(lot.uniform(SOONEST_KILL_S, LATEST_KILL_S))
        killed = [lot.choice(self._names)] if lot.random() < 0.7 else list(self._names)
        await self.stop(killed, signal.SIGKILL)
        await changing
        if not self._people.unsettled and lot.random() < 0.7:
            # The box is off for a while, and its clock has stood wrong at times.
            minutes = lot.randint(10, 90) if lot.random() < 0.85 else -lot.randint(1, 30)
            self._clock.go(timedelta(minutes=minutes))

    def _set_clock(self, lot: random.Random) -> bool:
        """Set the clock while they run, each time otherwise; whether something is due then."""
        now, self._settings = self._clock(), self._settings + 1
        coming = [at for each in self._people.wanted for at in each.times if at > now]
        match self._settings % 3:
            case 1 if coming:
                self._clock.stand_at(min(coming) - timedelta(seconds=0.5))
            case 2:
                self._clock.go(timedelta(minutes=-lot.randint(1, 20)))
            case _:
                self._clock.go(timedelta(minutes=lot.randint(1, 25)))
        return any(at < self._clock() + timedelta(seconds=1) for at in coming)

    async def settle(self) -> None:
        """Wait until everything is answered."""
        async with asyncio.timeout(PATIENCE_S):
            await self._people.settle(self._names)

    async def finish(self) -> None:
        """Have everything answered and delivered, and look whether anything comes again."""
        await self.start()
        await self.settle()
        last = max(at for each in self._people.wanted for at in each.times)
        await self.stop(self._names, signal.SIGKILL)
        self._clock.stand_at(max(last, self._clock()) + timedelta(minutes=1))
        await self.start()
        await _until(lambda: not self._people.verdict.lost, within_s=PATIENCE_S)
        await self.stop(self._names, signal.SIGTERM)
        await self.start()
        await asyncio.sleep(QUIET_S)
        await self.stop(self._names, signal.SIGTERM)


async def _until(so: Callable[[], bool], *, within_s: float) -> None:
    """Wait for something; the judge says what did not come."""
    began = time.monotonic()
    while not so() and time.monotonic() - began < within_s:
        await asyncio.sleep(0.1)


async def besieged(
    path: Path,
    *,
    kills: int,
    promises: int,
    within: timedelta,
    seed: int,
    database_url: str = "",
    processes: int = 1,
) -> dict[str, int]:
    """Kill processes while people are promised things; return what came how often.

    Args:
        path: Where all of it stands.
        kills: How many.
        promises: How many are asked for, in all.
        within: How long after it is asked for something is due, at most.
        seed: Of the lot.
        database_url: Of an empty PostgreSQL; "" for SQLite.
        processes: How many serve the database; one for SQLite.
    """
    clock, lot = WallClock(path / "clock"), random.Random(seed)
    clock.stand_at(BEGIN)
    async with prepared(path, clock=clock, database_url=database_url) as house:
        people = People(house, clock, lot, within=within)
        siege = Siege(house, people, clock, [f"box-{number}" for number in range(processes)])
        for number in range(kills):
            await siege.round(lot, promises=promises // kills, calm=number % 2 == 1)
        await siege.finish()
        verdict = people.verdict
        assert not verdict.wrong, "\n".join([*verdict.wrong[:20], house.log[-1000:]])
    # What was asked for a moment that was over by the time it was read is asked back.
    assert verdict.counts["promised"] >= 0.9 * len(people.wanted)
    return verdict.counts
