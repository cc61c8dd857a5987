"""The port by which processes that share one knowledge base, and one index, tell each other."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

# What whoever changes documents and index is the only one in.
CHANGING = "changing"


@dataclass(frozen=True, slots=True)
class Place:
    """An index: of which embedder, and the how manieth that was filled for it."""

    embedder: str = ""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """How things stand for all processes.

    Attributes:
        changed: How many changes of documents there were.
        indexed: Up to which of them the index has them all.
        forgotten: Changes up to this one are no longer told, where a document is gone.
        place: From which index questions are answered; without an embedder before the first start.
    """

    changed: int = 0
    indexed: int = 0
    forgotten: int = 0
    place: Place = Place()

    @property
    def behind(self) -> bool:
        """Return whether something was stored that the index may not have heard of."""
        return self.indexed < self.changed


class Changing(Protocol):
    """The right to change documents and index; nobody else has it meanwhile."""

    async def ends(self, *, indexed: bool) -> int | None:
        """Return how many changes there are, own ones too; None where the right was lost.

        Args:
            indexed: The index has them all.
        """


class Sharing(Protocol):
    """What processes tell each other. Each method is one transaction."""

    @property
    def alone(self) -> bool:
        """Return whether there is only one process, which need not be told anything."""

    async def state(self) -> State:
        """Return how things stand."""

    async def news(self, after: int) -> tuple[State, Sequence[str]]:
        """Return how things stand, and the documents of changes after one, gone ones too."""

    def changing(self) -> AbstractAsyncContextManager[Changing]:
        """Be the only one to change documents and index, inside the block; wait for it."""

    def only_one(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Be the only one who does something, inside the block; False where another one does."""

    async def serve(self, place: Place) -> None:
        """Have questions answered from another index, which has all changes there were."""

    async def reads(self, place: Place, number: int) -> None:
        """Tell that this process lives, and what it reads from."""

    async def readers(self) -> Collection[Place]:
        """Return what all processes that live read from, this one too."""

    async def forget(self) -> None:
        """Forget changes of documents that are gone, where all processes have read of them."""

    async def leave(self) -> None:
        """Tell that this process reads no more."""


class _Own:
    async def ends(self, *, indexed: bool) -> int | None:
        return 0 if indexed else None


class Alone:
    """One process with a knowledge base of its own: there is nobody to tell."""

    alone = True

    async def state(self) -> State:
        """Return that nothing was changed by others."""
        return State()

    async def news(self, _after: int) -> tuple[State, Sequence[str]]:
        """Return that nothing was changed by others."""
        return State(), ()

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Changing]:
        """Wait for nobody."""
        yield _Own()

    @asynccontextmanager
    async def only_one(self, _what: str) -> AsyncIterator[bool]:
        """Wait for nobody."""
        yield True

    async def serve(self, place: Place) -> None:
        """Tell nobody."""

    async def reads(self, place: Place, number: int) -> None:
        """Tell nobody."""

    async def readers(self) -> Collection[Place]:
        """Return nothing: nobody reads from anything else."""
        return ()

    async def forget(self) -> None:
        """Forget nothing: nothing is kept."""

    async def leave(self) -> None:
        """Tell nobody."""
