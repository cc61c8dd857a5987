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
from knowledge.sides import Near
from knowledge.vectors import embedded
from knowledge.words import Words
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
        self._calibrations: dict[Audience, Calibration] = {}
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

    async def calibration(self, audiences: Collection[Audience]) -> Calibration | None:
        """Return the calibration for these readers; None when it cannot be measured now.

        Waits only while there is none yet.
        """
        reader = _reader(audiences)
        if reader not in self._calibrations:
            await self.settled()
        return self._calibrations.get(reader)

    async def measure(self) -> None:
        """Measure for every kind of reader.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer; what was measured before holds.
        """
        measured: dict[tuple[str, ...], Calibration] = {}
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

    async def _measure(self, readable: Collection[Audience], ids: Collection[str]) -> Calibration:
        sample = await self._sample(ids)
        self._passages = len(ids)
        few, own = len(ids) < _FEW, len(sample)
        if few:
            sample = [*sample, *background()]
            await self._embed_background()
        questions = [_question(passage) for passage in sample]
        asked = await self._embed(questions)
        # Everyday questions are nobody's own: they say nothing of how one asks here.
        usual = asked[:own].mean(axis=0) if own else np.zeros(asked.shape[1], dtype=np.float32)
        asked = apart(asked, usual)
        table = await self._table(readable, asked, self._background if few else [])
        others = [
            np.delete(table.meanings[:, place], table.rows.get(passage.passage_id, []))
            for place, passage in enumerate(sample)
        ]
        scale = Scale(spread(others), table.centre, usual)
        left_out = [
            await self._left_out(
                passage, Asked(questions[place], asked[place]), table, place, scale, readable
            )
            for place, passage in enumerate(sample)
        ]
        rows = await self._catalog.found(
            {known for each in left_out for known in (each.passage_id, *each.scores)}
        )
        rankings = await asyncio.to_thread(
            lambda: [_without_doubles(each, rows, scale) for each in left_out]
        )
        return calibrate(scale, rankings, len(ids))

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

    async def _left_out(
        self,
        passage: Passage,
        asked: Asked,
        table: _Table,
        place: int,
        scale: Scale,
        readable: Collection[Audience],
    ) -> _LeftOut:
        """Return what a passage's question finds when the passage itself is left out."""
        column = table.meanings[:, place]
        words = await self._worker.run(
            Priority.REHEARSAL, lambda: self._words.search(asked.text, readable, _CANDIDATES)
        )
        nearest = np.argpartition(-column, min(_CANDIDATES, len(column)) - 1)[:_CANDIDATES]
        meanings = {table.passage_ids[row]: float(column[row]) for row in nearest}
        both = words.scores.keys() & table.rows.keys()
        meanings |= {known: float(column[table.rows[known]]) for known in both}
        meanings.pop(passage.passage_id, None)
        others = {known: score for known, score in words.scores.items() if known in meanings}
        ranking = ranked(meanings, shares(others, words.most), asked, scale)
        first = dict(islice(ranking.scores.items(), _FIRST))
        return _LeftOut(passage.passage_id, asked, Near(meanings, words).only(first), first)


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
