"""Asks the business's own questions against everything else it knows, to calibrate the verdicts."""

import asyncio
import hashlib
import heapq
import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from knowledge.background import background
from knowledge.calibration import (
    SAMPLE,
    Asked,
    Calibration,
    Measured,
    Ranked,
    Scale,
    apart,
    calibrate,
    ranked,
    shares,
    spread,
)
from knowledge.catalog import Found, Passages
from knowledge.documents import Audience, Passage, PassageVectors, Vector
from knowledge.doubles import doubles, says_same
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.languages import language_of
from knowledge.sides import Near
from knowledge.vectors import embedded
from knowledge.words import WordHits, Words
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)

_FEW = 16  # passages, below which everyday questions stand in for those that are not written yet
_CANDIDATES = 50  # of each side, as in a search
_FIRST = 12  # of a ranking; its certainty needs two, the others may say the same as those
_ROWS = 500  # measured at once
# What is for chosen rooms is measured by the scale of the others who read there: a few documents
# beside the rest, too few for a scale a room.
_READERS = (Audience.PUBLIC, Audience.STAFF)
_PAUSE_S = 0.3  # so that an import's batches are measured once, not each
_PAUSE_A_PASSAGE_S = 1e-4  # all are read for it; one change moves a large knowledge base little


@dataclass(frozen=True, slots=True)
class _Table:
    """Meanings of questions, shape (passages, questions), and the mean of the passages' mean ways.

    Attributes:
        rows: By passage id, its row.
    """

    passage_ids: list[str]
    rows: dict[str, int]
    meanings: Vector
    centre: Vector


@dataclass(frozen=True, slots=True)
class _Lot:
    """Questions of the sample that are measured by one scale.

    Attributes:
        places: Theirs in the sample.
        vectors: Theirs, apart from what is usual, shape (questions, dimension).
        usual: The mean of the business's own among them.
    """

    places: Sequence[int]
    vectors: Vector
    usual: Vector


@dataclass(frozen=True, slots=True)
class _Calibrations:
    """What one kind of reader's questions are measured by.

    Attributes:
        any_language: By what the embedder reads in every language.
        english: By all that it reads, for questions in English; None where it reads all languages
            alike, or most of the business's own are in another.
    """

    any_language: Calibration
    english: Calibration | None = None


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    """A passage's question, what it means to every passage, and what its words find.

    Attributes:
        meanings: Shape (passages,), in the table's order.
    """

    passage: Passage
    asked: Asked
    meanings: Vector
    words: WordHits


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """The first of what a passage's question finds when the passage itself is left out.

    Attributes:
        scores: By passage id, best first.
    """

    passage_id: str
    asked: Asked
    near: Near
    scores: dict[str, float]


