"""Meaning's side of the search: one embedder's vectors, in rows and in an index that follows."""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from knowledge.catalog import Catalog, Found
from knowledge.documents import Audience, Document, Passage, PassageVectors
from knowledge.embedding import Embedder
from knowledge.errors import IndexDamagedError
from knowledge.index import CANARIES, Index
from knowledge.inventory import document_of
from knowledge.sharing import Place
from knowledge.vectors import content_hash, embedded
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)

_T = TypeVar("_T")
Seen = Callable[[Sequence[Found]], None]
_PASSAGES = 50  # put into the index at once; a question may have to wait for them
_DOCUMENTS = 16  # read at once


@dataclass(slots=True)
class Census:
    """What the rows hold, for comparing the index with.

    Attributes:
        rows: By passage id: audience, content hash, number of vectors.
        stale: Passages whose vectors were made in another way than today.
        canaries: A few passages spread over all.
    """

    rows: dict[str, tuple[Audience, str, int]] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    canaries: list[tuple[Audience, PassageVectors]] = field(default_factory=list)


class Meaning:
    """Keeps an index in step with the rows of its embedder; its callers see to it one by one."""

    def __init__(
        self, catalog: Catalog, embedder: Embedder, worker: Worker, index: Index, place: Place
    ) -> None:
        """Open nothing yet."""
        self.name = embedder.name
        self.place = place
        self._catalog = catalog
        self._embedder = embedder
        self._worker = worker
        self._index = index

    async def vectors(
        self, passages: Sequence[Passage], known: dict[str, PassageVectors]
    ) -> list[PassageVectors]:
        """Return all passages' vectors, in order, embedding what is not known.

        Args:
            passages: Of any documents.
            known: By content hash.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        hashes = [content_hash(passage, self.name) for passage in passages]
        lacking = {
            held: passage
            for passage, held in zip(passages, hashes, strict=True)
            if held not in known
        }
        new = await embedded(list(lacking.values()), self._embedder)
        vectors = known | {each.content_hash: each for each in new}
        return [
            replace(vectors[held], passage_id=passage.passage_id)
            for passage, held in zip(passages, hashes, strict=True)
        ]

    def known(
        self, passages: Sequence[Passage], known: dict[str, PassageVectors]
    ) -> list[PassageVectors]:
        """Return the vectors of those passages that have some, without embedding anything."""
        hashes = ((passage, content_hash(passage, self.name)) for passage in passages)
        return [
            replace(known[held], passage_id=passage.passage_id)
            for passage, held in hashes
            if held in known
        ]

    def replace(
        self, document_ids: Collection[str], new: Sequence[tuple[Audience, PassageVectors]]
    ) -> None:
        """Take documents' passages out of the index and put others in. On the worker's thread.

        Raises:
            IndexDamagedError: Chroma refused; `refill` makes good for it.
        """
        self._index.replace(self._index.passages_of(document_ids), new)

    def expect(
        self,
        document_ids: Collection[str],
        new: Sequence[tuple[Audience, PassageVectors]],
        *,
        number: float,
    ) -> None:
        """Know that others have changed documents' passages in it. On the worker's thread.

        Args:
            document_ids: Theirs.
            new: The passages' vectors; found here even before the index has them.
            number: Of the change that they came with.
        """
        self._index.expect(document_ids, new, number=number)

    async def settle(self, number: float) -> None:
        """Know that the index has what came with changes up to one."""
        await self._work(partial(self._index.settle, number))

    async def know(self, seen: Seen | None = None) -> None:
        """Know from the rows what others have put into the index, which is not opened.

        Args:
            seen: Is given every passage on the way, some at a time, on the worker's thread.
        """
        stale: list[str] = []
        part: list[tuple[Found, PassageVectors | None]] = []
        async with aclosing(self._catalog.everything(self.name)) as rows:
            async for found, vectors in rows:
                if vectors and content_hash(found.passage, self.name) != vectors.content_hash:
                    stale.append(found.passage.passage_id)
                    part.append((found, None))
                else:
                    part.append((found, vectors))
                if len(part) >= 10 * _PASSAGES:
                    await self._know(seen, part)
                    part = []
        await self._know(seen, part)
        await self._catalog.forget(self.name, stale)

    async def join(self) -> None:
        """Connect to the index that others have made.

        Raises:
            IndexLostError: It was not made, or is gone.
            IndexAwayError: The server does not answer; it is asked again for each question.
        """
        await self._work(self._index.join)

    async def is_whole(self) -> bool:
        """Return whether the index has as many vectors as the rows.

        Raises:
            IndexLostError: It was not made, or is gone.
            IndexAwayError: The server does not answer.
        """
        return await self._work(self._index.is_whole)

    async def correct(self) -> None:
        """Take out of the index what is not in the rows, and put in what is missing.

        Raises:
            IndexDamagedError: Chroma refused.
        """
        missing = await self._work(self._index.clean)
        if missing:
            log.info("correcting index missing=%s", len(missing))
        documents = sorted({document_of(passage_id) for passage_id in missing})
        for start in range(0, len(documents), _DOCUMENTS):
            batch = documents[start : start + _DOCUMENTS]
            held = await self._catalog.hashes(batch)
            part = [
                (document.audience, vectors)
                for document in await self._catalog.whole(batch)
                for vectors in self.known(document.passages, held)
                if vectors.passage_id in missing
            ]
            await self._work(partial(self._index.write, part))

    async def mend(self, seen: Seen | None = None, *, afresh: bool = False) -> None:
        """Bring the index in step with the rows, without embedding anything, and prove it.

        What has no vectors, or such as are made in another way today, stays to be embedded; until
        then it is found by words only.

        Args:
            seen: Is given every passage on the way, some at a time, on the worker's thread.
            afresh: Throw the index away first.

        Raises:
            IndexDamagedError: Not even a new index finds its canaries.
        """
        if afresh:
            await self._work(self._index.reset)
        else:
            await self.open()
        await self.prove(seen)

    async def open(self) -> None:
        """Open the index and learn what is in it; an empty one where it cannot be used.

        Raises:
            IndexDamagedError: Not even an empty one can be opened.
        """
        try:
            await self._work(self._index.open)
        except IndexDamagedError:
            log.warning("rebuilding index reason=open")
            await self._work(self._index.reset)

    async def catch_up(self) -> None:
        """Bring an index that is open in step with the rows; what changes meanwhile may be missed.

        Raises:
            IndexDamagedError: Chroma refused.
        """
        await self._catch_up(await self._census(None))

    async def prove(self, seen: Seen | None = None) -> None:
        """Do what `mend` does to an index that is open."""
        census = await self._census(seen)
        try:
            await self._catch_up(census)
            await self._prove(census)
        except IndexDamagedError:
            log.warning("rebuilding index reason=canary")
            await self._refill(census)

    async def refill(self) -> None:
        """Throw the index away and fill it from the rows.

        Raises:
            IndexDamagedError: Not even a new index finds its canaries.
        """
        await self._refill(await self._census(None))

    async def compare(self, drawn: Sequence[Document]) -> None:
        """Count, and ask for these documents' passages by their own vectors.

        Raises:
            IndexDamagedError: The index lies.
        """
        audiences = {document.document_id: document.audience for document in drawn}
        rows = await self._catalog.hashes(list(audiences))
        canaries = [
            (audiences[document_of(vectors.passage_id)], vectors)
            for vectors in rows.values()
            if vectors.embedder == self.name
        ][:: max(1, len(rows) // (4 * CANARIES))]
        count = (await self._catalog.embedders()).get(self.name, 0)
        await self._work(lambda: self._index.prove(canaries, count))

    async def drop_others(self) -> None:
        """Delete what other embedders have left behind, in rows and index."""
        for name in await self._catalog.embedders():
            if name != self.name:
                await self._catalog.forget(name)
        await self._work(self._index.drop_others)

    async def close(self) -> None:
        """Let go of the index's files."""
        await self._work(self._index.close)

    async def _census(self, seen: Seen | None) -> Census:
        census = Census()
        step = max(1, await self._catalog.count() // CANARIES)
        part: list[Found] = []
        async with aclosing(self._catalog.everything(self.name)) as rows:
            async for found, vectors in rows:
                part.append(found)
                if len(part) >= 10 * _PASSAGES:
                    await self._show(seen, part)
                    part = []
                passage = found.passage
                if vectors is None:
                    continue
                if content_hash(passage, self.name) != vectors.content_hash:
                    census.stale.append(passage.passage_id)
                    continue
                if len(census.rows) % step == 0:
                    census.canaries.append((found.audience, vectors))
                census.rows[passage.passage_id] = (
                    found.audience,
                    vectors.content_hash,
                    len(vectors.vectors),
                )
        await self._show(seen, part)
        await self._catalog.forget(self.name, census.stale)
        return census

    async def _know(
        self, seen: Seen | None, part: Sequence[tuple[Found, PassageVectors | None]]
    ) -> None:
        def know() -> None:
            self._index.expect((), [(each.audience, held) for each, held in part if held])
            if seen is not None:
                seen([each for each, _ in part])

        await self._work(know)

    async def _show(self, seen: Seen | None, part: list[Found]) -> None:
        if seen is not None:
            await self._work(lambda: seen(part))

    async def _catch_up(self, census: Census) -> None:
        gone, missing = await self._work(lambda: self._index.wrong(census.rows))
        if gone or missing:
            log.info("mending index gone=%s missing=%s", len(gone), len(missing))
        if gone:
            await self._work(lambda: self._index.replace(gone, ()))
        if not missing:
            return
        part: list[tuple[Audience, PassageVectors]] = []
        async with aclosing(self._catalog.everything(self.name)) as rows:
            async for found, vectors in rows:
                if vectors is not None and vectors.passage_id in missing:
                    part.append((found.audience, vectors))
                if len(part) >= _PASSAGES:
                    await self._put(part)
                    part = []
        await self._put(part)

    async def _put(self, part: list[tuple[Audience, PassageVectors]]) -> None:
        await self._work(lambda: self._index.replace((), part))

    async def _prove(self, census: Census) -> None:
        await self._work(lambda: self._index.prove(census.canaries, len(census.rows)))

    async def _refill(self, census: Census) -> None:
        await self._work(self._index.reset)
        await self._catch_up(census)
        await self._prove(census)

    async def _work(self, call: Callable[[], _T]) -> _T:
        return await self._worker.run(Priority.IMPORT, call)
