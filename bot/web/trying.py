"""A trial of the owner's questions under way: it goes on when its page is left, and is stopped."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

from bot.storage.errors import StorageError
from bot.web.watched import Watched
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Work = Callable[[Progress], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class State:
    """Where the last trial is.

    Attributes:
        what: Is tried, in a few words.
        done, total: Questions; 0 while unknown.
        left_s: How long it will still take, by what it took so far; None while unknown.
        ended: It is over, well or not.
        error: A sentence when it did not end well.
    """

    what: str
    done: int = 0
    total: int = 0
    left_s: float | None = None
    ended: bool = False
    error: str = ""


class Trying:
    """One trial at a time, watched by any number of pages."""

    def __init__(self) -> None:
        """Try nothing yet."""
        self._task: asyncio.Task[None] | None = None
        self._state: Watched[State] = Watched(lambda state: state.ended)

    @property
    def last(self) -> State | None:
        """Return the trial under way, or the last one; None when there was none."""
        return self._state.last

    @property
    def under_way(self) -> bool:
        """Return whether one is under way."""
        return self._state.under_way

    def watch(self) -> AsyncGenerator[State, None]:
        """Yield where the trial is, now and after changes, until it has ended."""
        return self._state.watch()

    def start(self, what: str, work: Work) -> bool:
        """Begin to try something; False while another trial is under way."""
        if self.under_way:
            return False
        self._state.tell(State(what))
        self._task = asyncio.create_task(self._run(State(what), work), name="trial")
        return True

    async def stop(self) -> None:
        """Stop what is under way and wait for its end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, state: State, work: Work) -> None:
        began = time.monotonic()

        def progress(done: int, total: int) -> None:
            left_s = (time.monotonic() - began) / done * (total - done) if done else None
            self._state.tell(replace(state, done=done, total=total, left_s=left_s))

        ended = replace(state, ended=True)
        try:
            await work(progress)
        except (KnowledgeError, StorageError) as error:
            log.warning("trial failed error=%s", type(error).__name__)
            self._state.tell(replace(ended, error=str(error)))
        except asyncio.CancelledError:
            self._state.tell(replace(ended, error="It was stopped, and nothing is kept of it."))
            raise
        except Exception:  # the edge of one trial
            log.exception("trial failed")
            self._state.tell(replace(ended, error="It failed: see the log."))
        else:
            self._state.tell(ended)
