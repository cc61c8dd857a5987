"""What the two sides of the search find: the index by meaning, the words by what is written."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from knowledge.calibration import Measured, Ranked, by_words, promising, ranked, shares
from knowledge.documents import Audience, Vector
from knowledge.errors import IndexChangedError, IndexDamagedError
from knowledge.index import Nearest
from knowledge.words import WordHits, Words
from knowledge.worker import Priority, Worker

WORD_HITS = 50
_WAYS = 96  # nearest ways that meaning is asked for; a passage has up to ten
_TRIES = 4  # times that a question is asked while others keep changing what it asks for
_CONTENDERS = 2  # times the hits that are wanted: found by words alone, measured by meaning too


@dataclass(frozen=True, slots=True)
class Near:
    """What both sides found, by passage id."""

    meanings: dict[str, float]
    words: WordHits

    def only(self, passage_ids: Collection[str]) -> "Near":
        """Return what it says of these passages alone."""
        scores = {
            known: score for known, score in self.words.scores.items() if known in passage_ids
        }
        meanings = {known: score for known, score in self.meanings.items() if known in passage_ids}
        return Near(meanings, WordHits(scores, self.words.most))

    def folded(self, shown: Mapping[str, str]) -> "Near":
        """Return it with passages found as well as the best of those they are shown for.

        Args:
            shown: By passage id the one that stands for it; those that are missing stay.
        """
        return Near(
            _best(self.meanings, shown), WordHits(_best(self.words.scores, shown), self.words.most)
        )


class Meanings(Protocol):
    """Meaning's side, as `Index` is it."""

    def nearest(self, vector: Vector, audiences: Collection[Audience], limit: int) -> Nearest:
        """Return the passages of the `limit` best ways of each collection."""

    def meanings(self, vector: Vector, passage_ids: Collection[str]) -> dict[str, float]:
        """Return by passage id the inner product of its best way, for these passages."""


class Sides:
    """Asks both sides."""

    def __init__(
        self,
        worker: Worker,
        index: Meanings,
        words: Words,
        follow: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Ask nothing yet; `follow` brings this process in step with what others changed."""
        self._worker = worker
        self._index = index
        self._words = words
        self._follow = follow

    async def near(
        self,
        question: str,
        measured: Measured | None,
        audiences: Collection[Audience],
        limit: int,
        *,
        wider: int = 1,
    ) -> Near:
        """Return what both sides find; words alone for a question that is not measured.

        Args:
            question: As it was asked.
            measured: The same for these readers.
            audiences: Whose collections are searched.
            limit: How many passages are of interest.
            wider: How many times as much each side is asked for.
        """

        def look(*, by_words: bool = False) -> Near:
            words = self._words.search(question, audiences, WORD_HITS * wider)
            if by_words or measured is None:
                return Near({}, words)
            vector, scale = measured.asked.vector, measured.calibration.scale
            try:
                nearest = self._index.nearest(vector, audiences, _WAYS * wider)
                share = shares(words.scores, words.most)
                missing = promising(
                    nearest.meanings, nearest.others, share, scale, _CONTENDERS * limit
                )
                meanings = self._index.meanings(vector, missing) if missing else {}
                return Near(nearest.meanings | meanings, words)
            except IndexChangedError:
                raise
            except IndexDamagedError:
                return Near({}, words)

        for _ in range(_TRIES):
            try:
                return await self._worker.run(Priority.QUESTION, look)
            except IndexChangedError:
                if self._follow:
                    await self._follow()
        return await self._worker.run(Priority.QUESTION, partial(look, by_words=True))


def ranking_of(near: Near, measured: Measured | None) -> Ranked:
    """Return what both sides found in the order of their fused scores."""
    words = shares(near.words.scores, near.words.most)
    if measured is None or not near.meanings:
        return by_words(words)
    return ranked(near.meanings, words, measured.asked, measured.calibration.scale)


def _best(scores: Mapping[str, float], shown: Mapping[str, str]) -> dict[str, float]:
    best: dict[str, float] = {}
    for passage_id, score in scores.items():
        place = shown.get(passage_id, passage_id)
        best[place] = max(score, best.get(place, score))
    return best
