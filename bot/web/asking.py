"""What goes on while its page is left, and stops in the middle to ask the owner."""

import asyncio
import contextlib
from typing import Protocol, TypeVar

from bot.domain.trials import Comparison
from bot.web.watched import State, Watched


class AskingState(State, Protocol):
    """Where something is that may ask."""

    @property
    def waiting(self) -> Comparison | None:
        """Return what the owner has to decide on; None while nothing."""


A = TypeVar("A", bound=AskingState)


class Asking(Watched[A]):
    """One thing under way, which asks whether it may take effect."""

    _asked: "tuple[asyncio.Future[bool], A] | None" = None

    def decide(self, *, take: bool) -> bool:
        """Answer what is asked; False when nothing is."""
        if self._asked is None or self.last is None or self.last.waiting is None:
            return False
        answer, after = self._asked
        self._tell(after)
        answer.set_result(take)
        return True

    async def arrived(self, *, within_s: float) -> A | None:
        """Return where it is once it is over or asks, or after some seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), contextlib.aclosing(self.watch()) as states:
                async for state in states:
                    if state.waiting is not None:
                        break
        return self.last

    async def _ask(self, asking: A, after: A) -> bool:
        """Return the answer to what a state asks; from then on another one is shown."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked = (answer, after)
        self._tell(asking)
        return await answer
