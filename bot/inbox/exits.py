"""Opens the way out to a platform for as long as it is spoken to.

Where a forward proxy is the only way out (see deploy/squid.conf), it lets nothing through to a
platform unless a file of the platform's name lies in a folder of ours. It looks each time, so what
is opened is open at once.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from connectors.errors import ConnectorError


class NoWayOutError(ConnectorError):
    """The way out to a platform could not be opened; the text says what to do."""


class Exits:
    """The way out to each platform."""

    def __init__(
        self,
        folder: Path | None,
        names: Sequence[str],
        *,
        used_elsewhere: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        """Say in this folder what is open; None: nothing stands in the way.

        Args:
            folder: Where the proxy looks.
            names: The platforms there are.
            used_elsewhere: Whether other processes, which say it in the same folder, may use the
                way out to a platform.
        """
        self._folder = folder
        self._names = tuple(names)
        self._used_elsewhere = used_elsewhere
        self._users: Counter[str] = Counter()

    @property
    def open(self) -> list[str]:
        """Return the platforms to which the way out is open; none where nothing stands in it."""
        if self._folder is None:
            return []
        return [name for name in self._names if (self._folder / name).is_file()]

    def close_unused(self) -> None:
        """Close what is left open of a run that was cut off.

        Raises:
            OSError: The folder cannot be used.
        """
        for name in self._names:
            if not self._users[name] and not self._used_elsewhere(name):
                self._close(name)

    @contextlib.contextmanager
    def to(self, name: str) -> Iterator[None]:
        """Have the way out to a platform open inside the block, and until others are done with it.

        Raises:
            NoWayOutError: It could not be opened.
        """
        self._open(name)
        self._users[name] += 1
        try:
            yield
        finally:
            self._users[name] -= 1
            if not self._users[name] and not self._used_elsewhere(name):
                self._close(name)

    def _open(self, name: str) -> None:
        if self._folder is None:
            return
        try:
            (self._folder / name).touch()
        except OSError as error:
            raise NoWayOutError(
                f"The way out to it cannot be opened ({error.strerror}): see whether the disk is"
                " full. It is tried again by itself."
            ) from error

    def _close(self, name: str) -> None:
        if self._folder is not None:
            (self._folder / name).unlink(missing_ok=True)