class Rehearsal:
    """Keeps a calibration for each kind of reader up to date in the background."""

    def __init__(self, catalog: Passages, embedder: Embedder, worker: Worker, words: Words) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._worker = worker
        self._words = words
        self._asked: dict[str, Vector] = {}
        self._background: list[PassageVectors] = []
        self._calibrations: dict[Audience, _Calibrations] = {}
        self._passages = 0
        self._stale = False
        self._settled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """Take note that passages came or went; measuring happens in the background."""
        self._stale = True
        self._settled.clear()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep())

    async def measured(self, question: str, audiences: Collection[Audience]) -> list[Measured]:
        """Return a question as it is measured for these readers; none when it cannot be now.

        One that may be in English or not is measured both ways: what it finds is the first's, and
        as certain as the less certain of both. Waits only while nothing is measured yet.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        reader = _reader(audiences)
        if reader not in self._calibrations:
            await self.settled()
        if reader not in self._calibrations:
            return []
        calibrations = self._calibrations[reader]
        [vector] = await self._embedder.embed_queries([question])
        alike = calibrations.any_language.measured(question, self._embedder.in_any_language(vector))
        if calibrations.english is None:
            return [alike]
        english = calibrations.english.measured(question, vector)
        match language_of(question):
            case "en":
                return [english]
            case "":
                return [alike, english]
            case _:
                return [alike]

    async def measure(self) -> None:
        """Measure for every kind of reader.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer; what was measured before holds.
        """
        measured: dict[tuple[str, ...], _Calibrations] = {}
        for reader in _READERS:
            readable = frozenset(_READERS) if reader is Audience.STAFF else frozenset({reader})
            ids = await self._worker.run(
                Priority.REHEARSAL, partial(self._words.passage_ids, readable)
            )
            # Where nothing is for staff only, all read the same.
            if tuple(ids) not in measured:
                measured[tuple(ids)] = await self._measure(readable, ids)
            self._calibrations[reader] = measured[tuple(ids)]

    async def settled(self) -> None:
        """Wait until what has changed is measured, or could not be."""
        if self._task is not None:
            await self._settled.wait()

    async def close(self) -> None:
        """Stop measuring."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._settled.set()

    async def _keep(self) -> None:
        try:
            while self._stale:
                if self._calibrations:
                    await asyncio.sleep(_PAUSE_S + self._passages * _PAUSE_A_PASSAGE_S)
                self._stale = False
                await self.measure()
        except KnowledgeError as error:
            log.warning("failed calibration error=%s", type(error).__name__)
        finally:
            self._settled.set()

    async def _measure(self, readable: Collection[Audience], ids: Collection[str]) -> _Calibrations:
        sample = await self._sample(ids)
        self._passages = len(ids)
        few, own = len(ids) < _FEW, len(sample)
        if few:
            sample = [*sample, *background()]
            await self._embed_background()
        questions = [_question(passage) for passage in sample]
        lots = self._lots(questions, await self._embed(questions), own)
        every = np.concatenate([lot.vectors for lot in lots])
        table = await self._table(readable, every, self._background if few else [])
        words = [
            await self._worker.run(
                Priority.REHEARSAL, partial(self._words.search, text, readable, _CANDIDATES)
            )
            for text in questions
        ]
        ends = np.cumsum([len(lot.places) for lot in lots])[:-1]
        calibrations = []
        for lot, meanings in zip(lots, np.split(table.meanings, ends, axis=1), strict=True):
            rehearsed = [
                _Rehearsed(sample[place], Asked(questions[place], vector), column, words[place])
                for place, vector, column in zip(lot.places, lot.vectors, meanings.T, strict=True)
            ]
            calibrations.append(await self._calibrated(rehearsed, lot.usual, table))
        return _Calibrations(*calibrations)

    def _lots(self, questions: Sequence[str], vectors: Vector, own: int) -> list[_Lot]:
        """Return the questions as they are read in any language, and in English.

        Both by the same questions, so that an answerable one is as certain in one as in the other.

        Args:
            questions: The first of them are the business's own.
            vectors: Theirs, as the embedder gives them.
            own: How many.
        """
        alike = self._embedder.in_any_language(vectors)
        if not np.array_equal(alike, vectors):
            english = [n for n, text in enumerate(questions) if language_of(text) == "en"]
            if english and 2 * sum(place < own for place in english) >= own:
                return [_lot(english, alike, own), _lot(english, vectors, own)]
        return [_lot(range(len(vectors)), alike, own)]

    async def _calibrated(
        self, rehearsed: Sequence[_Rehearsed], usual: Vector, table: _Table
    ) -> Calibration:
        others = [
            np.delete(each.meanings, table.rows.get(each.passage.passage_id, []))
            for each in rehearsed
        ]
        scale = Scale(spread(others), table.centre, usual)
        left_out = await asyncio.to_thread(
            lambda: [_left_out(each, table, scale) for each in rehearsed]
        )
        rows = await self._catalog.found(
            {known for each in left_out for known in (each.passage_id, *each.scores)}
        )
        rankings = await asyncio.to_thread(
            lambda: [_without_doubles(each, rows, scale) for each in left_out]
        )
        return calibrate(scale, rankings, self._passages)

    async def _sample(self, ids: Collection[str]) -> list[Passage]:
        """Return the passages to ask about: always the same ones, entries before text."""
        drawn = await asyncio.to_thread(
            heapq.nsmallest,
            4 * SAMPLE,
            ids,
            key=lambda known: hashlib.sha256(known.encode()).digest(),
        )
        found = await self._catalog.found(drawn)
        passages = [found[known].passage for known in drawn if known in found]
        entries = [passage for passage in passages if passage.ways]
        texts = [] if len(entries) >= _FEW else [each for each in passages if not each.ways]
        return [*entries, *texts][:SAMPLE]

    async def _embed(self, questions: Sequence[str]) -> Vector:
        vectors: dict[str, Vector] = {}
        for text in questions:
            if text in self._asked:
                vectors[text] = self._asked[text]
            else:  # one at a time: a person's question may come between
                vectors[text] = (await self._embedder.embed_queries([text]))[0]
        self._asked = {**vectors, **self._asked} if len(self._asked) < 8 * SAMPLE else vectors
        if not questions:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([vectors[text] for text in questions])

    async def _embed_background(self) -> None:
        if self._background:
            return
        self._background = await embedded(background(), self._embedder)

    async def _table(
        self, readable: Collection[Audience], asked: Vector, more: Sequence[PassageVectors]
    ) -> _Table:
        ids: list[str] = []
        parts = [np.empty((0, len(asked)), dtype=np.float32)]
        total = np.zeros(asked.shape[1], dtype=np.float32)
        every = _batches(self._catalog, self._embedder.name, readable, more)
        async with aclosing(every) as batches:
            async for batch in batches:
                ids.extend(vectors.passage_id for vectors in batch)
                ways = np.concatenate([vectors.vectors for vectors in batch])
                counts = np.array([len(vectors.vectors) for vectors in batch])
                starts = np.cumsum(counts) - counts
                parts.append(np.maximum.reduceat(ways @ asked.T, starts, axis=0))
                total += (np.add.reduceat(ways, starts, axis=0) / counts[:, None]).sum(axis=0)
        centre = (total / max(1, len(ids))).astype(np.float32)
        rows = {known: row for row, known in enumerate(ids)}
        return _Table(ids, rows, np.concatenate(parts), centre)


