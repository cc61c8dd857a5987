"""Forgets what people said and were told once it was kept for long enough."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.choices import Choices
from bot.storage.changes import ChangeRows
from bot.storage.retention import MAX_MESSAGES, RetentionRows
from bot.storage.settings import SettingRows
from knowledge.documents import Audience

log = logging.getLogger(__name__)

GROUP = "retention"
_LAST = "words forgotten"
EVERY = timedelta(days=1)
# From one look back at the year to the next; whoever takes over from somebody finds what they did.
CHANGES_KEPT = timedelta(days=365)
SWEEP_S = 600.0
# Between two transactions others have the database.
_PAUSE_S = 0.05


class RetentionChoice(BaseModel):
    """How long words are kept.

    Attributes:
        public_days: What was said in rooms of the public.
        staff_days: What was said in all others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_days: int = Field(default=90, ge=1, le=36_500)
    staff_days: int = Field(default=365, ge=1, le=36_500)


class Retention:
    """Once a day; what is left of a day's work after a stop is done the next time."""

    def __init__(
        self,
        rows: RetentionRows,
        changes: ChangeRows,
        marks: SettingRows,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Forget in these rows.

        Args:
            rows: What was said and told.
            changes: The log of changes.
            marks: Where it is noted when that was done.
            choices: How long words are kept.
            now: The clock.
        """
        self._rows = rows
        self._changes = changes
        self._marks = marks
        self._choices = choices
        self._now = now

    async def run(self) -> None:
        """Forget each day until cancelled.

        Raises:
            StorageError: The rows could not be read or written.
        """
        while True:
            await asyncio.sleep(SWEEP_S)
            last = await self.last()
            if last is None or self._now() - last >= EVERY:
                await self.forget()

    async def forget(self) -> int:
        """Forget what is old enough; return how many messages that were.

        Raises:
            StorageError: What is left is forgotten the next time.
        """
        now = self._now()
        choice = self.choice
        ages = {Audience.PUBLIC: choice.public_days, Audience.STAFF: choice.staff_days}
        count = 0
        for audience, days in ages.items():
            before = now - timedelta(days=days)
            while True:
                forgotten = await self._rows.forget(audience, before=before)
                count += forgotten
                if forgotten < MAX_MESSAGES:
                    break
                await asyncio.sleep(_PAUSE_S)
            await self._rows.forget_told(audience, before=before)
        await self._changes.forget(before=now - CHANGES_KEPT)
        await self._marks.put(_LAST, now.isoformat(), now=now)
        if count:
            log.info("forgot words messages=%s", count)
        return count

    @property
    def choice(self) -> RetentionChoice:
        """Return what the owner has chosen."""
        return RetentionChoice.model_validate(self._choices.get(GROUP))

    async def last(self) -> datetime | None:
        """Return when it was last done; None when it never was."""
        told = (await self._marks.all()).get(_LAST)
        return datetime.fromisoformat(told) if isinstance(told, str) else None
