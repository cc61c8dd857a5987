"""What would be found if documents were in force: to be tried, while nobody else finds them.

Nothing is stored or copied but words: meaning is asked in the index that serves and in the new
vectors, which are in memory, and what would be replaced is passed over.
"""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, date, datetime

import numpy as np

from knowledge.catalog import Catalog, Found
from knowledge.documents import Audience, Document, PassageVectors, Vector
from knowledge.embedding import Embedder
from knowledge.index import Index, Nearest
from knowledge.ingest import Ready
from knowledge.inventory import document_of
from knowledge.rehearsal import Rehearsal
from knowledge.search import Findings, Search
from knowledge.synonyms import Synonyms
from knowledge.words import Wording, Words
from knowledge.worker import Priority, Worker

_PASSAGES = 50  # put into the words at once; a question may have to wait for them
# Where what lies near would be replaced, so many times as much is asked for at most.
_WIDEST = 16
# What is new was stored last.
_STORED = datetime.max.replace(tzinfo=UTC)


class Prospect:
    """A search as it would be.

    Attributes:
        name: The embedder's.
        documents: How many there would be.
    """

    def __init__(
        self, catalog: Catalog, embedder: Embedder, worker: Worker, index: Index, ready: Ready
    ) -> None:
        """Know nothing yet.

        Args:
            catalog: The rows in force.
            embedder: The one that serves.
            worker: The thread that owns the index.
            index: The one that serves.
            ready: Made by the same embedder.
        """
        self.name = embedder.name
        self.documents = 0
        self._catalog = catalog
        self._worker = worker
        self._ready = ready
        self._words = Words()
        self._rows = _Rows(catalog, ready, embedder.name)
        self._rehearsal = Rehearsal(self._rows, embedder, worker, self._words)
        meanings = _Meanings(index, self._rows)
        self._search = Search(self._rows, worker, meanings, self._words, self._rehearsal)

    async def prepare(self, synonyms: Synonyms) -> None:
        """Read all words, and measure the calibrations anew.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        given = {each.document_id for each in self._ready.documents}
        here = {each.document_id for each in await self._catalog.documents()}
        if self._ready.alone:
            self._rows.gone = here - given
        self.documents = len((here | given) - self._rows.gone)
        self._words.synonyms = synonyms
        part: list[Wording] = []
        async with aclosing(self._rows.everything(self.name)) as rows:
            async for found, _ in rows:
                part.append(Wording(found.passage, found.audience, found.language))
                if len(part) >= _PASSAGES:
                    await self._read(part)
                    part = []
        await self._read(part)
        await self._rehearsal.measure()

    async def search(
        self,
        query: str,
        *,
        audiences: frozenset[Audience],
        today: date,
        limit: int = 6,
        room: str = "",
        language: str = "",
    ) -> Findings:
        """Return what would answer a question, best first, as `KnowledgeBase.search` does."""
        return await self._search.search(
            query, audiences=audiences, today=today, limit=limit, room=room, language=language
        )

    async def _read(self, part: list[Wording]) -> None:
        await self._worker.run(Priority.IMPORT, lambda: self._words.replace((), part))


class _Rows:
    """The rows as they would be.

    Attributes:
        gone: Ids of documents that would be there no more.
    """

    def __init__(self, catalog: Catalog, ready: Ready, embedder: str) -> None:
        self._catalog = catalog
        changed = [each for each in ready.documents if each.document_id in ready.changed]
        self.new = {row.passage.passage_id: row for each in changed for row in _found(each)}
        self.vectors = {
            each.passage_id: each
            for each in ready.made.vectors
            if each.embedder == embedder and each.passage_id in self.new
        }
        self._changed = ready.changed
        self.gone: set[str] = set()

    def stays(self, passage_id: str) -> bool:
        """Return whether a passage that is in force would stay as it is."""
        document_id = document_of(passage_id)
        return document_id not in self._changed and document_id not in self.gone

    async def found(self, passage_ids: Collection[str]) -> dict[str, Found]:
        """Return the passages of these ids that would exist."""
        old = await self._catalog.found([each for each in passage_ids if self.stays(each)])
        return old | {each: self.new[each] for each in passage_ids if each in self.new}

    async def everything(
        self, embedder: str
    ) -> AsyncGenerator[tuple[Found, PassageVectors | None], None]:
        """Yield every passage that would exist with its vectors; the new ones last."""
        async with aclosing(self._catalog.everything(embedder)) as rows:
            async for found, vectors in rows:
                if self.stays(found.passage.passage_id):
                    yield found, vectors
        for passage_id, found in self.new.items():
            yield found, self.vectors.get(passage_id)


class _Meanings:
    """The index as it would be: the one in force without what goes, and all that is new."""

    def __init__(self, index: Index, rows: _Rows) -> None:
        self._index = index
        self._rows = rows
        self._new = {audience: _Ways(_of(rows, audience)) for audience in Audience}

    def nearest(self, vector: Vector, audiences: Collection[Audience], limit: int) -> Nearest:
        """Return the passages that would lie nearest to a question."""
        asked = limit
        while True:
            old = self._index.nearest(vector, audiences, asked)
            best = {known: each for known, each in old.meanings.items() if self._rows.stays(known)}
            few = 2 * len(best) < len(old.meanings) and old.others > -1.0
            if not few or asked >= _WIDEST * limit:
                break
            asked *= 2
        others = old.others
        for audience in audiences:
            near = self._new[audience].nearest(vector, limit)
            best |= near.meanings
            others = max(others, near.others)
        return Nearest(best, others)

    def meanings(self, vector: Vector, passage_ids: Iterable[str]) -> dict[str, float]:
        """Return by passage id the inner product of its best way, for these passages."""
        wanted = list(passage_ids)
        best = self._index.meanings(vector, [each for each in wanted if self._rows.stays(each)])
        for passage_id in wanted:
            if vectors := self._rows.vectors.get(passage_id):
                best[passage_id] = float(np.max(vectors.vectors @ vector))
        return best


class _Ways:
    """The new vectors of one audience; all are compared, so none is missed."""

    def __init__(self, vectors: list[PassageVectors]) -> None:
        self._ids = [each.passage_id for each in vectors]
        self._starts = np.cumsum([0, *(len(each.vectors) for each in vectors[:-1])])
        self._ways = np.concatenate([each.vectors for each in vectors]) if vectors else None

    def nearest(self, vector: Vector, limit: int) -> Nearest:
        """Return the nearest passages, `limit` at most."""
        if self._ways is None:
            return Nearest({}, -1.0)
        best = np.maximum.reduceat(self._ways @ vector, self._starts)
        order = np.argsort(-best)
        first = {self._ids[place]: float(best[place]) for place in order[:limit]}
        return Nearest(first, float(best[order[limit]]) if len(order) > limit else -1.0)


def _of(rows: _Rows, audience: Audience) -> list[PassageVectors]:
    new: Mapping[str, Found] = rows.new
    return [each for known, each in rows.vectors.items() if new[known].audience is audience]


def _found(document: Document) -> Iterable[Found]:
    """Return a document's passages as rows."""
    for passage in document.passages:
        yield Found(
            passage=passage,
            title=document.title,
            audience=document.audience,
            valid_until=document.valid_until,
            approved=document.approved,
            language=document.language,
            changed_at=_STORED,
            valid_from=document.valid_from,
            rooms=document.rooms,
        )
