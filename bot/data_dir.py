"""The data directory: held by one process, which says in it where it listens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from filelock import FileLock, Timeout

from bot.durable import write_durably
from bot.exchange import finish


class DataDirectoryError(Exception):
    """The data directory cannot be used; the text says why and what to do."""


class InUseError(DataDirectoryError):
    """Another Deskhand holds the data directory."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the process that holds the directory listens, and the token that opens it.

    Attributes:
        page_url: Where people open its page.
    """

    url: str
    token: str
    page_url: str


class DataDirectory:
    """One directory with everything that must be backed up."""

    def __init__(self, path: Path) -> None:
        """Use a directory, made when it is first held."""
        self.path = path
        self._door = path / "server.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory; it is free again when the block or the process ends.

        What a restore has begun in it and could not end is finished first.

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
            self._finish_restore()
            yield
        finally:
            self._door.unlink(missing_ok=True)
            lock.release()

    def _finish_restore(self) -> None:
        try:
            finish(self.path)
        except OSError as error:
            raise DataDirectoryError(
                f"A restore that was begun in {self.path} cannot be finished ({error.strerror}):"
                " see to the disk, and start again."
            ) from error

    def announce(self, door: Door) -> None:
        """Write down where we listen, readable by this user only.

        Raises:
            DataDirectoryError: It cannot be written.
        """
        try:
            write_durably(self._door, json.dumps(asdict(door)).encode())
        except OSError as error:
            raise DataDirectoryError(
                f"{self._door} cannot be written ({error.strerror}): see whether its disk is full."
                " Nothing was lost."
            ) from error

    @property
    def has_key(self) -> bool:
        """Return whether the key that seals secrets has been made."""
        return (self.path / "secret.key").exists()

    def secret_key(self) -> bytes:
        """Return the key that seals secrets, made at first use, readable by this user only.

        Raises:
            DataDirectoryError: It is there and no key, or cannot be read.
        """
        path = self.path / "secret.key"
        try:
            if not path.exists():
                write_durably(path, Fernet.generate_key())
            key = path.read_bytes().strip()
            Fernet(key)
        except (OSError, ValueError) as error:
            raise DataDirectoryError(
                f"{path} cannot be used ({error}): put it back from a backup, or remove it and"
                " enter the platforms' tokens again on the page."
            ) from error
        return key

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
