"""The gate in front of the model: so many calls a host at once, in turns between persons."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from bot.domain.model_calls import Decide, EndedCall, ModelCall, Wish
from bot.llm.dispatch import Dispatch, OneHost, Usable
from bot.llm.line import Line, OwnLine
from bot.llm.record import CallRecord

OnWait = Callable[[int, float | None], None]
"""Told while waiting: how many are ahead, and about how many seconds (None: nothing measured yet).

It must return at once.
"""


class NewLine(Protocol):
    """Makes the line that a gate lets in from."""

    def __call__(self, decide: Decide, record: CallRecord, *, clock: Callable[[], float]) -> Line:
        """Return a line with nobody of this process in it."""


class Place:
    """What a call holds that was let in.

    Attributes:
        host: Where the call goes; "" where there is but one host.
    """

    __slots__ = (
        "_gate",
        "_moved",
        "changed",
        "give_way",
        "home",
        "host",
        "load_s",
        "number",
        "read_s",
    )

    def __init__(self, gate: "Gate", number: int, give_way: Callable[[], None] | None) -> None:
        self._gate = gate
        self._moved = False
        self.number = number
        self.give_way = give_way
        self.changed = asyncio.Event()
        self.host = ""
        self.home = ""
        self.load_s = 0.0
        self.read_s: float | None = None

    def answered(self, *, load_s: float, read_s: float) -> None:
        """Note what an answer took.

        Args:
            load_s: To read the model from disk.
            read_s: To read the prompt; of several answers in this place the first one's counts.
        """
        self.load_s += load_s
        if self.read_s is None:
            self.read_s = read_s

    async def move(self) -> bool:
        """Give up the host, which lost the call, and wait for another one.

        Returns:
            False, and the place is as it was, when no other host can serve it, or it moved before.
        """
        if self._moved or not await self._gate.moved(self):
            return False
        self._moved = True
        return True


class Gate:
    """Lets a set number of model calls through to each host, fair between persons.

    The order is a `Line`'s, where they go a `Dispatch`'s.

    Attributes:
        record: What recent calls took.
        on_called: Told of each call that ended well and was not there to give way: the seconds it
            waited, and those it took. It must return at once.
    """

    def __init__(
        self,
        slots: int = 1,
        *,
        hosts: Usable | None = None,
        line: NewLine = OwnLine,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the gate.

        Args:
            slots: Calls at once on each host, at least 1.
            hosts: Who may be called; None: there is one.
            line: Makes the line of those who wait.
            clock: Seconds that only grow.
        """
        self._hosts = hosts or OneHost()
        self._clock = clock
        self.record = CallRecord()
        self._dispatch = Dispatch(self._hosts, self.record, slots=max(1, slots))
        self._line = line(self._dispatch.decide, self.record, clock=clock)
        self._places: dict[int, Place] = {}
        self._again: asyncio.TimerHandle | None = None
        self._settling: set[asyncio.Task[None]] = set()
        self.on_called: Callable[[float, float], None] = lambda _wait_s, _call_s: None

    @property
    def slots(self) -> int:
        """Return how many calls run at once on each host."""
        return self._dispatch.slots

    @slots.setter
    def slots(self, slots: int) -> None:
        """Let so many through from now on; running calls are not stopped."""
        self._dispatch.slots = max(1, slots)
        self.look_again()

    @property
    def waiting(self) -> int:
        """Return how many calls wait."""
        return len(self._line.waiting)

    @property
    def running(self) -> int:
        """Return how many calls run."""
        return len(self._line.running)

    def hosts(self, model: str) -> Sequence[str]:
        """Return the hosts that may serve a model now."""
        return self._hosts.usable(model)

    def running_on(self, host: str) -> int:
        """Return how many calls run on a host."""
        return sum(call.host == host for call in self._line.running)

    def at_home(self, host: str) -> int:
        """Return how many conversations had their last call on a host, which may know them yet."""
        return self._line.at_home(host)

    @contextlib.asynccontextmanager
    async def place(
        self,
        person: object,
        on_wait: OnWait | None = None,
        *,
        conversation: object = "",
        model: str = "",
        only: str = "",
        give_way: Callable[[], None] | None = None,
    ) -> AsyncIterator[Place]:
        """Wait for a turn, and hold it inside the block; it tells which host to call.

        Args:
            person: Calls of one person share their turns; what its text is tells them apart.
            on_wait: Called each time the number ahead changes while waiting, in the caller's own
                task; not called when there is nothing to wait for.
            conversation: Goes on where its last call was while that costs less than it saves.
            model: The model that is to be called; "" where any host does.
            only: The one host that is to be called.
            give_way: For a call that nobody waits for: called when another one has to wait, and
                should end this one. It must return at once.

        Raises:
            ModelError: No host can serve it.
        """
        wish = Wish(str(person), str(conversation), model, only, give_way is not None)
        call = await self._line.join(wish)
        place = Place(self, call.number, give_way)
        self._places[place.number] = place
        self._tell()
        try:
            await self._admission(place, on_wait)
            yield place
        except BaseException:
            await self._leave(place, well=False)
            raise
        await self._leave(place, well=True)

    async def moved(self, place: Place) -> bool:
        """Have a place wait for another host; False when no other can serve it."""
        call = self._line.find(place.number)
        if call is None or not set(self._dispatch.options(call)) - {call.host}:
            return False
        await self._line.put_back(call)
        self._tell()
        await self._admission(place, None)
        return True

    def look_again(self) -> None:
        """Let in who may go in, now that hosts are others than before."""
        task = asyncio.get_running_loop().create_task(self.settled())
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def woken(self) -> None:
        """Look soon: another process has changed who waits and runs."""
        self._line.woken()

    async def run(self) -> None:
        """Keep this process's places among those of others, until cancelled.

        Without it, places that several processes share are lost after some seconds.
        """
        await self._line.run(self._tell)

    async def settled(self) -> None:
        """Let in who may go in, and return when that is done."""
        await self._line.settle()
        self._tell()

    async def _admission(self, place: Place, on_wait: OnWait | None) -> None:
        told: int | None = None
        while (call := self._waits(place)) is not None:
            if not self._dispatch.options(call):
                raise self._hosts.why_none(call.wish.model)
            ahead = self._before(call) + len(self._line.running)
            if on_wait is not None and ahead != told:
                told = ahead
                on_wait(ahead, self._seconds(call))
            place.changed.clear()
            await place.changed.wait()

    def _waits(self, place: Place) -> ModelCall | None:
        """Return a place's call while it waits; None once it is let in, its host noted."""
        call = self._line.find(place.number)
        if call is None or call.admitted_s is None:
            return call
        place.home = self._line.home(call.wish.conversation)
        place.host = call.host
        return None

    def _seconds(self, call: ModelCall) -> float | None:
        """Return the work ahead of a call, shared by the slots; None while nothing is measured."""
        call_s = self.record.mean_s
        if call_s is None:
            return None
        now_s = self._clock()
        running_s = sum(
            max(0.0, call_s - (now_s - (running.admitted_s or now_s)))
            for running in self._line.running
        )
        slots = self._dispatch.slots * len(self._dispatch.options(call))
        return (running_s + self._before(call) * call_s) / slots

    def _before(self, call: ModelCall) -> int:
        """Return how many wait before a call."""
        return sum(other.rank < call.rank for other in self._line.waiting)

    async def _leave(self, place: Place, *, well: bool) -> None:
        del self._places[place.number]
        call = self._line.find(place.number)
        if call is not None:
            ended = self._ended(place, call) if well and call.admitted_s is not None else None
            await self._line.leave(call, ended)
        self._tell()

    def _ended(self, place: Place, call: ModelCall) -> EndedCall:
        """Return a call's end, and tell of it."""
        admitted_s = call.admitted_s or 0.0
        took_s = self._clock() - admitted_s
        if place.give_way is None:
            self.on_called(admitted_s - call.queued_s, took_s)
        stayed = place.home == call.host if place.home else None
        return EndedCall(call.host, max(0.0, took_s - place.load_s), place.read_s, stayed)

    def _tell(self) -> None:
        """Wake who was let in or waits here, in their order; where somebody waits, ask for room."""
        for call in (*self._line.running, *self._line.waiting):
            if (place := self._places.get(call.number)) is None:
                continue  # of another process
            place.changed.set()
            if self._line.waiting and call.admitted_s is not None and place.give_way is not None:
                place.give_way()
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if (again_s := self._line.again_s) is not None:
            self._again = asyncio.get_running_loop().call_later(again_s, self.look_again)
