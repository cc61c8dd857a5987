"""Documents into rows, rows into the index and the words' side; and back in step after a crash."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from knowledge.catalog import Catalog, Found
from knowledge.documents import Audience, Document, PassageVectors
from knowledge.embedding import Embedder
from knowledge.errors import IndexDamagedError
from knowledge.index import CANARIES, Index, document_of
from knowledge.languages import with_language
from knowledge.vectors import content_hash, embedded_texts, passage_vectors
from knowledge.words import Wording, Words
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)

_T = TypeVar("_T")
Progress = Callable[[int, int], None]
_Vectors = dict[str, PassageVectors]  # by passage id
_DOCUMENTS = 16  # a transaction
_PASSAGES = 50  # put into index and words at once; a question may have to wait for them


@dataclass(slots=True)
class _Census:
    """What the rows hold, for comparing the index with.

    Attributes:
        rows: By passage id: audience, content hash, number of vectors; of this embedder only.
        stale: Documents with vectors of another embedder.
        canaries: A few passages spread over all.
    """

    rows: dict[str, tuple[Audience, str, int]] = field(default_factory=dict)
    stale: dict[str, None] = field(default_factory=dict)
    canaries: list[tuple[Audience, PassageVectors]] = field(default_factory=list)


class Ingest:
    """The one way in. Rows are written first; what a crash leaves undone, `mend` does."""

    def __init__(
        self, catalog: Catalog, embedder: Embedder, worker: Worker, index: Index, words: Words
    ) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._worker = worker
        self._index = index
        self._words = words
        self._writing = asyncio.Lock()

    async def add(self, documents: Iterable[Document], progress: Progress | None = None) -> None:
        """Store documents, replacing those of the same id; of several with one id the last stays.

        Every 16 documents are in force at once, so what a stopped import has done stays done.
        Passages whose content did not change keep their vectors.

        Args:
            documents: A document without a language gets the one its words tell.
            progress: Called with documents done and all documents.

        Raises:
            EmbeddingUnavailableError: From here on nothing was changed.
        """
        given = _prepared(documents)
        for done, batch in _batches(given):
            vectors = await self._vectors(batch)
            # Shielded: a cancelled import must not leave rows that the index has not heard of.
            await asyncio.shield(asyncio.ensure_future(self._store(batch, vectors)))
            if progress:
                progress(done, len(given))

    async def add_at_once(
        self, documents: Iterable[Document], *, alone: bool, progress: Progress | None = None
    ) -> None:
        """Store documents like `add`, but all of them in one step: before it nothing is changed.

        Args:
            documents: As for `add`.
            alone: Remove every other document in the same step.
            progress: Called with documents made ready and all documents.

        Raises:
            EmbeddingUnavailableError: Nothing was changed.
        """
        given = _prepared(documents)
        vectors: _Vectors = {}
        for done, batch in _batches(given):
            vectors |= await self._vectors(batch)
            if progress:
                progress(done, len(given))
        await asyncio.shield(asyncio.ensure_future(self._store(given, vectors, alone=alone)))

    async def remove(self, document_id: str) -> bool:
        """Remove a document everywhere; False when there was none."""
        return await asyncio.shield(asyncio.ensure_future(self._remove(document_id)))

    async def mend(self, *, afresh: bool = False) -> list[str]:
        """Bring index and words in step with the rows, without embedding anything.

        Args:
            afresh: Throw the index away first.

        Returns:
            The documents whose vectors another embedder made: found by words only until they are
            embedded again.

        Raises:
            IndexDamagedError: Not even a new index finds its canaries.
        """
        async with self._writing:
            if afresh:
                await self._work(self._index.reset)
            else:
                await self._open()
            census = await self._census()
            try:
                await self._catch_up(census)
                await self._work(lambda: self._index.prove(census.canaries, len(census.rows)))
            except IndexDamagedError:
                log.warning("rebuilding index reason=canary")
                await self._refill(census)
            await self._work(self._index.drop_others)
            return list(census.stale)

    async def compare(self) -> int:
        """Compare the index with the rows and ask for some passages by their own vectors.

        Returns:
            How many passages there are.

        Raises:
            IndexDamagedError: The index lies.
        """
        async with self._writing:
            count = await self._catalog.count()
            documents = await self._catalog.documents()
            drawn = documents[:: max(1, len(documents) // CANARIES)]
            audiences = {document.document_id: document.audience for document in drawn}
            rows = await self._catalog.hashes(list(audiences))
        canaries = [
            (audiences[document_of(vectors.passage_id)], vectors) for vectors in rows.values()
        ]
        await self._work(lambda: self._index.prove(canaries, count))
        return count

    async def embed_again(self, document_ids: Sequence[str], progress: Progress | None) -> None:
        """Embed these documents anew; those that are gone by then are left out."""
        for done, document_id in enumerate(document_ids, start=1):
            document = await self._catalog.document(document_id)
            if document:
                await self.add([document])
            if progress:
                progress(done, len(document_ids))

    async def _vectors(self, documents: Sequence[Document]) -> _Vectors:
        """Return by passage id the vectors of all passages, embedding what is not known yet."""
        name = self._embedder.name
        passages = [passage for document in documents for passage in document.passages]
        known = await self._catalog.hashes([document.document_id for document in documents])
        hashes = {passage.passage_id: content_hash(passage, name) for passage in passages}
        new = [passage for passage in passages if hashes[passage.passage_id] not in known]
        texts = list(dict.fromkeys(text for passage in new for text in embedded_texts(passage)))
        embedded = dict(zip(texts, await self._embedder.embed_passages(texts), strict=True))
        vectors = {passage.passage_id: passage_vectors(passage, name, embedded) for passage in new}
        for passage_id, content in hashes.items():
            if passage_id not in vectors:
                vectors[passage_id] = replace(known[content], passage_id=passage_id)
        return vectors

    async def _store(
        self, documents: Sequence[Document], vectors: _Vectors, *, alone: bool = False
    ) -> None:
        async with self._writing:
            known = await self._catalog.documents() if alone else []
            gone = {document.document_id for document in known}
            gone -= {document.document_id for document in documents}
            await self._catalog.put(documents, list(vectors.values()), gone=gone)
            if gone:
                await self._replace(gone, [])
            for _, batch in _batches(documents):
                new = [
                    (Wording(each, document.audience, document.language), vectors[each.passage_id])
                    for document in batch
                    for each in document.passages
                ]
                await self._replace({document.document_id for document in batch}, new)

    async def _remove(self, document_id: str) -> bool:
        async with self._writing:
            removed = await self._catalog.remove(document_id)
            await self._replace({document_id}, [])
            return removed

    async def _replace(
        self, document_ids: Collection[str], new: Sequence[tuple[Wording, PassageVectors]]
    ) -> None:
        def put(part: Sequence[tuple[Wording, PassageVectors]], *, first: bool) -> None:
            words_gone = self._words.passages_of(document_ids) if first else ()
            index_gone = self._index.passages_of(document_ids) if first else ()
            self._words.replace(words_gone, [wording for wording, _ in part])
            self._index.replace(
                index_gone, [(wording.audience, vectors) for wording, vectors in part]
            )

        try:
            for start in range(0, max(1, len(new)), _PASSAGES):
                await self._work(partial(put, new[start : start + _PASSAGES], first=start == 0))
        except IndexDamagedError:
            log.warning("rebuilding index reason=write")
            await self._refill(await self._census())

    async def _open(self) -> None:
        try:
            await self._work(self._index.open)
        except IndexDamagedError:
            log.warning("rebuilding index reason=open")
            await self._work(self._index.reset)

    async def _census(self) -> _Census:
        """Count the rows, and build the words' side from them on the way."""
        census = _Census()
        step = max(1, await self._catalog.count() // CANARIES)
        name = self._embedder.name
        wordings: list[Wording] = []
        await self._work(self._words.clear)
        async with aclosing(self._catalog.everything()) as rows:
            async for found, vectors in rows:
                wordings.append(_wording(found))
                if len(wordings) >= 10 * _PASSAGES:
                    await self._put_words(wordings)
                    wordings = []
                passage = found.passage
                if content_hash(passage, name) != vectors.content_hash:
                    census.stale[passage.document_id] = None
                    continue
                if len(census.rows) % step == 0:
                    census.canaries.append((found.audience, vectors))
                census.rows[passage.passage_id] = (
                    found.audience,
                    vectors.content_hash,
                    len(vectors.vectors),
                )
        await self._put_words(wordings)
        return census

    async def _put_words(self, wordings: list[Wording]) -> None:
        await self._work(lambda: self._words.replace((), wordings))

    async def _catch_up(self, census: _Census) -> None:
        gone, missing = await self._work(lambda: self._index.wrong(census.rows))
        if gone or missing:
            log.info("mending index gone=%s missing=%s", len(gone), len(missing))
        if gone:
            await self._work(lambda: self._index.replace(gone, ()))
        if not missing:
            return
        part: list[tuple[Audience, PassageVectors]] = []
        async with aclosing(self._catalog.everything()) as rows:
            async for found, vectors in rows:
                if vectors.passage_id in missing:
                    part.append((found.audience, vectors))
                if len(part) >= _PASSAGES:
                    await self._put_vectors(part)
                    part = []
        await self._put_vectors(part)

    async def _put_vectors(self, part: list[tuple[Audience, PassageVectors]]) -> None:
        await self._work(lambda: self._index.replace((), part))

    async def _refill(self, census: _Census) -> None:
        await self._work(self._index.reset)
        await self._catch_up(census)
        await self._work(lambda: self._index.prove(census.canaries, len(census.rows)))

    async def _work(self, call: Callable[[], _T]) -> _T:
        return await self._worker.run(Priority.IMPORT, call)


def _prepared(documents: Iterable[Document]) -> list[Document]:
    """Return documents with their languages; of several with one id the last."""
    given = {document.document_id: document for document in documents}
    return [with_language(document) for document in given.values()]


def _batches(documents: Sequence[Document]) -> Iterator[tuple[int, Sequence[Document]]]:
    """Yield documents in pieces, each with how many there are up to its end."""
    for start in range(0, len(documents), _DOCUMENTS):
        batch = documents[start : start + _DOCUMENTS]
        yield start + len(batch), batch


def _wording(found: Found) -> Wording:
    return Wording(found.passage, found.audience, found.language)
