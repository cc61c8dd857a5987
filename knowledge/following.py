"""A process of several keeps in step with what the others change."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from knowledge.learning import Learning
from knowledge.sharing import Sharing, State

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Turn:
    """The right to change documents and index.

    Attributes:
        state: How things stood when it began; this process knows of all changes up to then.
        in_step: The index has all changes so far; without, none is put into it any more.
    """

    state: State
    in_step: bool = True


class Following:
    """Reads what others changed, and lets one at a time change something.

    Attributes:
        state: How things stood when it last looked.
    """

    def __init__(
        self,
        sharing: Sharing,
        learning: Learning,
    ) -> None:
        """Know nothing yet."""
        self.state = State()
        self._sharing = sharing
        self._learning = learning
        self._number = 0  # the last change that this process knows of
        self._writing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._changing = False
        self._background: set[asyncio.Task[None]] = set()

    @property
    def number(self) -> int:
        """Return the last change that this process knows of."""
        return self._number

    def begin(self, state: State) -> None:
        """Count from here on: everything is about to be read from the rows.

        What the index may not have yet is read once more, to be found all the same.
        """
        self.state, self._number = state, min(state.indexed, state.changed)

    async def follow(self, *, within_s: float | None = None) -> None:
        """Know of all that others have stored by now; nothing to do while this process changes.

        Args:
            within_s: How long to wait where that is much; it goes on in the background. None: as
                long as it takes.
        """
        if self._sharing.alone or self._changing:
            return
        state = await self._sharing.state()
        if state == self.state and state.changed == self._number:
            return
        reading = asyncio.create_task(self._read())
        self._background.add(reading)
        reading.add_done_callback(self._background.discard)
        done, _ = await asyncio.wait({reading}, timeout=within_s)
        for each in done:
            each.result()

    async def close(self) -> None:
        """Read no more."""
        for each in self._background:
            each.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Be the only one to change documents and index, knowing of all that others did."""
        async with self._writing:
            if self._sharing.alone:
                yield Turn(self.state)
                return
            async with self._sharing.changing() as right:
                async with self._reading:
                    state = await self._catch_up()
                    # From here on nobody else changes anything: questions need not look.
                    self._changing = True
                try:
                    in_step = not state.behind or await self._learning.repaired(state)
                    turn = Turn(state, in_step)
                    yield turn
                    number = await right.ends(indexed=turn.in_step)
                finally:
                    self._changing = False
                # Without the right somebody else may have changed something: that is read again.
                self._number = self._number if number is None else number

    @asynccontextmanager
    async def still(self) -> AsyncIterator[State]:
        """Have this process read and change nothing inside the block, knowing of all there is."""
        async with self._writing, self._reading:
            yield await self._catch_up()

    async def _read(self) -> None:
        async with self._reading:
            if not self._changing:
                await self._catch_up()

    async def _catch_up(self) -> State:
        state, document_ids = await self._sharing.news(self._number)
        if self._number < state.forgotten or self._number > state.changed:
            log.info("reading everything again known=%s changed=%s", self._number, state.changed)
            await self._learning.learn(None, state)
        elif document_ids:
            await self._learning.learn(document_ids, state)
        if state.indexed > self.state.indexed:
            await self._learning.settle(state)
        self.state, self._number = state, state.changed
        return state
