"""What the owner is told of backups."""

from collections.abc import Callable


class Backups:
    """Words about backups in one language."""

    _: Callable[[str], str]

    def backup_failed(self, why: str) -> str:
        """Return that the last backup is no good; `why` is a sentence."""
        return self._(
            "The last backup failed. {why} What there was before is kept. The page has more, under "
            "Backups."
        ).format(why=why)
