"""What goes on while its page is left: one at a time, watched by any number of pages, stopped."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from bot.choices import InvalidSettingError
from bot.llm.errors import ModelError
from bot.storage.errors import StorageError
from bot.web.reader import N_, explained
from bot.web.reader import gettext as _
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

# Errors whose text is a sentence for people.
_TOLD = (InvalidSettingError, KnowledgeError, ModelError, StorageError)


class State(Protocol):
    """Where something is."""

    @property
    def ended(self) -> bool:
        """Return whether it is over, well or not."""


S = TypeVar("S", bound=State)


class Watched(Generic[S]):
    """One thing under way, or the last one; it ends with a state, whatever happens to it.

    Attributes:
        last: Where it is; None when there was none.
    """

    def __init__(
        self,
        name: str,
        failed: Callable[[S, str], S],
        *,
        stopped: str = N_("It was stopped."),
        broken: str = N_("It failed: see the log."),
    ) -> None:
        """Begin nothing yet.

        Args:
            name: What it is, for the log.
            failed: Returns the state it ends in, from the one it was in and a sentence
                why, in the language of who began it.
            stopped: The sentence where it was stopped.
            broken: The sentence where something failed that nobody foresaw.
        """
        self._name = name
        self._failed = failed
        self._stopped = stopped
        self._broken = broken
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.last: S | None = None

    @property
    def under_way(self) -> bool:
        """Return whether there is something that is not over."""
        return self.last is not None and not self.last.ended

    async def watch(self) -> AsyncGenerator[S, None]:
        """Yield where it is, now and after changes, until it is over.

        States that follow faster than they are taken are passed over.
        """
        while self.last is not None:
            changed, shown = self._changed, self.last
            yield shown
            if shown.ended:
                return
            await changed.wait()

    async def stop(self) -> None:
        """Stop what is under way and wait for its end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _begin(self, state: S, work: Callable[[], Awaitable[S]]) -> bool:
        """Begin something; False while something is under way.

        Args:
            state: Where it is at first.
            work: Tells where it is by `_tell`, and returns the state it ends in.
        """
        if self.under_way:
            return False
        self._tell(state)
        self._task = asyncio.create_task(self._run(work), name=self._name)
        # Not in the task itself: one that is stopped before its first step runs none of its lines.
        self._task.add_done_callback(self._over)
        return True

    def _tell(self, state: S) -> None:
        """Let everybody who watches see a new state."""
        self.last = state
        self._changed.set()
        self._changed = asyncio.Event()

    async def _run(self, work: Callable[[], Awaitable[S]]) -> None:
        try:
            self._tell(await work())
        except _TOLD as error:
            log.warning("%s failed error=%s", self._name, type(error).__name__)
            self._fail(explained(error))
        except Exception:  # the edge of what goes on by itself
            log.exception("%s failed", self._name)
            self._fail(_(self._broken))

    def _over(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            self._fail(_(self._stopped))

    def _fail(self, why: str) -> None:
        if self.last is not None:
            self._tell(self._failed(self.last, why))
