"""An embedder is made ready: beside the one that serves, then switched to in one step."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from knowledge.errors import KnowledgeError
from knowledge.finder import Finder
from knowledge.ingest import Ingest

log = logging.getLogger(__name__)

Approve = Callable[[Finder], Awaitable[None]]
"""Returns once an embedder may take over, however long that has to wait."""

# An embedder that is gone comes back when somebody starts it: nobody waits for each second of it.
_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far an embedder is prepared.

    Attributes:
        embedder: Its name.
        done: Passages that have its vectors.
        total: All passages.
        problem: What holds it up, a sentence with what to do; "" while it goes on.
        asked: Everything is ready, and it waits to be approved.
    """

    embedder: str
    done: int = 0
    total: int = 0
    problem: str = ""
    asked: bool = False


class Swap:
    """Prepares one embedder and lets it serve; of the one that serves, embeds what is missing."""

    def __init__(
        self,
        ingest: Ingest,
        candidate: Finder,
        approve: Approve | None,
        answer: Callable[[], None],
    ) -> None:
        """Begin nothing yet.

        Args:
            ingest: What the candidate is filled by.
            candidate: A whole finder, its index not open yet; or the one that serves.
            approve: Asked once everything is ready; until it returns, all stays as it is.
            answer: Has questions answered by the candidate.
        """
        self._candidate = candidate
        self._approve = approve
        self.state = Preparation(candidate.name)
        self._ingest = ingest
        self._answer = answer
        self._again = asyncio.Event()

    def again(self) -> None:
        """Try again at once where something holds it up."""
        self._again.set()

    async def run(self) -> None:
        """Prepare, prove and switch; whatever holds it up, the old one serves and this goes on."""
        while True:
            try:
                await self.once()
            except KnowledgeError as error:
                log.warning("stopped swap embedder=%s error=%s", self._candidate.name, error)
                self.state = replace(self.state, problem=str(error))
            except Exception:  # the edge of background work
                log.exception("failed swap embedder=%s", self._candidate.name)
                self.state = replace(self.state, problem="Something failed: see the log.")
            else:
                return
            await self._pause()

    async def once(self) -> None:
        """Prepare, prove and switch.

        Raises:
            KnowledgeError: Something holds it up; the old one serves.
        """
        if self._candidate.meaning is self._ingest.serving:
            await self._fill()
            return
        await self._ingest.prepare(self._candidate.meaning)
        await self._fill()
        await self._candidate.rehearsal.measure()
        if self._approve is not None:
            await self._approved(self._approve)
        while not await self._ingest.switch(self._candidate.meaning, self._answer):
            await self._fill()

    async def _approved(self, approve: Approve) -> None:
        self.state = replace(self.state, asked=True, problem="")
        try:
            await approve(self._candidate)
        finally:
            self.state = replace(self.state, asked=False)

    async def _fill(self) -> None:
        await self._ingest.fill(self._candidate.meaning, self._progress)

    def _progress(self, done: int, total: int) -> None:
        self.state = replace(self.state, done=done, total=total, problem="")

    async def _pause(self) -> None:
        self._again.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_AGAIN_S):
                await self._again.wait()
