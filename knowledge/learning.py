"""What others changed, from the rows into this process's words and what it knows of the index."""

import logging
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from knowledge.catalog import Catalog
from knowledge.documents import Audience, Document, Passage, PassageVectors
from knowledge.errors import IndexDamagedError
from knowledge.inventory import document_of
from knowledge.meaning import Meaning
from knowledge.sharing import State
from knowledge.words import Wording, Words
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)

_DOCUMENTS = 16  # read at once


@dataclass(slots=True)
class Indexes:
    """Which indexes are kept in step.

    Attributes:
        serving: Questions are answered from it.
        prepared: Others, that this process fills beside it.
    """

    serving: Meaning
    prepared: list[Meaning] = field(default_factory=list)


class Learning:
    """Brings one process in step with rows that others have changed, and an index with the rows.

    Attributes:
        indexes: Those that are kept in step.
    """

    def __init__(
        self,
        catalog: Catalog,
        worker: Worker,
        words: Words,
        indexes: Indexes,
        learned: Callable[[], None],
    ) -> None:
        """Learn nothing yet; `learned` is called after each change."""
        self._catalog = catalog
        self._worker = worker
        self._words = words
        self.indexes = indexes
        self._learned = learned

    async def learn(self, document_ids: Collection[str] | None, state: State) -> None:
        """Bring everything in memory in step with the rows of documents.

        Args:
            document_ids: Those that came, changed or went; None: all.
            state: How things stand.
        """
        if document_ids is None:
            there = {each.document_id for each in await self._catalog.documents()}
            held = await self._worker.run(Priority.IMPORT, self._words.document_ids)
            document_ids = there | held
        for batch in _pieces(document_ids):
            await self._learn(batch, state)
        self._learned()

    async def expect(self, meaning: Meaning, document_ids: Collection[str], state: State) -> None:
        """Know which of documents' vectors others have put into one more index."""
        for batch in _pieces(document_ids):
            documents = await self._catalog.whole(batch)
            known = meaning.known(_passages(documents), await self._catalog.hashes(batch))
            new = _shelved(documents, known)
            await self._worker.run(
                Priority.IMPORT, partial(meaning.expect, batch, new, number=state.changed)
            )

    async def settle(self, state: State) -> None:
        """Let go of what was kept in memory until the index has it, where it has it by now."""
        await self.indexes.serving.settle(state.indexed if state.behind else math.inf)

    async def repaired(self, state: State) -> bool:
        """Bring the index in step with the rows; False where it cannot be, for now."""
        if state.place != self.indexes.serving.place:
            return False
        try:
            await self.indexes.serving.correct()
        except IndexDamagedError as error:
            log.warning("left index behind the rows: %s", error)
            return False
        await self.indexes.serving.settle(math.inf)
        return True

    async def _learn(self, batch: Sequence[str], state: State) -> None:
        serving = self.indexes.serving
        documents = await self._catalog.whole(batch)
        passages = _passages(documents)
        known = await self._catalog.hashes(batch)
        wordings = wordings_of(documents)
        # Others answer from another index by now: nobody but us puts anything into this one.
        left = bool(state.place.embedder) and state.place != serving.place
        held = await serving.vectors(passages, known) if left else serving.known(passages, known)
        mine = _shelved(documents, held)

        def put() -> None:
            self._words.replace(self._words.passages_of(batch), wordings)
            if not left:
                serving.expect(batch, mine, number=state.changed)

        await self._worker.run(Priority.IMPORT, put)
        if left:
            await self._write(serving, batch, mine)
        for each in self.indexes.prepared:
            theirs = _shelved(documents, each.known(passages, known))
            await self._write(each, batch, theirs)

    async def _write(
        self,
        meaning: Meaning,
        batch: Sequence[str],
        new: Sequence[tuple[Audience, PassageVectors]],
    ) -> None:
        try:
            await self._worker.run(Priority.IMPORT, partial(meaning.replace, batch, new))
        except IndexDamagedError:
            # The one that is prepared is proven before it serves; the other one has served.
            log.warning("left an index behind embedder=%s", meaning.name)


def wordings_of(documents: Iterable[Document]) -> list[Wording]:
    """Return what of documents is searched by words."""
    return [
        Wording(passage, document.audience, document.language)
        for document in documents
        for passage in document.passages
    ]


def _passages(documents: Iterable[Document]) -> list[Passage]:
    return [passage for document in documents for passage in document.passages]


def _shelved(
    documents: Iterable[Document], vectors: Iterable[PassageVectors]
) -> list[tuple[Audience, PassageVectors]]:
    """Return vectors with who may read what they are of."""
    audiences = {document.document_id: document.audience for document in documents}
    return [(audiences[document_of(each.passage_id)], each) for each in vectors]


def _pieces(document_ids: Collection[str]) -> Iterator[list[str]]:
    every = sorted(document_ids)
    for start in range(0, len(every), _DOCUMENTS):
        yield every[start : start + _DOCUMENTS]
