"""The folder of backups: how they are named, and which of them go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.upkeep.backup.manifest import Origin

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"deskhand-([a-z-]+)-(\d{8}T\d{6}Z)\.(zip|sealed)")
# Of those that were asked for, and those of before an update, so many are kept.
KEPT_OF_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder."""

    name: str
    origin: Origin
    made_at: datetime
    size_bytes: int
    sealed: bool


def name_of(origin: Origin, made_at: datetime, *, sealed: bool) -> str:
    """Return the name of a backup's file."""
    stamp = made_at.astimezone(UTC).strftime(_STAMP)
    return f"deskhand-{origin.value}-{stamp}.{'sealed' if sealed else 'zip'}"


def listed(folder: Path) -> list[Kept]:
    """Return the backups in a folder, the newest first; none where there is no folder.

    Raises:
        OSError: The folder cannot be read.
    """
    if not folder.is_dir():
        return []
    found = [_kept(path) for path in folder.iterdir() if path.is_file()]
    return sorted(filter(None, found), key=lambda each: each.made_at, reverse=True)


def outdated(kept: Sequence[Kept], *, daily: int, weekly: int, zone: ZoneInfo) -> list[Kept]:
    """Return which of the backups are to go.

    Of the nightly ones the newest of each of the last days and weeks that have one stay, on the
    business's calendar: a box that was off for a month loses none by that.

    Args:
        kept: Those in the folder that were proved, the newest first.
        daily: How many days.
        weekly: How many weeks.
        zone: The business's.
    """
    nightly = [each for each in kept if each.origin is Origin.NIGHTLY]
    days: dict[object, Kept] = {}
    weeks: dict[object, Kept] = {}
    for each in nightly:
        day = each.made_at.astimezone(zone).date()
        days.setdefault(day, each)
        weeks.setdefault(day.isocalendar()[:2], each)
    staying = {each.name for each in [*list(days.values())[:daily], *list(weeks.values())[:weekly]]}
    for origin in Origin:
        if origin is not Origin.NIGHTLY:
            others = [each for each in kept if each.origin is origin]
            staying |= {each.name for each in others[:KEPT_OF_OTHERS]}
    return [each for each in kept if each.name not in staying]


def _kept(path: Path) -> Kept | None:
    found = _NAME.fullmatch(path.name)
    if found is None or found[1] not in set(Origin):
        return None
    made_at = datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC)
    return Kept(path.name, Origin(found[1]), made_at, path.stat().st_size, found[3] == "sealed")
