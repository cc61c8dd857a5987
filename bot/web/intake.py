"""Files on their way into the knowledge: taken in while their page may be left, and stopped."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from bot.storage.errors import StorageError
from bot.web.watched import Watched
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.errors import KnowledgeError
from knowledge.ingest import Taken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intaking:
    """Where the last intake is.

    Attributes:
        done, total: Documents.
        notes: What could not be read, a sentence each.
        taken: What came of it, once it ended well.
        error: A sentence when it did not.
    """

    done: int = 0
    total: int = 0
    notes: tuple[str, ...] = ()
    taken: Taken | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Return whether it is over, well or not."""
        return self.taken is not None or bool(self.error)


class Intake:
    """One intake at a time, watched by any number of pages."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take in what is given to `start`."""
        self._knowledge = knowledge
        self._task: asyncio.Task[None] | None = None
        self._state: Watched[Intaking] = Watched(lambda state: state.ended)

    @property
    def last(self) -> Intaking | None:
        """Return the intake under way, or the last one; None when there was none."""
        return self._state.last

    @property
    def under_way(self) -> bool:
        """Return whether one is under way."""
        return self._state.under_way

    def watch(self) -> AsyncGenerator[Intaking, None]:
        """Yield where the intake is, now and after changes, until it has ended."""
        return self._state.watch()

    async def start(
        self, documents: Sequence[Document], notes: Sequence[str], *, wait_s: float
    ) -> Intaking | None:
        """Begin to take documents in; None while another intake is under way.

        Returns:
            Where it is once it has ended, or after some seconds.
        """
        if self.under_way:
            return None
        state = Intaking(total=len(documents), notes=tuple(notes))
        self._state.tell(state)
        self._task = asyncio.create_task(self._run(documents, state.notes), name="intake")
        await asyncio.wait({self._task}, timeout=wait_s)
        return self.last

    async def stop(self) -> None:
        """Stop what is under way and wait for its end; what was taken in stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, documents: Sequence[Document], notes: tuple[str, ...]) -> None:
        done = 0

        def progress(so_far: int, total: int) -> None:
            nonlocal done
            done = so_far
            self._state.tell(Intaking(so_far, total, notes))

        try:
            taken = await self._knowledge.add(documents, progress)
        except (KnowledgeError, StorageError) as error:
            log.warning("intake failed error=%s", type(error).__name__)
            self._fail(done, len(documents), str(error))
        except asyncio.CancelledError:
            self._fail(done, len(documents), "It was stopped.")
            raise
        except Exception:  # the edge of one intake
            log.exception("intake failed")
            self._fail(done, len(documents), "It failed: see the log.")
        else:
            self._state.tell(Intaking(len(documents), len(documents), notes, taken))

    def _fail(self, done: int, total: int, why: str) -> None:
        left = f" {done:,} of {total:,} documents are in: add the same again and it goes on there."
        self._state.tell(Intaking(done, total, error=why + left if done else why))
