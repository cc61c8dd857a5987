"""Exports on their way in: looked through first, then taken in; that goes on without its page."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.choices import InvalidSettingError
from bot.storage.errors import StorageError
from bot.upkeep.transfer import Parcel, Received, Transfer
from bot.web.watched import Watched
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

# Who looks at what is in a file decides within this time; the file's content waits in memory.
KEPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Import:
    """Where the last import is.

    Attributes:
        done, total: Documents made ready, and all of them; 0 while unknown.
        received: What came in, once it ended well.
        error: A sentence when it did not.
    """

    done: int = 0
    total: int = 0
    received: Received | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Return whether it is over, well or not."""
        return self.received is not None or bool(self.error)


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    parcel: Parcel
    until: datetime


class Imports:
    """One import at a time, watched by any number of pages."""

    def __init__(self, transfer: Transfer, now: Callable[[], datetime]) -> None:
        """Look through and take in by `transfer`."""
        self._transfer = transfer
        self._now = now
        self._kept: _Kept | None = None
        self._task: asyncio.Task[None] | None = None
        self._state: Watched[Import] = Watched(lambda state: state.ended)

    @property
    def last(self) -> Import | None:
        """Return the import under way, or the last one; None when there was none."""
        return self._state.last

    @property
    def under_way(self) -> bool:
        """Return whether one is under way."""
        return self._state.under_way

    def watch(self) -> AsyncGenerator[Import, None]:
        """Yield where the import is, now and after changes, until it has ended."""
        return self._state.watch()

    async def look(self, content: bytes) -> tuple[str, Parcel]:
        """Look an export through and keep what is in it in place of what was kept before.

        Returns:
            A token by which `start` takes it in, and what is in it.

        Raises:
            UnreadableError: It cannot be taken in; the sentence says why.
        """
        parcel = await self._transfer.look(content)
        kept = _Kept(secrets.token_urlsafe(16), parcel, self._now() + KEPT_FOR)
        self._kept = kept
        return kept.token, parcel

    def start(self, token: str, *, alone: bool, with_settings: bool) -> bool:
        """Begin to take in what was looked through.

        Args:
            token: As `look` gave it; good once.
            alone: Remove every document that is not in it.
            with_settings: Take its settings over as well.

        Returns:
            False when it is not kept any more, or another import is under way.
        """
        kept = self._kept
        if kept is None or kept.token != token or kept.until < self._now() or self.under_way:
            return False
        self._kept = None
        self._state.tell(Import(total=len(kept.parcel.documents)))
        self._task = asyncio.create_task(
            self._run(kept.parcel, alone=alone, with_settings=with_settings), name="import"
        )
        return True

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, parcel: Parcel, *, alone: bool, with_settings: bool) -> None:
        try:
            received = await self._transfer.take_in(
                parcel, alone=alone, with_settings=with_settings, progress=self._progress
            )
        except (InvalidSettingError, KnowledgeError, StorageError) as error:
            log.warning("import failed error=%s", type(error).__name__)
            self._state.tell(Import(error=str(error)))
        except asyncio.CancelledError:
            self._state.tell(Import(error="The import was stopped: import the file again."))
            raise
        except Exception:  # the edge of one import
            log.exception("import failed")
            self._state.tell(Import(error="The import failed: see the log."))
        else:
            self._state.tell(Import(received=received))

    def _progress(self, done: int, total: int) -> None:
        self._state.tell(Import(done=done, total=total))
