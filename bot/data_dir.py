"""The data directory: held by one process, which says in it where it listens."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout


class DataDirectoryError(Exception):
    """The data directory cannot be used; the text says why and what to do."""


class InUseError(DataDirectoryError):
    """Another Deskhand holds the data directory."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the process that holds the directory listens, and the token that opens it."""

    url: str
    token: str


class DataDirectory:
    """One directory with everything that must be backed up."""

    def __init__(self, path: Path) -> None:
        """Use a directory, made when it is first held."""
        self.path = path
        self._door = path / "server.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory; it is free again when the block or the process ends.

        Raises:
            InUseError: Another process holds it.
            DataDirectoryError: It cannot be made or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self.path / "lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise InUseError(
                f"Deskhand already runs with {self.path}: use that one, or stop it first."
            ) from error
        except OSError as error:
            raise DataDirectoryError(
                f"The data directory {self.path} cannot be written ({error.strerror}):"
                " set DESKHAND_DATA_DIR to one that can."
            ) from error
        try:
            yield
        finally:
            self._door.unlink(missing_ok=True)
            lock.release()

    def announce(self, door: Door) -> None:
        """Write down where we listen, readable by this user only."""
        fresh = self._door.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(door), file)
        fresh.replace(self._door)

    def door(self) -> Door | None:
        """Return where the process that holds the directory listens.

        Returns:
            None when nothing is written down. After a crash this may be an old door: whoever
            can hold the directory knows that nobody is behind it.
        """
        try:
            return Door(**json.loads(self._door.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
