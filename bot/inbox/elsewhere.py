"""Has what was set in another process hold in this one: settings, and the platforms' tokens."""

import asyncio
import logging

from bot.choices import Choices
from bot.inbox.platforms import Platforms
from bot.storage.errors import StorageError
from bot.waiting import happened

log = logging.getLogger(__name__)

# A change is told at once; what was told in vain is seen so often.
SWEEP_S = 15.0


class Elsewhere:
    """Reads again what the owner has set, when it was changed elsewhere."""

    def __init__(self, choices: Choices, platforms: Platforms) -> None:
        """Keep these true to their rows."""
        self._choices = choices
        self._platforms = platforms
        self._woken = asyncio.Event()

    def changed(self) -> None:
        """Say that another process has set something."""
        self._woken.set()

    async def run(self) -> None:
        """Take up what was set, until cancelled.

        Raises:
            InvalidSettingError: A value fits this version not; the others hold.
        """
        while True:
            self._woken.clear()
            try:
                await self._platforms.refresh()
                await self._choices.refresh()
            except StorageError as error:
                # What held goes on holding; the next look finds what is new.
                log.error("could not read what is set: %s", error)  # noqa: TRY400
            await happened(self._woken, within_s=SWEEP_S)
