"""A question in, passages out, with a verdict on what may be done with them."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.calibration import Calibration, Measured, Ranked, shares
from knowledge.catalog import Found, Passages
from knowledge.documents import EVERY_ROOM, Audience, Passage, holds
from knowledge.doubles import doubles
from knowledge.errors import EmbeddingUnavailableError
from knowledge.languages import preferring
from knowledge.rehearsal import Rehearsal
from knowledge.sides import WORD_HITS, Meanings, Near, Sides, ranking_of
from knowledge.terms import terms
from knowledge.words import Wording, Words
from knowledge.worker import Worker

log = logging.getLogger(__name__)

MAX_CHARS = 2_000
_COVERED = 0.9  # of the content words, by weight: no rare word of the question may be missing


class Verdict(StrEnum):
    """What may be done with the best hit."""

    SURE = "sure"  # an approved entry that answers the question: may be said word for word
    FOUND = "found"  # something to stand on
    CLOSE = "close"  # on the same subject; it may answer, so it is quoted but not built on
    NOTHING = "nothing"  # nothing here has to do with the question; hits are not to be quoted


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        score: What hits are ordered by; comparable within one search only.
        meaning: Inner product with the question, about a cosine; 0.0 when words alone searched.
        words: Share of the best words score, 0.0 to 1.0.
        coverage: Weighted share of the question's content words that stand in it, 0.0 to 1.0.
        language: ISO 639-1 of the document, "" when unknown.
    """

    passage: Passage
    title: str
    document_id: str
    audience: Audience
    score: float
    meaning: float
    words: float
    coverage: float
    approved: bool
    language: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search gives.

    Attributes:
        hits: Best first; never one that does not hold today or that these readers may not read.
        certainty: In spreads of this knowledge base, 0.0 at the line between close and found;
            None without hits or when words alone searched.
        needed: What the certainty of a sure match is at least; None where there is no certainty.
        word_for_word: The best hit's own question was asked.
        meaning: False when the embedder or the index did not answer and words alone searched.
        timings_ms: By step: embed (with waiting for the first calibration), find, cover.
    """

    verdict: Verdict
    hits: tuple[Hit, ...]
    certainty: float | None
    meaning: bool
    timings_ms: Mapping[str, float]
    needed: float | None = None
    word_for_word: bool = False


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What is searched for, as `Search.search` takes it."""

    question: str
    audiences: frozenset[Audience]
    today: date
    limit: int
    room: str
    language: str


