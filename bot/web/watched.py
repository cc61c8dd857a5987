"""Something under way that any number of pages look at."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Watched(Generic[T]):
    """The last state of something, and word of each new one."""

    def __init__(self, is_over: Callable[[T], bool]) -> None:
        """Know nothing yet; `is_over` tells whether no other state follows one."""
        self._is_over = is_over
        self._changed = asyncio.Event()
        self.last: T | None = None

    @property
    def under_way(self) -> bool:
        """Return whether there is something that is not over."""
        return self.last is not None and not self._is_over(self.last)

    def tell(self, state: T) -> None:
        """Let everybody who watches see a new state."""
        self.last = state
        self._changed.set()
        self._changed = asyncio.Event()

    async def watch(self) -> AsyncGenerator[T, None]:
        """Yield the state, now and after changes, until it is over.

        States that follow faster than they are taken are passed over.
        """
        while self.last is not None:
            changed, shown = self._changed, self.last
            yield shown
            if self._is_over(shown):
                return
            await changed.wait()
