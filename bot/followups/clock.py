"""The alarm clock: wakes the follow-ups when one is due. It stores nothing.

Two jobs live in memory: an alarm at the earliest due row, and a sweep, so that a missed alarm, a
suspended machine or another process's row costs seconds. Both only wake the one that delivers.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.followups.service import FollowUps
from bot.storage.errors import StorageError
from bot.waiting import happened

log = logging.getLogger(__name__)

SWEEP_S = 15
# The wall clock may drift from the steady one by less than this between two looks.
JUMP_S = 5.0
LOOK_S = 5.0
# A row that could not be delivered although due (full disk, its own turn not over) is tried again
# after this long.
OVERDUE_S = 3.0
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Clock:
    """Rings when a follow-up is due."""

    def __init__(
        self,
        follow_ups: FollowUps,
        tell_undelivered: Callable[[], Awaitable[object]],
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Ring for these follow-ups, and have those told that could not be delivered."""
        self._follow_ups = follow_ups
        self._tell_undelivered = tell_undelivered
        self._now = now
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A late alarm rings all the same, and once: with the default grace of one second
            # overdue jobs are dropped.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._woken = asyncio.Event()
        # Whether to deliver what is due, and not only to set the alarm anew.
        self._rung = False
        # What was due by then has been delivered, or could not be.
        self._looked_at = _LONG_AGO

    def changed(self) -> None:
        """Say that the earliest due row may be another one now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver what is due, when it is, until cancelled."""
        self._scheduler.start()
        try:
            self._start_sweep()
            await self._ring()
            wall, steady = self._wall_s(), time.monotonic()
            while True:
                if await happened(self._woken, within_s=LOOK_S):
                    self._woken.clear()
                    await self._see_to_it()
                jump_s = (self._wall_s() - wall) - (time.monotonic() - steady)
                wall, steady = self._wall_s(), time.monotonic()
                if abs(jump_s) > JUMP_S:
                    # The scheduler reckons in wall-clock time: set back by an hour, it would sleep
                    # an hour.
                    log.warning("clock jumped by_s=%.0f", jump_s)
                    self._start_sweep()
                    await self._ring()
        finally:
            self._scheduler.shutdown(wait=False)

    def _start_sweep(self) -> None:
        self._scheduler.add_job(
            self._ring, "interval", seconds=SWEEP_S, id="sweep", replace_existing=True
        )

    async def _ring(self) -> None:
        """Have what is due delivered: over at once, since a job that runs misses its next time."""
        self._rung = True
        self._woken.set()

    async def _see_to_it(self) -> None:
        """Deliver what is due if it rang, and set the alarm for what comes next."""
        try:
            if self._rung:
                self._rung = False
                self._looked_at = self._now()
                await self._deliver()
            await self._set_alarm()
        except StorageError as error:
            # The next sweep looks again.
            log.error("does not know what is due: %s", error)  # noqa: TRY400

    async def _deliver(self) -> None:
        try:
            await self._follow_ups.deliver_due()
            await self._tell_undelivered()
        except StorageError as error:
            # The rows stay pending; the alarm rings again for them.
            log.error("could not deliver: %s", error)  # noqa: TRY400

    async def _set_alarm(self) -> None:
        now = self._now()
        # A clock set back has things come due that were not when it was looked at.
        looked_at = min(self._looked_at, now)
        due_at = await self._follow_ups.next_due()
        if due_at is not None and due_at <= looked_at:
            # It could not be delivered, and holds up no other.
            again_at = now + timedelta(seconds=OVERDUE_S)
            due_at = min(await self._follow_ups.next_due(after=looked_at) or again_at, again_at)
        if due_at is None:
            if self._scheduler.get_job("alarm"):
                self._scheduler.remove_job("alarm")
        elif due_at <= now:
            # It has come due since.
            await self._ring()
        else:
            self._scheduler.add_job(
                self._ring, "date", run_date=due_at, id="alarm", replace_existing=True
            )

    def _wall_s(self) -> float:
        return self._now().timestamp()
