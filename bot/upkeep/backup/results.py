"""What became of backups, kept among the settings' rows."""

import logging
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.domain.changes import What
from bot.storage.changes import ChangeRows
from bot.storage.settings import SettingRows
from bot.upkeep.backup.manifest import Origin

log = logging.getLogger(__name__)

_NAME = "backups made"
# More nobody looks through; the folder has the files.
MAX_RESULTS = 40


class Result(BaseModel):
    """What became of a backup.

    Attributes:
        name: Its file's; "" where there is none.
        rows: In all its tables, 0 where there is none.
        asked: Questions that its rows were searched for.
        error: Why it is no good; "" where it was restored and tested.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    origin: Origin
    made_at: AwareDatetime
    name: str = ""
    size_bytes: int = 0
    sealed: bool = False
    rows: int = 0
    asked: int = 0
    error: str = ""

    @property
    def ok(self) -> bool:
        """Return whether it was restored and tested."""
        return not self.error


_Results = TypeAdapter(list[Result])


class Results:
    """The last results, the newest first."""

    def __init__(self, rows: SettingRows, changes: ChangeRows) -> None:
        """Keep them in these rows, and tell of each in the log of changes."""
        self._rows = rows
        self._changes = changes

    async def all(self) -> list[Result]:
        """Return what became of the last backups, the newest first."""
        try:
            return _Results.validate_python((await self._rows.all()).get(_NAME, []))
        except ValidationError:
            log.warning("what became of backups was written by another version")
            return []

    async def add(self, result: Result, *, now: datetime) -> None:
        """Keep one more; the oldest goes where there are many.

        Raises:
            StorageError: It could not be written.
        """
        results = [result, *await self.all()][:MAX_RESULTS]
        await self._rows.put(_NAME, _Results.dump_python(results, mode="json"), now=now)
        became = {"state": "failed" if result.error else "made", "file": result.name}
        await self._changes.put(What.BACKUP, result.made_at.isoformat(), became, at=now)

    async def taken_away(self, made_at: datetime, *, now: datetime) -> None:
        """Tell of one that somebody takes away, and that is not kept here.

        Raises:
            StorageError: It could not be written.
        """
        became = {"state": "taken away"}
        await self._changes.put(What.BACKUP, made_at.isoformat(), became, at=now)