class Search:
    """Fuses meaning and words, and judges what comes out."""

    def __init__(
        self,
        catalog: Passages,
        worker: Worker,
        index: Meanings,
        words: Words,
        rehearsal: Rehearsal,
        follow: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._catalog = catalog
        self._sides = Sides(worker, index, words, follow)
        self._words = words
        self._rehearsal = rehearsal

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
        """Return what answers a question, best first.

        Args:
            query: In any language; cut at MAX_CHARS.
            audiences: The collections that the asker may read.
            room: As for `KnowledgeBase.search`.
            today: In the business's zone; decides what has ended.
            limit: 1 to 50.
            language: ISO 639-1 of the question: of equals the one written in it comes first.
        """
        question = query.strip()[:MAX_CHARS]
        clock = _Clock()
        if not question or not audiences:
            return Findings(Verdict.NOTHING, (), None, meaning=True, timings_ms={})
        audiences = audiences | {Audience.ROOMS} if room else audiences - {Audience.ROOMS}
        ways = await self._measured(question, audiences)
        clock.lap("embed")
        lookup = _Lookup(question, audiences, today, limit, room, language)
        found = await self._findings(lookup, ways[0] if ways else None, clock)
        for other in ways[1:]:
            found = _less_certain(found, await self._findings(lookup, other, clock))
        return found

    async def _measured(self, question: str, audiences: frozenset[Audience]) -> list[Measured]:
        try:
            return await self._rehearsal.measured(question, audiences)
        except EmbeddingUnavailableError:
            log.warning("searched without meaning reason=embedder")
            return []

    async def _findings(
        self, lookup: "_Lookup", measured: Measured | None, clock: "_Clock"
    ) -> Findings:
        ranking, found, near = await self._found(lookup, measured)
        if measured is not None:
            scale = measured.calibration.scale
            ranking = preferring(lookup.language, ranking, found, scale)
        clock.lap("find")
        hits = self._hits(lookup, ranking, near, found)
        clock.lap("cover")
        certainty = needed = None
        if measured is None or not near.meanings:
            verdict = _verdict_by_words(lookup.question, hits)
        else:
            calibration = measured.calibration
            verdict = _verdict(lookup.question, hits, ranking, calibration)
            if hits:
                certainty = ranking.certainty - calibration.found
                needed = calibration.sure - calibration.found
        return Findings(
            verdict,
            hits,
            certainty,
            bool(near.meanings),
            clock.laps_ms,
            needed,
            bool(hits) and _asked_word_for_word(lookup.question, hits[0]),
        )

    async def _found(
        self, lookup: "_Lookup", measured: Measured | None
    ) -> tuple[Ranked, dict[str, Found], Near]:
        """Rank both sides' passages that may be shown, of those that say the same one.

        Asks for more when so many have ended that too few are left.
        """
        limit = lookup.limit
        for wider in (1, 8):
            near = await self._sides.near(
                lookup.question, measured, lookup.audiences, limit, wider=wider
            )
            ranking = ranking_of(near, measured)
            # As many again: some may say what others say.
            found = await self._readable(lookup, list(ranking.scores), 2 * limit)
            if len(found) >= limit or len(ranking.scores) < WORD_HITS:
                break
        scores = ranking_of(near.only(found), measured).scores
        shown = doubles(scores, found)
        near = near.folded(shown)
        first = list(dict.fromkeys(shown.values()))[: limit + 1]
        return ranking_of(near.only(first), measured), found, near

    async def _readable(self, lookup: "_Lookup", order: list[str], limit: int) -> dict[str, Found]:
        readable: dict[str, Found] = {}
        step = limit + 1
        for start in range(0, len(order), step):
            rows = await self._catalog.found(order[start : start + step])
            readable |= {
                passage_id: found
                for passage_id, found in rows.items()
                if found.audience in lookup.audiences
                and _in_room(found, lookup.room)
                and holds(found.valid_from, found.valid_until, lookup.today)
            }
            if len(readable) > limit:
                break
        return readable

    def _hits(
        self, lookup: "_Lookup", ranking: Ranked, near: Near, found: Mapping[str, Found]
    ) -> tuple[Hit, ...]:
        scores = list(ranking.scores.items())[: lookup.limit]
        best = [(found[passage_id], score) for passage_id, score in scores]
        wordings = [Wording(row.passage, row.audience, row.language) for row, _ in best]
        coverages = self._words.coverages(lookup.question, wordings, lookup.audiences)
        words = shares(near.words.scores, near.words.most)
        return tuple(
            Hit(
                passage=row.passage,
                title=row.title,
                document_id=row.passage.document_id,
                audience=row.audience,
                score=score,
                meaning=near.meanings.get(row.passage.passage_id, 0.0),
                words=words.get(row.passage.passage_id, 0.0),
                coverage=coverage,
                approved=row.approved,
                language=row.language,
            )
            for (row, score), coverage in zip(best, coverages, strict=True)
        )


def _in_room(found: Found, room: str) -> bool:
    """Return whether a passage may be read where it is asked for."""
    return found.audience is not Audience.ROOMS or room == EVERY_ROOM or room in found.rooms


def _verdict(
    question: str, hits: tuple[Hit, ...], ranking: Ranked, calibration: Calibration
) -> Verdict:
    if not hits:
        return Verdict.NOTHING
    if _sayable(hits[0]) and (
        _asked_word_for_word(question, hits[0])
        or (
            ranking.certainty >= calibration.sure
            and ranking.margin >= calibration.margin
            and hits[0].coverage >= _COVERED
        )
    ):
        return Verdict.SURE
    if ranking.certainty >= calibration.found:
        return Verdict.FOUND
    return Verdict.CLOSE if ranking.certainty >= calibration.close else Verdict.NOTHING


def _less_certain(first: Findings, other: Findings) -> Findings:
    """Return the first findings, as certain as the less certain of both.

    Of another passage the other one says nothing, however sure it is of that.
    """
    if first.word_for_word or first.certainty is None or other.certainty is None:
        return first
    verdict = other.verdict
    if verdict is Verdict.SURE and other.hits[0].passage != first.hits[0].passage:
        verdict = Verdict.FOUND
    verdicts = list(Verdict)  # surest first
    return replace(
        first,
        verdict=max(first.verdict, verdict, key=verdicts.index),
        certainty=min(first.certainty, other.certainty),
        needed=first.needed if first.certainty <= other.certainty else other.needed,
    )


def _verdict_by_words(question: str, hits: tuple[Hit, ...]) -> Verdict:
    """Judge without meaning: sure only of the entry's own words, found from half of them on."""
    if hits and _sayable(hits[0]) and _asked_word_for_word(question, hits[0]):
        return Verdict.SURE
    return Verdict.FOUND if hits and hits[0].coverage >= 0.5 else Verdict.NOTHING


def _sayable(hit: Hit) -> bool:
    return hit.approved and bool(hit.passage.ways)


def _asked_word_for_word(question: str, hit: Hit) -> bool:
    asked = [term.word for term in terms(question, hit.language)]
    return any(
        asked == [term.word for term in terms(way, hit.language)] for way in hit.passage.ways
    )


class _Clock:
    """Laps in milliseconds."""

    def __init__(self) -> None:
        self.laps_ms: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps_ms[name] = self.laps_ms.get(name, 0.0) + (now - self._since) * 1_000
        self._since = now
