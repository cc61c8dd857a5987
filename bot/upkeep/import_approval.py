"""A larger import is tried on the owner's questions before it takes effect."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.domain.trials import Comparison
from bot.upkeep.disk import Disk
from bot.upkeep.trials import Trials
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.errors import NotApprovedError
from knowledge.incoming import Taken
from knowledge.ingest import Progress, Ready

# Passages: fewer a person looks over, and takes back by hand where they do harm.
FEW = 50
# Of all passages: beside ten times as many they seldom come between a question and its answer.
SHARE = 0.1

Decide = Callable[[Comparison], Awaitable[bool]]
"""Returns whether an import may take effect, however long that has to wait."""


def unless_worse(why: str) -> Decide:
    """Return what lets an import take effect where nobody can be asked, unless it does worse.

    Args:
        why: A sentence for who wished it, where it does.
    """

    async def decide(comparison: Comparison) -> bool:
        if comparison.worse:
            raise NotApprovedError(why)
        return True

    return decide


@dataclass(frozen=True, slots=True)
class Tried:
    """An import that is ready and not in force, and how the questions do without and with it."""

    ready: Ready
    comparison: Comparison


class ImportApproval:
    """Compares by the search alone: answers take too long, and follow from what is found."""

    def __init__(self, trials: Trials, knowledge: KnowledgeBase, disk: Disk) -> None:
        """Compare by these trials, while the disk has room."""
        self._trials = trials
        self._knowledge = knowledge
        self._disk = disk

    async def asks(self) -> bool:
        """Return whether there is a question to try anything on."""
        return await self._trials.expect_something()

    async def add(
        self,
        documents: Sequence[Document],
        *,
        decide: Decide | None,
        progress: Progress | None = None,
        preparing: Progress | None = None,
    ) -> Taken:
        """Add documents as `KnowledgeBase.add` does; what is larger once it was approved, at once.

        Args:
            documents: As readers give them.
            decide: Asked where there is something to compare; None: nothing is to be tried.
            progress: Called with documents that are in force and all documents.
            preparing: Called with documents made ready and all, where none is in force yet.

        Raises:
            NotApprovedError: It was not approved; nothing was changed.
            NoRoomError: The disk is nearly full; nothing was changed.
            EmbeddingUnavailableError: Of what is larger nothing was changed; else as there.
        """
        if decide is None:
            await self._disk.check_room()
            return await self._knowledge.add(documents, progress)
        tried = await self.tried(documents, progress=preparing)
        if tried is None:
            return await self._knowledge.add(documents, progress)
        await self._decided(tried, decide)
        given = len(tried.ready.documents)
        return Taken(given, given - len(tried.ready.changed))

    async def add_at_once(
        self,
        documents: Sequence[Document],
        *,
        alone: bool,
        decide: Decide | None,
        progress: Progress | None = None,
    ) -> None:
        """Add documents as `KnowledgeBase.add_at_once` does, once any change was approved.

        Raises:
            NotApprovedError: It was not approved; nothing was changed.
            NoRoomError: The disk is nearly full; nothing was changed.
            EmbeddingUnavailableError: Nothing was changed.
        """
        tried = None
        if decide is None:
            await self._disk.check_room()
        else:
            tried = await self.tried(documents, alone=alone, any_size=True, progress=progress)
        if decide is None or tried is None:
            await self._knowledge.add_at_once(documents, alone=alone, progress=progress)
        else:
            await self._decided(tried, decide)

    async def tried(
        self,
        documents: Sequence[Document],
        *,
        alone: bool = False,
        any_size: bool = False,
        progress: Progress | None = None,
    ) -> Tried | None:
        """Make an import ready and try it; nothing is changed.

        Args:
            documents: As readers give them.
            alone: Every other document is to go.
            any_size: A small one, too.
            progress: Called with documents made ready and all documents.

        Returns:
            None where there is nothing to compare: it is small, or no question expects anything,
            or there is nothing yet that it could harm.

        Raises:
            NoRoomError: The disk is nearly full.
            EmbeddingUnavailableError: The embedder did not answer.
        """
        await self._disk.check_room()
        if not await self.asks():
            return None
        reach = await self._knowledge.reach(documents, alone=alone)
        larger = reach.passages >= max(FEW, SHARE * reach.of) or (any_size and reach.passages)
        if not reach.of or not larger:
            return None
        ready = await self._knowledge.ready(documents, alone=alone, progress=progress)
        prospect = await self._knowledge.prospect(ready)
        before = await self._trials.search()
        after = await self._trials.search(prospect, documents=prospect.documents)
        return Tried(ready, Comparison(before, after)) if before and after else None

    async def _decided(self, tried: Tried, decide: Decide) -> None:
        if not await decide(tried.comparison):
            raise NotApprovedError("Nothing was changed: all stays as it was.")
        await self._knowledge.put(tried.ready)
