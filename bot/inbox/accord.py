"""What the processes of one office agree on about a platform, as notes beside the settings.

One process alone needs none of it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.storage.settings import SettingRows


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed on just now.

    Attributes:
        held: Names the time since which turns wait for their rooms to be read back; "": none do.
        anew: When another one than before, every process that listens is to connect anew.
        listening: Of a platform where one process listens for all: it is connected.
    """

    held: str
    anew: str
    listening: bool


class Accord:
    """The notes, of every platform."""

    def __init__(self, notes: SettingRows, *, now: Callable[[], datetime]) -> None:
        """Keep them beside the settings."""
        self._notes = notes
        self._now = now

    async def read(self, platform: str) -> Agreed:
        """Return what is agreed on about a platform.

        Raises:
            StorageError: It could not be read.
        """
        notes = await self._notes.all()
        return Agreed(
            held=str(notes.get(f"held {platform}") or ""),
            anew=str(notes.get(f"anew {platform}") or ""),
            listening=notes.get(f"listening {platform}") is True,
        )

    async def hold(self, platform: str, name: str) -> None:
        """Have the turns of a platform wait in every process until `release`.

        Raises:
            StorageError: The others were not told.
        """
        await self._notes.put(f"held {platform}", name, now=self._now())

    async def release(self, platform: str, name: str) -> None:
        """Note that every room was read back, unless turns wait again since.

        Raises:
            StorageError: The others were not told.
        """
        await self._notes.forget(f"held {platform}", name)

    async def connect_anew(self, platform: str) -> str:
        """Have every process that listens connect anew; return the new `Agreed.anew`.

        Raises:
            StorageError: The others were not told.
        """
        anew = secrets.token_hex(4)
        await self._notes.put(f"anew {platform}", anew, now=self._now())
        return anew

    async def listens(self, platform: str, *, connected: bool) -> None:
        """Note whether the one process that listens for all is connected.

        Raises:
            StorageError: The others were not told.
        """
        await self._notes.put(f"listening {platform}", connected, now=self._now())
