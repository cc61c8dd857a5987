"""A trial of the owner's questions under way: it goes on when its page is left, and is stopped."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.web.reader import N_
from bot.web.watched import Watched

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


class Trying(Watched[State]):
    """One trial at a time."""

    def __init__(self) -> None:
        """Try nothing yet."""
        super().__init__("trial", _failed, stopped=N_("It was stopped, and nothing is kept of it."))

    def start(self, what: str, work: Work) -> bool:
        """Begin to try something; False while another trial is under way."""
        began = time.monotonic()

        def progress(done: int, total: int) -> None:
            left_s = (time.monotonic() - began) / done * (total - done) if done else None
            self._tell(State(what, done, total, left_s))

        async def tried() -> State:
            await work(progress)
            return State(what, ended=True)

        return self._begin(State(what), tried)


def _failed(state: State, why: str) -> State:
    return replace(state, left_s=None, ended=True, error=why)
