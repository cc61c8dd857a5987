"""The gate in front of the model: so many calls at once, in turns between conversations."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from statistics import fmean

OnWait = Callable[[int, float | None], None]
"""Told while waiting: how many are ahead, and about how many seconds (None: nothing measured yet).

It must return at once.
"""

MEASURED_CALLS = 20
"""Recent calls whose mean makes the estimate: steady, and yet following a change of model."""


class _Place:
    """One waiting or running call."""

    __slots__ = ("admitted_at", "changed", "give_way", "queued_at", "rank")

    def __init__(
        self, rank: tuple[int, int], give_way: Callable[[], None] | None, queued_at: float
    ) -> None:
        self.rank = rank
        self.queued_at = queued_at
        self.give_way = give_way
        self.changed = asyncio.Event()
        self.admitted_at: float | None = None


class Gate:
    """Lets a set number of model calls through, fair between conversations.

    In a round every conversation goes once: its next call belongs to a later round, a newcomer's
    first to the round being served. So many calls of one conversation delay nobody else's by more
    than one, and a call waits for each other conversation once at most in each round before it.

    Attributes:
        on_called: Told of each call that ended well and was not there to give way: the seconds it
            waited, and those it took. It must return at once.
    """

    def __init__(self, slots: int = 1, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the gate.

        Args:
            slots: Calls at once, at least 1.
            clock: Seconds that only grow.
        """
        self._slots = max(1, slots)
        self._clock = clock
        self._round = 0
        self._arrivals = 0
        self._last_rounds: dict[Hashable, int] = {}
        self._waiting: list[_Place] = []
        self._running: set[_Place] = set()
        self._durations_s: deque[float] = deque(maxlen=MEASURED_CALLS)
        self.on_called: Callable[[float, float], None] = lambda _wait_s, _call_s: None

    @property
    def slots(self) -> int:
        """Return how many calls run at once."""
        return self._slots

    @slots.setter
    def slots(self, slots: int) -> None:
        """Let so many through from now on; running calls are not stopped."""
        self._slots = max(1, slots)
        self._advance()

    @property
    def waiting(self) -> int:
        """Return how many calls wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Return how many calls run."""
        return len(self._running)

    @contextlib.asynccontextmanager
    async def place(
        self,
        conversation: Hashable,
        on_wait: OnWait | None = None,
        *,
        give_way: Callable[[], None] | None = None,
    ) -> AsyncIterator[None]:
        """Wait for a turn, and hold it inside the block.

        Args:
            conversation: Calls of one conversation share its turns.
            on_wait: Called each time the number ahead changes while waiting, in the caller's own
                task; not called when there is nothing to wait for.
            give_way: For a call that nobody waits for: called when another one has to wait, and
                should end this one. It must return at once.
        """
        place = self._queue(conversation, give_way)
        try:
            await self._admission(place, on_wait)
            yield
        except BaseException:
            self._leave(place, measured=False)
            raise
        self._leave(place, measured=True)

    def _queue(self, conversation: Hashable, give_way: Callable[[], None] | None) -> _Place:
        turn = max(self._round, self._last_rounds.get(conversation, 0) + 1)
        self._last_rounds[conversation] = turn
        self._arrivals += 1
        place = _Place((turn, self._arrivals), give_way, self._clock())
        self._waiting.append(place)
        self._waiting.sort(key=lambda waiting: waiting.rank)
        self._advance()
        if place.admitted_at is None:
            for running in self._running:
                if running.give_way is not None:
                    running.give_way()
        return place

    async def _admission(self, place: _Place, on_wait: OnWait | None) -> None:
        told: int | None = None
        while place.admitted_at is None:
            ahead = self._waiting.index(place) + len(self._running)
            if on_wait is not None and ahead != told:
                told = ahead
                on_wait(ahead, self._seconds(place))
            place.changed.clear()
            await place.changed.wait()

    def _seconds(self, place: _Place) -> float | None:
        """Return the work ahead of a place, shared by the slots; None while nothing is measured."""
        if not self._durations_s:
            return None
        call_s = fmean(self._durations_s)
        now = self._clock()
        running_s = sum(
            max(0.0, call_s - (now - (running.admitted_at or now))) for running in self._running
        )
        return (running_s + self._waiting.index(place) * call_s) / self._slots

    def _leave(self, place: _Place, *, measured: bool) -> None:
        if place.admitted_at is None:
            self._waiting.remove(place)
        else:
            self._running.discard(place)
            if measured:
                call_s = self._clock() - place.admitted_at
                self._durations_s.append(call_s)
                if place.give_way is None:
                    self.on_called(place.admitted_at - place.queued_at, call_s)
        self._advance()

    def _advance(self) -> None:
        """Let in who may, and wake who waits: the numbers ahead may have changed."""
        while self._waiting and len(self._running) < self._slots:
            place = self._waiting.pop(0)
            place.admitted_at = self._clock()
            self._running.add(place)
            self._round = place.rank[0]
            place.changed.set()
        for waiting in self._waiting:
            waiting.changed.set()
        self._last_rounds = {
            conversation: turn
            for conversation, turn in self._last_rounds.items()
            if turn >= self._round
        }
