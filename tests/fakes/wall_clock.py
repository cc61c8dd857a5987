"""A machine's clock that is set from outside, by a file with how far it is ahead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers import base
from apscheduler.triggers import interval


class WallClock:
    """Tells the time as the file at `path` says; every process that reads it has the same one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        """Return the moment, aware, UTC."""
        return datetime.now(UTC) + self._ahead()

    def go(self, by: timedelta) -> None:
        """Set the clock forward, or back."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str((self._ahead() + by).total_seconds()))
        fresh.replace(self.path)

    def stand_at(self, moment: datetime) -> None:
        """Set the clock to a moment; it goes on from there."""
        self.go(moment - self())

    def _ahead(self) -> timedelta:
        ahead_s = float(self.path.read_text()) if self.path.exists() else 0.0
        return timedelta(seconds=ahead_s)


def rule_the_scheduler(clock: Callable[[], datetime]) -> None:
    """Have the alarm clock's library look at this clock, as it would at the machine's own."""

    class Shown(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
            return clock().astimezone(tz)

    for module in (base, interval):
        module.datetime = Shown  # type: ignore[attr-defined]
