"""Files on their way into the knowledge: taken in while their page may be left, and stopped."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.watched import Watched
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.ingest import Taken


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


class Intake(Watched[Intaking]):
    """One intake at a time; of one that is stopped, what was taken in stays."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take in what is given to `start`."""
        super().__init__("intake", _failed)
        self._knowledge = knowledge

    async def start(
        self, documents: Sequence[Document], notes: Sequence[str], *, wait_s: float
    ) -> Intaking | None:
        """Begin to take documents in; None while another intake is under way.

        Returns:
            Where it is once it has ended, or after some seconds.
        """
        total, told = len(documents), tuple(notes)

        def progress(done: int, total: int) -> None:
            self._tell(Intaking(done, total, told))

        async def taken_in() -> Intaking:
            return Intaking(total, total, told, await self._knowledge.add(documents, progress))

        if not self._begin(Intaking(total=total, notes=told), taken_in):
            return None
        await self._ended(within_s=wait_s)
        return self.last


def _failed(state: Intaking, why: str) -> Intaking:
    done, total = state.done, state.total
    left = f" {done:,} of {total:,} documents are in: add the same again and it goes on there."
    return Intaking(done, total, error=why + left if done else why)
