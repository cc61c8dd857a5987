"""A backup under way, made for who pressed the button; it goes on when the page is left."""

from dataclasses import dataclass

from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.results import Result
from bot.upkeep.backup.service import Backups
from bot.web.reader import N_
from bot.web.watched import Watched


@dataclass(frozen=True, slots=True)
class BackingUp:
    """Where the last one is.

    Attributes:
        done, total: Bytes written and all; 0 while unknown.
        result: What became of it, once it is over.
        error: A sentence where nothing came of it, not even a result.
    """

    done: int = 0
    total: int = 0
    result: Result | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Return whether it is over, well or not."""
        return self.result is not None or bool(self.error)


class BackupsUnderWay(Watched[BackingUp]):
    """One at a time."""

    def __init__(self, backups: Backups) -> None:
        """Make them by this."""
        super().__init__(
            "backup",
            lambda _state, why: BackingUp(error=why),
            stopped=N_("The backup was stopped."),
            broken=N_("The backup failed: see the log."),
        )
        self._backups = backups

    def start(self) -> bool:
        """Begin one; False while another is under way."""

        async def made() -> BackingUp:
            return BackingUp(result=await self._backups.make(Origin.ASKED, self._written))

        return self._begin(BackingUp(), made)

    def _written(self, done: int, total: int) -> None:
        # The last of it may come when all is over, as it was stopped.
        if self.under_way:
            self._tell(BackingUp(done, total))