def _lot(places: Sequence[int], vectors: Vector, own: int) -> _Lot:
    # Everyday questions are nobody's own: they say nothing of how one asks here.
    mine = vectors[[place for place in places if place < own]]
    usual = mine.mean(axis=0) if len(mine) else np.zeros(vectors.shape[1], dtype=np.float32)
    return _Lot(places, apart(vectors[list(places)], usual), usual)


def _left_out(rehearsed: _Rehearsed, table: _Table, scale: Scale) -> _LeftOut:
    """Return what a passage's question finds when the passage itself is left out."""
    passage, column, words = rehearsed.passage, rehearsed.meanings, rehearsed.words
    nearest = np.argpartition(-column, min(_CANDIDATES, len(column)) - 1)[:_CANDIDATES]
    meanings = {table.passage_ids[row]: float(column[row]) for row in nearest}
    both = words.scores.keys() & table.rows.keys()
    meanings |= {known: float(column[table.rows[known]]) for known in both}
    meanings.pop(passage.passage_id, None)
    others = {known: score for known, score in words.scores.items() if known in meanings}
    ranking = ranked(meanings, shares(others, words.most), rehearsed.asked, scale)
    first = dict(islice(ranking.scores.items(), _FIRST))
    return _LeftOut(passage.passage_id, rehearsed.asked, Near(meanings, words).only(first), first)


def _without_doubles(left_out: _LeftOut, rows: Mapping[str, Found], scale: Scale) -> Ranked:
    """Return a ranking without what says the same as the passage that is left out.

    Of other passages that say the same one stays, as in a search.
    """
    own = rows.get(left_out.passage_id)
    others = {
        known: score
        for known, score in left_out.scores.items()
        if own is None or known not in rows or not says_same(own, rows[known])
    }
    # Everyday questions have no row.
    written = {known: score for known, score in others.items() if known in rows}
    kept = left_out.near.only(others).folded(doubles(written, rows))
    words = shares(kept.words.scores, kept.words.most)
    return ranked(kept.meanings, words, left_out.asked, scale)


async def _batches(
    catalog: Passages,
    embedder: str,
    readable: Collection[Audience],
    more: Sequence[PassageVectors],
) -> AsyncGenerator[list[PassageVectors], None]:
    batch = list(more)
    async with aclosing(catalog.everything(embedder)) as rows:
        async for found, vectors in rows:
            if found.audience in readable and vectors is not None:
                batch.append(vectors)
            if len(batch) >= _ROWS:
                yield batch
                batch = []
    if batch:
        yield batch


def _reader(audiences: Collection[Audience]) -> Audience:
    return Audience.STAFF if Audience.STAFF in audiences else Audience.PUBLIC


def _question(passage: Passage) -> str:
    return passage.ways[0] if passage.ways else passage.heading or passage.text[:200]
