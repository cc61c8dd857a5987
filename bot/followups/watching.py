"""Follow-ups that are said only if something has not happened: looked at when they are due.

While it cannot be known whether it has, nothing is said: the silence might be ours. As that may
wait for a platform, it has a loop of its own, in which no other reminder is late for it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState, Watch
from bot.followups.quiet import Quiet
from bot.followups.standing import Standing, Standings
from bot.followups.watch_words import WatchWords
from bot.followups.wording import LATE
from bot.storage.errors import StorageError
from bot.storage.followups import FollowUpRows
from bot.storage.watches import WatchRows
from bot.waiting import happened

log = logging.getLogger(__name__)

# As often as reminders are swept for.
SWEEP_S = 15.0
# A platform that cannot be asked is asked again after this long.
AWAY_FOR = timedelta(minutes=1)
BATCH = 100


class Watching:
    """Says what is due of them, or ends it without a word."""

    def __init__(
        self,
        rows: FollowUpRows,
        watches: WatchRows,
        standings: Standings,
        words: WatchWords,
        quiet: Quiet,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Look at these rows.

        Args:
            rows: Where promises are kept.
            watches: What they watch for.
            standings: Tells whether it has happened.
            words: Words what is said.
            quiet: When nobody is written to.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._watches = watches
        self._standings = standings
        self._words = words
        self._quiet = quiet
        self._sent = sent
        self._now = now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that something may be due."""
        self._woken.set()

    async def run(self) -> None:
        """See to what is due, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.see_to()
            except StorageError as error:
                # The rows stay pending; the next look finds them.
                log.error("could not look at what is watched for: %s", error)  # noqa: TRY400
            await happened(self._woken, within_s=SWEEP_S)

    async def see_to(self) -> int:
        """Say what is due and has not happened; return how many.

        Raises:
            StorageError: What is left is seen to by the next call.
        """
        said = 0
        for follow_up in await self._watches.due(self._now(), limit=BATCH):
            said += await self._see_to(follow_up)
        if said:
            self._sent()
        return said

    async def _see_to(self, follow_up: FollowUp) -> bool:
        number = follow_up.follow_up_id
        watch = await self._watches.of(number)
        if watch is None:
            await self._watches.end(follow_up, FollowUpState.CANCELLED, now=self._now())
            log.info("what it watched is gone follow_up=%s", number)
            return False
        standing, now = await self._standings.of(watch), self._now()
        if standing is Standing.HAPPENED:
            await self._watches.end(follow_up, FollowUpState.FULFILLED, now=now)
            log.info("not needed follow_up=%s", number)
            return False
        if standing is Standing.UNKNOWN:
            await self._rows.hold(follow_up, now + AWAY_FOR, late=True)
            return False
        if (until := await self._quiet_until(follow_up, watch, now)) is not None:
            await self._rows.hold(follow_up, until, late=now - follow_up.due_at > LATE)
            return False
        message = self._words.message(follow_up, watch, standing, now=now)
        return await self._rows.claim(follow_up, message, now=now)

    async def _quiet_until(
        self, follow_up: FollowUp, watch: Watch, now: datetime
    ) -> datetime | None:
        if follow_up.kind is FollowUpKind.MESSAGE:
            return await self._quiet.end(watch.person_id or 0, now, customer=True)
        return await self._quiet.until(follow_up, now)
