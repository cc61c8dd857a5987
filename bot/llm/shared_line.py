"""The line at the model's gate that several processes share, kept as rows."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.domain.model_calls import Decide, EndedCall, ModelCall, Standing, Wish
from bot.llm.record import CallRecord
from bot.storage.errors import StorageError
from bot.storage.model_places import LEASE, ModelPlaceRows, Settled
from bot.waiting import happened

log = logging.getLogger(__name__)

# What others did is told by a hint; without any it is found by looking this often.
LOOK_S = 1.0
BEAT_S = LEASE.total_seconds() / 4


class SharedLine:
    """A `Line` of every process on one PostgreSQL; those of one that died leave it by themselves.

    Who goes in is decided by whichever process changes the line, for all of them.
    """

    def __init__(
        self,
        decide: Decide,
        record: CallRecord,
        *,
        clock: Callable[[], float],
        rows: ModelPlaceRows,
    ) -> None:
        """Join nobody yet.

        Args:
            decide: Says who goes in.
            record: Is told now and then what the calls of all processes came to.
            clock: Seconds that only grow.
            rows: Where the line is.
        """
        self._decide = decide
        self._record = record
        self._clock = clock
        self._rows = rows
        self._standing = Standing()
        self._again_s: float | None = None
        self._ours: dict[int, ModelCall] = {}
        self._at_home: dict[str, int] = {}
        self._woken = asyncio.Event()
        # One at a time: in the database they wait for each other in any case.
        self._turn = asyncio.Lock()
        self._leaving: set[asyncio.Future[None]] = set()

    @property
    def waiting(self) -> Sequence[ModelCall]:
        """Return who waits in any process, in the order in which they are served."""
        return self._standing.waiting

    @property
    def running(self) -> Sequence[ModelCall]:
        """Return who runs, of any process."""
        return self._standing.running

    @property
    def again_s(self) -> float | None:
        """Return after how long to settle although nothing happens."""
        return self._again_s

    def find(self, number: int) -> ModelCall | None:
        """Return a call of this process that waits or runs."""
        return self._ours.get(number)

    def home(self, conversation: str) -> str:
        """Return where a conversation's last call ran."""
        return self._standing.kept.get(conversation, "")

    def at_home(self, host: str) -> int:
        """Return how many conversations had their last call on a host."""
        return self._at_home.get(host, 0)

    async def join(self, wish: Wish) -> ModelCall:
        """Put a call into the line."""
        joining = asyncio.ensure_future(self._join(wish))
        try:
            return await asyncio.shield(joining)
        except asyncio.CancelledError:
            self._aside(self._undo(joining))
            raise

    async def leave(self, call: ModelCall, ended: EndedCall | None) -> None:
        """Take a call out; where that fails, its place comes free when its lease ends."""
        if self._ours.pop(call.number, None) is not None:
            await asyncio.shield(self._aside(self._leave(call, ended)))

    async def put_back(self, call: ModelCall) -> None:
        """Have a call wait for another host."""
        async with self._turn:
            self._know(await self._rows.put_back(call.number, self._decide, now_s=self._clock()))

    async def settle(self) -> None:
        """Let in who may go in."""
        async with self._turn:
            self._know(await self._rows.settle(self._decide, now_s=self._clock()))

    def woken(self) -> None:
        """Look soon: another process has changed the line."""
        self._woken.set()

    async def run(self, changed: Callable[[], None]) -> None:
        """Keep our places, and look what others do, until cancelled.

        Args:
            changed: Called after each look.
        """
        while True:
            try:
                await self._beat()
                beat_by_s = self._clock() + BEAT_S
                while self._clock() < beat_by_s:
                    await self.settle()
                    changed()
                    await self._hinted()
            except StorageError as error:
                log.warning("the model's line is not kept for now: %s", error)
                await asyncio.sleep(LOOK_S)

    async def _hinted(self) -> None:
        """Wait for a hint that is of use here, or for the next look."""
        look_by_s = self._clock() + LOOK_S
        while (left_s := look_by_s - self._clock()) > 0:
            self._woken.clear()
            if await happened(self._woken, within_s=left_s) and self._concerned():
                return

    def _concerned(self) -> bool:
        """Return whether what others do may move a call of ours: one waits, or is to give way."""
        return any(call.admitted_s is None or call.wish.gives_way for call in self._ours.values())

    async def _beat(self) -> None:
        await self._rows.renew(list(self._ours.values()))
        recent = await self._rows.recent()
        self._record.replace(recent.ended)
        self._at_home = recent.at_home

    async def _join(self, wish: Wish) -> ModelCall:
        async with self._turn:
            call, settled = await self._rows.join(wish, self._decide, now_s=self._clock())
            self._ours[call.number] = call
            self._know(settled)
            return self._ours[call.number]

    async def _undo(self, joining: "asyncio.Future[ModelCall]") -> None:
        """Leave with a call that nobody waits for any more."""
        with contextlib.suppress(StorageError):
            call = await joining
            await self.leave(call, None)

    async def _leave(self, call: ModelCall, ended: EndedCall | None) -> None:
        try:
            async with self._turn:
                settled = await self._rows.leave(
                    call.number, ended, self._decide, now_s=self._clock()
                )
                self._know(settled)
        except StorageError as error:
            log.warning("a call's place at the model comes free by its lease: %s", error)

    def _aside(self, work: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
        """Have work go on whoever stops waiting for it."""
        task = asyncio.ensure_future(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        return task

    def _know(self, settled: Settled) -> None:
        self._standing, self._again_s = settled.standing, settled.again_s
        for call in (*settled.standing.waiting, *settled.standing.running):
            if call.number in self._ours:
                self._ours[call.number] = call
