"""The room that is left on the disk of the data directory."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.language.catalogue import N_
from bot.upkeep.health import Finding
from knowledge.errors import NoRoomError

# Of the whole disk: time to make room, and room that answers and reminders need.
LITTLE = 0.10
NONE = 0.02
_TODO = N_("Make room: old backups, logs of other programs, models that are no longer used.")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a disk.

    Attributes:
        share: Of the whole, 0.0 to 1.0.
    """

    free_bytes: int
    share: float

    def __str__(self) -> str:
        """Return it as people read it: "1.4 GB (3 %)"."""
        return f"{self.free_bytes / 1e9:.1f} GB ({self.share:.0%})"


def left_of(folder: Path) -> Left:
    """Return what is left of the disk that a folder is on.

    Raises:
        OSError: That cannot be told.
    """
    usage = shutil.disk_usage(folder)
    # What other users cannot have is not counted, as `df` does.
    return Left(usage.free, usage.free / max(1, usage.used + usage.free))


class Disk:
    """Says when room is scarce, and takes nothing more in before there is none."""

    def __init__(self, folder: Path) -> None:
        """Look after the disk that a folder is on."""
        self._folder = folder

    async def check_room(self) -> None:
        """See that more may be taken in.

        Raises:
            NoRoomError: The rest is for answers and reminders.
        """
        left = await self.left()
        if left.share < NONE:
            raise NoRoomError(
                "The disk has {left} left: make room first. Nothing was added; answers go on.",
                left=left,
            )

    async def left(self) -> Left:
        """Return what is left.

        Raises:
            OSError: That cannot be told.
        """
        return await asyncio.to_thread(left_of, self._folder)

    async def prove(self) -> Finding:
        """Measure it."""
        left = await self.left()
        if left.share < NONE:
            return Finding(
                False,
                "The disk has {left} left: answers go on, files are not taken in.",
                _TODO,
                values={"left": left},
            )
        if left.share < LITTLE:
            return Finding(False, "The disk has {left} left.", _TODO, values={"left": left})
        return Finding(True, "The disk has {left} left.", values={"left": left})
