"""The line at the model's gate, in this process's memory."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.domain.model_calls import Decide, EndedCall, ModelCall, Standing, Wish
from bot.llm.record import CallRecord

KEPT_CONVERSATIONS = 1_000
"""Of which is known where they ran last; more than any host remembers the prompts of."""


class Line(Protocol):
    """Who waits and runs.

    In a round every person goes once: their next call belongs to a later round, a newcomer's first
    to the round being served. So many calls of one person delay nobody else's by more than one,
    and a call waits for each other person once at most in each round before it. Whatever changes
    the line lets in who may go in.
    """

    @property
    def waiting(self) -> Sequence[ModelCall]:
        """Return who waits, in the order in which they are served."""

    @property
    def running(self) -> Sequence[ModelCall]:
        """Return who runs, in no order."""

    @property
    def again_s(self) -> float | None:
        """Return after how long to `settle` although nothing happens; None for no need."""

    def find(self, number: int) -> ModelCall | None:
        """Return a call that waits or runs; None when it is in the line no more."""

    def home(self, conversation: str) -> str:
        """Return where a conversation's last call ran, as far as is known here; else ""."""

    def at_home(self, host: str) -> int:
        """Return how many conversations had their last call on a host."""

    async def join(self, wish: Wish) -> ModelCall:
        """Put a call into the line."""

    async def leave(self, call: ModelCall, ended: EndedCall | None) -> None:
        """Take a call out; `ended` when it ended well."""

    async def put_back(self, call: ModelCall) -> None:
        """Have a call that was lost on its host wait for another one, in its old rank."""

    async def settle(self) -> None:
        """Let in who may go in, now that slots or hosts are others."""

    def woken(self) -> None:
        """Look soon: another process has changed the line."""

    async def run(self, changed: Callable[[], None]) -> None:
        """Follow what other processes do, calling `changed` after each look, until cancelled."""


class OwnLine:
    """A `Line` of one process."""

    def __init__(self, decide: Decide, record: CallRecord, *, clock: Callable[[], float]) -> None:
        """Begin with nobody.

        Args:
            decide: Says who goes in.
            record: Is told of the calls that ended well.
            clock: Seconds that only grow.
        """
        self._decide = decide
        self._record = record
        self._clock = clock
        self._round = 0
        self._arrivals = 0
        self._last_rounds: dict[str, int] = {}
        self._kept: dict[str, str] = {}
        self._waiting: list[ModelCall] = []
        self._running: dict[int, ModelCall] = {}
        self._again_s: float | None = None

    @property
    def waiting(self) -> Sequence[ModelCall]:
        """Return who waits, in the order in which they are served."""
        return self._waiting

    @property
    def running(self) -> Sequence[ModelCall]:
        """Return who runs."""
        return list(self._running.values())

    @property
    def again_s(self) -> float | None:
        """Return after how long to settle although nothing happens."""
        return self._again_s

    def find(self, number: int) -> ModelCall | None:
        """Return a call that waits or runs."""
        waits = (call for call in self._waiting if call.number == number)
        return self._running.get(number) or next(waits, None)

    def home(self, conversation: str) -> str:
        """Return where a conversation's last call ran."""
        return self._kept.get(conversation, "")

    def at_home(self, host: str) -> int:
        """Return how many conversations had their last call on a host."""
        return sum(each == host for each in self._kept.values())

    async def join(self, wish: Wish) -> ModelCall:
        """Put a call into the line."""
        turn = max(self._round, self._last_rounds.get(wish.person, 0) + 1)
        self._last_rounds[wish.person] = turn
        self._arrivals += 1
        call = ModelCall(self._arrivals, wish, turn, self._clock())
        self._wait(call)
        await self.settle()
        return call

    async def leave(self, call: ModelCall, ended: EndedCall | None) -> None:
        """Take a call out."""
        if self._running.pop(call.number, None) is None:
            self._waiting.remove(call)
        if ended is not None:
            self._record.add(ended)
            self._keep(call.wish.conversation, ended.host)
        await self.settle()

    async def put_back(self, call: ModelCall) -> None:
        """Have a call wait for another host."""
        del self._running[call.number]
        call.lost, call.host, call.admitted_s = call.host, "", None
        self._wait(call)
        await self.settle()

    async def settle(self) -> None:
        """Let in who may go in."""
        decision = self._decide(Standing(self._waiting, self.running, self._kept), self._clock())
        for call, host in decision.admitted:
            self._waiting.remove(call)
            call.host, call.admitted_s = host, self._clock()
            self._running[call.number] = call
            self._round = max(self._round, call.turn)
        self._last_rounds = {
            person: turn for person, turn in self._last_rounds.items() if turn >= self._round
        }
        self._again_s = decision.again_s

    def woken(self) -> None:
        """Do nothing: no other process is in it."""

    async def run(self, changed: Callable[[], None]) -> None:
        """Wait until cancelled."""
        del changed
        await asyncio.Event().wait()

    def _wait(self, call: ModelCall) -> None:
        self._waiting.append(call)
        self._waiting.sort(key=lambda each: each.rank)

    def _keep(self, conversation: str, host: str) -> None:
        if not conversation:
            return
        self._kept.pop(conversation, None)
        self._kept[conversation] = host
        if len(self._kept) > KEPT_CONVERSATIONS:
            del self._kept[next(iter(self._kept))]
