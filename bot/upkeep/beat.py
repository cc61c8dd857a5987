"""Tells the other processes of an office that this one lives, and what it does."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from importlib.metadata import version

from bot.domain.workers import Doing, Duty
from bot.storage.errors import StorageError
from bot.storage.workers import WorkerRows

log = logging.getLogger(__name__)

BEAT_S = 5.0


class Beat:
    """Writes a row of this process again and again; it is gone once the process ends."""

    def __init__(self, rows: WorkerRows, duty: Duty, doing: Callable[[], Doing]) -> None:
        """Write into these rows what is being done."""
        self._rows = rows
        self._duty = duty
        self._doing = doing
        self._heard = True

    async def run(self) -> None:
        """Say that this process lives, until cancelled."""
        beat: asyncio.Future[None] | None = None
        try:
            while True:
                beat = asyncio.ensure_future(self._beat())
                # A row that is being written comes before it is taken away.
                await asyncio.shield(beat)
                await asyncio.sleep(BEAT_S)
        finally:
            if beat is not None:
                await asyncio.wait({beat})
            with contextlib.suppress(StorageError):
                # Where it cannot be said, the others see that nothing more is heard.
                await self._rows.leave()

    async def _beat(self) -> None:
        name = f"{socket.gethostname()}:{os.getpid()}"
        try:
            await self._rows.beat(name, self._duty, version("deskhand"), self._doing())
        except StorageError as error:
            if self._heard:
                log.error("cannot tell the others that it lives: %s", error)  # noqa: TRY400
            self._heard = False
        else:
            if not self._heard:
                log.info("the others hear of it again")
            self._heard = True
