"""The folders in which a restore keeps what was there before it."""

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path

from bot.storage import copies, snapshots
from bot.upkeep.backup.box import DATABASES, Box

log = logging.getLogger(__name__)

BEGINS = "before-restore-"
# Whoever has not undone a restore by then will not; and people's words are not kept for ever.
KEPT_FOR = timedelta(days=30)
_STAMP = "%Y-%m-%d-%H%M%S"
_NAME = re.compile(rf"{BEGINS}(\d{{4}}-\d\d-\d\d-\d{{6}})(?:-(\d+))?")


@dataclass(frozen=True, slots=True, order=True)
class SetAside:
    """What was there before a restore.

    Attributes:
        at: When it was set aside.
        number: Of those of one second, from 1.
        folder: In the folder of the database, which may be another than the box's.
    """

    at: datetime
    number: int
    folder: Path


def fresh(folder: Path, now: datetime) -> Path:
    """Return the path of a folder for what is set aside now, which is not there yet."""
    named = folder / f"{BEGINS}{now.astimezone(UTC):{_STAMP}}"
    later = (named.with_name(f"{named.name}-{number}") for number in count(2))
    return next(each for each in chain([named], later) if not each.exists())


def last(box: Box) -> tuple[SetAside, Path] | None:
    """Return what was set aside last, with the database in it; None where nothing is.

    Raises:
        OSError: The folder cannot be read.
    """
    file = copies.file_of(box.database.url)
    name = DATABASES[snapshots.POSTGRESQL] if file is None else file.name
    found = [each for each in _listed(_place(box)) if (each.folder / name).exists()]
    return (max(found), max(found).folder / name) if found else None


def clear_outdated(box: Box, now: datetime) -> None:
    """Remove what was set aside for long enough.

    Raises:
        OSError: The folder cannot be read.
    """
    for place in {box.folder, _place(box)}:
        for each in list(_listed(place)):
            if now - each.at > KEPT_FOR:
                shutil.rmtree(each.folder, ignore_errors=True)
                log.info("removed what a restore had set aside name=%s", each.folder.name)


def _place(box: Box) -> Path:
    """Return where the database is that is set aside."""
    file = copies.file_of(box.database.url)
    return box.folder if file is None else file.absolute().parent


def _listed(folder: Path) -> Iterator[SetAside]:
    for path in folder.iterdir():
        named = _NAME.fullmatch(path.name)
        if named is not None:
            at = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC)
            yield SetAside(at, int(named[2] or 1), path)
