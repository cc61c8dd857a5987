"""How backups are: by what became of the last one, and whether it is still there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.language.catalogue import N_
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.backup.results import Result
from bot.upkeep.backup.service import Backups
from bot.upkeep.health import Finding, failed

# A night may be missed; two are one too many.
MAX_AGE = timedelta(days=2)
_TODO = N_("Make one now: on the page under Backups, or `deskhand backup FILE`.")


class BackupProbe:
    """The proof that what there is could be put back."""

    def __init__(self, backups: Backups, *, now: Callable[[], datetime]) -> None:
        """Look at these."""
        self._backups = backups
        self._now = now

    async def prove(self) -> Finding:
        """Say when one was last restored and tested, and how that went."""
        results = await self._backups.results()
        good = next((each for each in results if each.ok), None)
        if good is None and not results:
            if not self._backups.choice.on:
                return Finding(False, "Backups are switched off, and there is none.", _TODO)
            return Finding(True, "None yet: the first is made soon after the start.")
        if not results[0].ok:
            return Finding(
                False, "The last backup failed: {why}", _TODO, values={"why": results[0].error}
            )
        assert good is not None  # noqa: S101 - the first of the results is good
        return await self._finding(good)

    async def _finding(self, good: Result) -> Finding:
        at = f"{good.made_at.astimezone(self._backups.zone):%Y-%m-%d %H:%M}"
        if good.made_at < self._now() - MAX_AGE:
            return Finding(False, "The last backup is of {moment}.", _TODO, values={"moment": at})
        try:
            kept = {each.name: each.size_bytes for each in await self._backups.kept()}
        except BackupError as error:
            return failed(error)
        if kept.get(good.name) != good.size_bytes:
            return Finding(
                False,
                "The last backup, of {moment}, is not in its folder any more.",
                _TODO,
                values={"moment": at},
            )
        told = {"moment": at, "rows": f"{good.rows:,}", "asked": good.asked}
        if good.asked:
            return Finding(
                True,
                "Last restored and tested {moment}: {rows} rows, {asked} questions found in it.",
                values=told,
            )
        return Finding(True, "Last restored and tested {moment}: {rows} rows.", values=told)
