"""Files on their way out, kept on this computer until they are where they belong."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.durable import write_durably
from connectors.downloading import GONE, check_size
from connectors.errors import FileRefusedError
from connectors.messages import Address, OutgoingFile

# What went to this process's own rooms can be opened for so long; what is older and was never
# delivered waits for a platform that is off for good.
KEPT_FOR = timedelta(days=30)
# What no message names by then was left by a process that died.
UNNAMED_FOR = timedelta(days=1)
SWEEP_EVERY = timedelta(days=1)
_KEY = re.compile(r"[0-9a-z-]{1,64}")


class KeptFiles:
    """A folder of files, each under a key of ours: their names are strangers' words.

    It is also where files are fetched from that were sent in this process's own rooms.
    """

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        """Keep files in a folder, made with the first of them."""
        self._folder = folder
        self._now = now
        self._swept_at: datetime | None = None

    async def keep(self, key: str, name: str, content: bytes) -> OutgoingFile:
        """Keep a file; when this returns it outlasts a power cut.

        Args:
            key: Small letters, digits and hyphens; another file of the same key is replaced.
            name: As people see it.
            content: Its bytes.

        Raises:
            OSError: It could not be written.
        """
        await asyncio.to_thread(_write, self._folder, key, content, self._now())
        return OutgoingFile(name, Path(key))

    def located(self, files: Sequence[OutgoingFile]) -> tuple[OutgoingFile, ...]:
        """Return files with the whole paths of their bytes."""
        return tuple(replace(each, path=self._folder / each.path) for each in files)

    async def forget(self, files: Sequence[OutgoingFile]) -> None:
        """Remove the bytes of files; those that are gone already are left."""
        for each in files:
            await asyncio.to_thread((self._folder / each.path).unlink, missing_ok=True)

    async def fetch(
        self, address: Address, message_id: str, file_id: str, *, max_bytes: int
    ) -> bytes:
        """Return what is in a file that was sent in a room of this process.

        Raises:
            FileRefusedError: It is gone or too large.
        """
        del address, message_id  # A file's id is its key.
        content = await self.read(file_id)
        if content is None:
            raise FileRefusedError(GONE)
        check_size(len(content), max_bytes)
        return content

    async def read(self, key: str) -> bytes | None:
        """Return a file's bytes; None for what is not here."""
        if not _KEY.fullmatch(key):
            return None
        try:
            return await asyncio.to_thread((self._folder / key).read_bytes)
        except FileNotFoundError:
            return None

    async def sweep(self, named: Callable[[], Awaitable[Collection[str]]]) -> None:
        """Remove what was kept for long enough; once a day, however often it is called.

        Args:
            named: Returns the keys of files that messages still need.
        """
        now = self._now()
        if self._swept_at is not None and now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        needed = await named()
        await asyncio.to_thread(_remove_old, self._folder, needed, now)


def _write(folder: Path, key: str, content: bytes, now: datetime) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Its age is told by the clock that removes it.
    write_durably(folder / key, content, at=now)


def _remove_old(folder: Path, needed: Collection[str], now: datetime) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        kept_for = KEPT_FOR if path.name in needed else UNNAMED_FOR
        # Another process may just have removed it.
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < (now - kept_for).timestamp():
                path.unlink()
