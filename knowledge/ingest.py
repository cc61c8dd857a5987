"""Documents into rows, rows into the index and the words' side; and back in step after a crash."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from knowledge.catalog import Catalog, Found
from knowledge.documents import Audience, Document, PassageVectors
from knowledge.errors import IndexDamagedError
from knowledge.following import Following, Turn
from knowledge.incoming import Reach, Taken, batches, changed, prepared, with_drafts
from knowledge.index import CANARIES
from knowledge.learning import Indexes, wordings_of
from knowledge.meaning import Meaning
from knowledge.sharing import Sharing
from knowledge.vectors import content_hash
from knowledge.words import Wording, Words
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)

_T = TypeVar("_T")
Progress = Callable[[int, int], None]
_PASSAGES = 50  # put into index and words at once; a question may have to wait for them
_LACKING = 16  # passages embedded before they are stored: seconds of work that a kill can undo


@dataclass(frozen=True, slots=True)
class Made:
    """Vectors, and who served when they were made."""

    by: Meaning
    vectors: list[PassageVectors]


@dataclass(frozen=True, slots=True)
class Ready:
    """Documents with their vectors, in memory alone: nothing of them is in force.

    Attributes:
        changed: Ids of those that are not there word for word.
        alone: Every other document goes when they come.
    """

    documents: list[Document]
    made: Made
    changed: frozenset[str]
    alone: bool


class Ingest:
    """The one way in. Rows are written first; what a crash leaves undone, `mend` does.

    While another embedder is being prepared there are two indexes: questions are answered from
    `serving`, and what changes goes into both.

    Attributes:
        up_to_date: Takes up the index that other processes answer from by now.

    Of several processes one at a time changes rows and index; the others learn from the rows.
    """

    def __init__(
        self,
        catalog: Catalog,
        worker: Worker,
        words: Words,
        indexes: Indexes,
        following: Following,
        sharing: Sharing,
    ) -> None:
        self._catalog = catalog
        self._worker = worker
        self._words = words
        self._indexes = indexes
        self._following = following
        self._sharing = sharing
        self.up_to_date: Callable[[], Awaitable[None]] = _at_once
        self._begun: dict[str, PassageVectors] = {}

    @property
    def serving(self) -> Meaning:
        """Return what questions are answered from."""
        return self._indexes.serving

    async def add(self, documents: Iterable[Document], progress: Progress | None = None) -> Taken:
        """Store documents, replacing those of the same id; of several with one id the last stays.

        Every 16 documents are in force at once, so what a stopped import has done stays done, and
        the same import again only does the rest: what is there word for word is left alone.
        Passages whose content did not change keep their vectors.

        Args:
            documents: A document without a language gets the one its words tell.
            progress: Called with documents done and all documents.

        Raises:
            EmbeddingUnavailableError: From here on nothing was changed.
        """
        given = prepared(documents)
        unchanged = 0
        for done, batch in batches(given):
            before = await self._before(batch)
            new = changed(with_drafts(batch, before), before)
            unchanged += len(batch) - len(new)
            if new:
                await self._put(new, await self._vectors(new))
            if progress:
                progress(done, len(given))
        return Taken(len(given), unchanged)

    async def reach(self, documents: Iterable[Document], *, alone: bool) -> Reach:
        """Return how much an import would change; nothing is embedded.

        Args:
            documents: As for `add`.
            alone: Every other document would go.
        """
        given = prepared(documents)
        passages = 0
        for _, batch in batches(given):
            before = await self._before(batch)
            for each in changed(with_drafts(batch, before), before):
                old = before.get(each.document_id)
                passages += max(len(each.passages), len(old.passages) if old else 0)
        for _, batch in batches(await self._others(given) if alone else ()):
            passages += sum(len(each.passages) for each in (await self._before(batch)).values())
        return Reach(passages, await self._catalog.count())

    async def ready(
        self, documents: Iterable[Document], *, alone: bool, progress: Progress | None = None
    ) -> Ready:
        """Make documents ready to be stored in one step by `put`; nothing is changed.

        What was embedded is kept when this is stopped or fails, until the same or others are ready.

        Args:
            documents: As for `add`.
            alone: Every other document is to go in the same step.
            progress: Called with documents made ready and all documents.

        Raises:
            EmbeddingUnavailableError: Nothing was changed.
        """
        given = prepared(documents)
        ready: list[Document] = []
        new: set[str] = set()
        made: list[Made] = []
        for done, part in batches(given):
            before = await self._before(part)
            batch = with_drafts(part, before)
            ready += batch
            new |= {each.document_id for each in changed(batch, before)}
            made.append(await self._vectors(batch, self._begun))
            self._begun |= {each.content_hash: each for each in made[-1].vectors}
            if progress:
                progress(done, len(given))
        self._begun = {}
        vectors = [each for part in made for each in part.vectors]
        by = made[0].by if made else self.serving
        return Ready(ready, Made(by, vectors), frozenset(new), alone)

    async def put(self, ready: Ready) -> None:
        """Store what is ready, all of it in one step: before it nothing is changed.

        Raises:
            EmbeddingUnavailableError: Another embedder serves by now, and did not answer; nothing
                was changed.
        """
        await self._put(ready.documents, ready.made, alone=ready.alone)

    async def draft(self, entry: Document, ways: tuple[str, ...]) -> bool:
        """Store an entry's drafted ways; False, and nothing is stored, where it has changed.

        Args:
            entry: As it was when they were written.
            ways: All of them.

        Raises:
            EmbeddingUnavailableError: Nothing was changed.
        """
        (passage,) = entry.passages
        drafted = replace(entry, passages=(replace(passage, drafted=ways),))
        return await self._put([drafted], await self._vectors([drafted]), unless_changed=entry)

    async def remove(self, document_id: str) -> bool:
        """Remove a document everywhere; False when there was none."""
        return await _whatever_comes(self._remove(document_id))

    async def mend(self, *, afresh: bool = False) -> None:
        """Bring index and words in step with the rows, without embedding anything.

        Args:
            afresh: Throw the index away first.

        Raises:
            IndexDamagedError: Not even a new index finds its canaries.
        """
        async with self._following.turn():
            await self._work(self._words.clear)
            await self.serving.mend(self.put_words, afresh=afresh)

    async def compare(self) -> int:
        """Compare the index with the rows and ask for some passages by their own vectors.

        Returns:
            How many passages there are.

        Raises:
            IndexDamagedError: The index lies.
        """
        async with self._following.turn():
            documents = await self._catalog.documents()
            await self.serving.compare(documents[:: max(1, len(documents) // CANARIES)])
            return await self._catalog.count()

    async def prepare(self, candidate: Meaning) -> None:
        """Fill another index from the rows; from now on what changes goes into it, too.

        Raises:
            IndexDamagedError: Chroma cannot be used.
        """
        async with self._following.turn():
            await candidate.open()
            self._indexes.prepared.append(candidate)
        # What changes meanwhile may be overtaken by what was read before: `switch` sees to it.
        await candidate.catch_up()

    async def fill(self, meaning: Meaning, progress: Progress) -> None:
        """Embed the passages that have no vectors of one embedder, but for a few of the latest.

        Args:
            meaning: The serving one, or the one that is prepared.
            progress: Called with passages done and all passages.

        Raises:
            EmbeddingUnavailableError: What was embedded stays; called again, it goes on.
        """
        after, few = "", True
        while True:
            passages = await self._catalog.lacking(meaning.name, after=after, limit=_LACKING)
            if passages:
                few = not after and len(passages) < _LACKING
                vectors = await meaning.vectors(passages, {})
                await _whatever_comes(self._take(meaning, vectors))
                after = passages[-1].passage_id
                done = (await self._catalog.embedders()).get(meaning.name, 0)
                progress(done, await self._catalog.count())
            elif not few:
                after, few = "", True  # once more, for what was changed meanwhile
            else:
                return

    async def switch(self, candidate: Meaning, answer: Callable[[], None]) -> bool:
        """Let the prepared embedder serve, once it has vectors of every passage.

        Args:
            candidate: The one that is prepared.
            answer: Has questions answered from it; called in the same step.

        Returns:
            False when much that was added meanwhile has no vectors yet.

        Raises:
            EmbeddingUnavailableError: It did not answer.
            IndexDamagedError: Its index lies, even made anew.
        """
        async with self._following.turn() as turn:
            rest = await self._catalog.lacking(candidate.name, after="", limit=_LACKING + 1)
            if len(rest) > _LACKING:
                return False
            if rest:  # here, for where others keep changing something there is always some
                await self._keep(turn, candidate, await candidate.vectors(rest, {}))
            await candidate.prove()
            if not self._sharing.alone:
                if not await candidate.is_whole():
                    await candidate.correct()
                await candidate.join()
            await self._sharing.serve(candidate.place)
            self._indexes.serving = candidate
            self._indexes.prepared.remove(candidate)
            answer()
            return True

    async def leave(self, candidate: Meaning) -> None:
        """Put nothing more into an index that was prepared, if it was."""
        if candidate in self._indexes.prepared:
            self._indexes.prepared.remove(candidate)

    async def _before(self, documents: Sequence[Document]) -> dict[str, Document]:
        """Return by id what is there now of the documents that these replace."""
        held = await self._catalog.whole([document.document_id for document in documents])
        return {document.document_id: document for document in held}

    async def _others(self, documents: Sequence[Document]) -> list[Document]:
        """Return the documents that are there beside these, without their passages."""
        ids = {document.document_id for document in documents}
        every = await self._catalog.documents()
        return [each for each in every if each.document_id not in ids]

    async def _vectors(
        self, documents: Sequence[Document], begun: Mapping[str, PassageVectors] | None = None
    ) -> Made:
        """Return the vectors of all passages, embedding what is neither known nor begun."""
        passages = [passage for document in documents for passage in document.passages]
        known = await self._catalog.hashes([document.document_id for document in documents])
        known |= begun or {}
        serving = self.serving
        vectors = {
            (each.embedder, each.passage_id): each
            for each in await serving.vectors(passages, known)
        }
        for other in self._indexes.prepared:
            vectors |= {
                (each.embedder, each.passage_id): each for each in other.known(passages, known)
            }
        return Made(serving, list(vectors.values()))

    async def _put(
        self,
        documents: Sequence[Document],
        made: Made,
        *,
        alone: bool = False,
        unless_changed: Document | None = None,
    ) -> bool:
        """Store documents; False, and nothing is stored, where one of them has changed."""
        # Unbroken: a cancelled import must not leave rows that the index has not heard of.
        while True:
            storing = self._store(documents, made, alone=alone, unless_changed=unless_changed)
            stored = await _whatever_comes(storing)
            if stored is not None:
                return stored
            await self.up_to_date()
            made = await self._vectors(documents)

    async def _store(
        self,
        documents: Sequence[Document],
        made: Made,
        *,
        alone: bool,
        unless_changed: Document | None,
    ) -> bool | None:
        """Store documents; None, and nothing is stored, where another embedder serves by now."""
        async with self._following.turn() as turn:
            if made.by is not self.serving or self._outdated(turn):
                return None
            if unless_changed is not None:
                stored = await self._catalog.document(unless_changed.document_id)
                if stored != unless_changed:
                    return False
            others = await self._others(documents) if alone else []
            gone = {document.document_id for document in others}
            await self._catalog.put(documents, made.vectors, gone=gone)
            vectors = {(each.embedder, each.passage_id): each for each in made.vectors}
            if gone:
                await self._replace(turn, gone, [], vectors)
            for _, batch in batches(documents):
                ids = {document.document_id for document in batch}
                await self._replace(turn, ids, wordings_of(batch), vectors)
            return True

    async def _remove(self, document_id: str) -> bool:
        async with self._following.turn() as turn:
            removed = await self._catalog.remove(document_id)
            await self._replace(turn, {document_id}, [], {})
            return removed

    async def _take(self, meaning: Meaning, vectors: Sequence[PassageVectors]) -> None:
        """Store vectors, but for passages that changed or went since they were made."""
        async with self._following.turn() as turn:
            await self._keep(turn, meaning, vectors)

    async def _keep(self, turn: Turn, meaning: Meaning, vectors: Sequence[PassageVectors]) -> None:
        found = await self._catalog.found([each.passage_id for each in vectors])
        good = [
            (row.audience, each)
            for each in vectors
            if (row := found.get(each.passage_id))
            and content_hash(row.passage, meaning.name) == each.content_hash
        ]
        await self._catalog.put_vectors([each for _, each in good])
        await self._index(turn, meaning, (), good)

    async def _replace(
        self,
        turn: Turn,
        document_ids: Collection[str],
        new: Sequence[Wording],
        vectors: Mapping[tuple[str, str], PassageVectors],
    ) -> None:
        for start in range(0, max(1, len(new)), _PASSAGES):
            part, gone = new[start : start + _PASSAGES], () if start else document_ids
            serving = self.serving
            put = partial(self._put_both, part, gone, _of(serving, part, vectors))
            await self._index(turn, serving, gone, _of(serving, part, vectors), put)
            for each in list(self._indexes.prepared):
                await self._index(turn, each, gone, _of(each, part, vectors))

    def _put_both(
        self,
        part: Sequence[Wording],
        gone: Collection[str],
        vectors: Sequence[tuple[Audience, PassageVectors]],
    ) -> None:
        self._words.replace(self._words.passages_of(gone), part)
        self.serving.replace(gone, vectors)

    async def _index(
        self,
        turn: Turn,
        meaning: Meaning,
        gone: Collection[str],
        new: Sequence[tuple[Audience, PassageVectors]],
        call: Callable[[], None] | None = None,
    ) -> None:
        """Have an index changed; one that refuses is made again from the rows.

        Not at once where other processes use it too: they answer from what is in it.
        """
        try:
            await self._work(call or partial(meaning.replace, gone, new))
        except IndexDamagedError:
            if self._sharing.alone:
                log.warning("rebuilding index reason=write")
                await meaning.refill()
                return
            log.warning("left index behind the rows")
            if meaning is self.serving:
                turn.in_step = False
                await self._work(partial(meaning.expect, gone, new, number=math.inf))

    def _outdated(self, turn: Turn) -> bool:
        """Return whether the others answer from another index by now."""
        return not self._sharing.alone and turn.state.place != self.serving.place

    def put_words(self, passages: Sequence[Found]) -> None:
        """Have passages found by their words, too. On the worker's thread."""
        self._words.replace(
            (), [Wording(each.passage, each.audience, each.language) for each in passages]
        )

    async def _work(self, call: Callable[[], _T]) -> _T:
        return await self._worker.run(Priority.IMPORT, call)


async def _at_once() -> None:
    """Nobody else answers from anything."""


async def _whatever_comes(step: Coroutine[object, object, _T]) -> _T:
    """Await a step that goes on to its end when who waits for it is cancelled."""
    return await asyncio.shield(asyncio.ensure_future(step))


def _of(
    meaning: Meaning,
    wordings: Sequence[Wording],
    vectors: Mapping[tuple[str, str], PassageVectors],
) -> list[tuple[Audience, PassageVectors]]:
    """Return those of one embedder's vectors that these passages have."""
    held = (
        (each.audience, vectors.get((meaning.name, each.passage.passage_id))) for each in wordings
    )
    return [(audience, each) for audience, each in held if each is not None]
