"""Tells pages that are open that there are new answers, without asking the database for any."""

import asyncio
from collections.abc import AsyncGenerator

# Each is a connection that stays open; an office has a handful of pages open.
MAX_WATCHERS = 50


class Arrivals:
    """Answers as they come in this process.

    Attributes:
        count: How many came since the start.
        watchers: How many watch.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0
        self.watchers = 0
        self._changed = asyncio.Event()

    def came(self) -> None:
        """Say that there is one more."""
        self.count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def full(self) -> bool:
        """Return whether no more may watch."""
        return self.watchers >= MAX_WATCHERS

    async def watch(self, since: int) -> AsyncGenerator[int, None]:
        """Yield how many came since a count, whenever there are more; as long as it is iterated.

        Those that come faster than they are taken are told together.

        Args:
            since: A `count` of before; one of an earlier start counts as none.
        """
        told, since = 0, min(since, self.count)
        self.watchers += 1
        try:
            while True:
                changed = self._changed
                if self.count - since > told:
                    told = self.count - since
                    yield told
                    continue
                await changed.wait()
        finally:
            self.watchers -= 1
