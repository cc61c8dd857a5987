"""The alarm clock: wakes the follow-ups when one is due. It stores nothing.

Two jobs live in memory: an alarm at the earliest due row, and a sweep that claims whatever is
due, so that a missed alarm, a suspended machine or another process's row costs seconds.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

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
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def changed(self) -> None:
        """Say that the earliest due row may be another one now."""
        self._changed.set()

    async def run(self) -> None:
        """Ring until cancelled."""
        self._scheduler.start()
        try:
            await self._ring()
            self._start_sweep()
            await self._keep_alarm()
        finally:
            self._scheduler.shutdown(wait=False)

    def _start_sweep(self) -> None:
        self._scheduler.add_job(
            self._ring, "interval", seconds=SWEEP_S, id="sweep", replace_existing=True
        )

    async def _keep_alarm(self) -> None:
        """Set the alarm anew on each change, and both jobs when the wall clock jumps.

        The scheduler reckons in wall-clock time: set back by an hour, it would sleep an hour.
        """
        wall, steady = self._wall_s(), time.monotonic()
        while True:
            if await happened(self._changed, within_s=LOOK_S):
                self._changed.clear()
                await self._set_alarm()
            jump_s = (self._wall_s() - wall) - (time.monotonic() - steady)
            wall, steady = self._wall_s(), time.monotonic()
            if abs(jump_s) > JUMP_S:
                log.warning("clock jumped by_s=%.0f", jump_s)
                self._start_sweep()
                await self._ring()

    async def _ring(self) -> None:
        async with self._one_at_a_time:
            try:
                await self._follow_ups.deliver_due()
                await self._tell_undelivered()
            except StorageError as error:
                # The rows stay pending; the next sweep finds them.
                log.error("could not deliver: %s", error)  # noqa: TRY400
        await self._set_alarm()

    async def _set_alarm(self) -> None:
        due_at = await self._follow_ups.next_due()
        if due_at is None:
            if self._scheduler.get_job("alarm"):
                self._scheduler.remove_job("alarm")
            return
        now = self._now()
        at = due_at if due_at > now else now + timedelta(seconds=OVERDUE_S)
        self._scheduler.add_job(self._ring, "date", run_date=at, id="alarm", replace_existing=True)

    def _wall_s(self) -> float:
        return self._now().timestamp()
