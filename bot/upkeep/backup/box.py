"""What a box keeps: its database, and the files beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.storage.database import Database
from bot.upkeep import erasures

SKILLS, FILES = "skills", "files"
KEY = "secret.key"
INDEX = "chroma"
BACKUPS = "backups"
# How folders begin in which a backup is put together, and tried.
WRITING, PROVING = ".writing-", ".proving-"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


@dataclass(frozen=True, slots=True)
class Box:
    """Where everything is that matters.

    Attributes:
        folder: The data directory.
    """

    folder: Path
    database: Database

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield what is kept in files, but for the key: name in a backup, and path.

        Links are not followed, and what is being written just now is left.
        """
        if self.erased.exists():
            yield erasures.FILE, self.erased
        for name in (SKILLS, FILES):
            root = self.folder / name
            for path in sorted(root.rglob("*")) if root.is_dir() else ():
                inside = path.relative_to(self.folder)
                unfinished = path.name.endswith(".new") or any(
                    part.startswith(".") for part in inside.parts
                )
                if path.is_file() and not path.is_symlink() and not unfinished:
                    yield inside.as_posix(), path

    @property
    def erased(self) -> Path:
        """Return the list of those who were erased."""
        return self.folder / erasures.FILE

    @property
    def key(self) -> Path:
        """Return the file with the key that opens the secrets."""
        return self.folder / KEY
