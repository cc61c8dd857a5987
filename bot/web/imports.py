"""Exports on their way in: looked through first, then taken in; that goes on without its page."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.trials import Comparison
from bot.upkeep.transfer import Parcel, Received, Transfer
from bot.web.asking import Asking
from bot.web.reader import N_

# Who looks at what is in a file decides within this time; the file's content waits in memory.
KEPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Import:
    """Where the last import is.

    Attributes:
        done, total: Documents made ready, and all of them; 0 while unknown.
        waiting: What the owner has to decide on; None while nothing.
        received: What came in, once it ended well.
        error: A sentence when it did not.
    """

    done: int = 0
    total: int = 0
    waiting: Comparison | None = None
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


class Imports(Asking[Import]):
    """One import at a time.

    Attributes:
        origin: What the last one came in.
    """

    def __init__(self, transfer: Transfer, now: Callable[[], datetime]) -> None:
        """Look through and take in by `transfer`."""
        super().__init__(
            "import",
            lambda _state, why: Import(error=why),
            stopped=N_("The import was stopped: import the file again."),
            broken=N_("The import failed: see the log."),
        )
        self._transfer = transfer
        self._now = now
        self._kept: _Kept | None = None
        self.origin = ""

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
        parcel = kept.parcel
        self.origin = parcel.origin
        read = Import(done=len(parcel.documents), total=len(parcel.documents))

        async def decide(comparison: Comparison) -> bool:
            return await self._ask(replace(read, waiting=comparison), read)

        async def taken_in() -> Import:
            received = await self._transfer.take_in(
                parcel,
                decide=decide,
                alone=alone,
                with_settings=with_settings,
                progress=self._progress,
            )
            return Import(received=received)

        return self._begin(Import(total=len(parcel.documents)), taken_in)

    def _progress(self, done: int, total: int) -> None:
        self._tell(Import(done=done, total=total))
