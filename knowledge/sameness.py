"""Whether two people asked the same thing."""

import hashlib
import logging
import time
from collections.abc import Sequence

import numpy as np

from knowledge.background import background
from knowledge.catalog import Catalog
from knowledge.documents import Shape, Vector
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError
from knowledge.terms import terms

log = logging.getLogger(__name__)

SAMPLE = 64  # entries whose questions are measured, as many as calibrate the search
_FEW = 16  # entries, below which everyday questions stand in for those that are not written yet
# Closer than this share of the business's entries lie to the entry nearest to them, each of which
# is another question; the share is the search's own for "sure". Of 154 and 250 real questions
# (powerplay11 and banking77, dev) 16 and 52 were put to one that was asked before, 0 and 3 wrongly.
_SURE_QUANTILE = 0.9
_KNOWN = 2_000  # vectors kept
_KEPT_S = 60.0  # how the entries lie moves little in a minute, and is asked for with each message


class Sameness:
    """Finds the question that is surely the same as another one.

    Meaning alone does not tell "on Sundays" from "on Mondays", nor words alone "bread" from
    "gluten-free bread": both must agree, and numbers must be equal.
    """

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._vectors: dict[str, Vector] = {}
        self._lying: tuple[float, Vector] | None = None

    async def nearest(self, question: str, others: Sequence[str], language: str) -> int | None:
        """Return which of other questions is surely the same, by its place; None: none is.

        Without the embedder the content words alone decide, which must then be equal.
        """
        near = [
            place for place, other in enumerate(others) if _share_words(question, other, language)
        ]
        if not near:
            return None
        try:
            line = await self._line()
            [asked, *vectors] = await self._embedded([question, *(others[place] for place in near)])
        except EmbeddingUnavailableError:
            log.warning("compared questions without meaning reason=embedder")
            words = _words(question, language)
            equal = (place for place in near if _words(others[place], language) == words)
            return next(equal, None)
        meanings = [float(asked @ vector) for vector in vectors]
        best = int(np.argmax(meanings))
        return near[best] if meanings[best] >= line else None

    async def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """Return how near a text lies to each of others, measured in this knowledge.

        Returns:
            For each the share of the business's entries, 0.0 to 1.0, that lie less close to the
            entry nearest to them.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        if self._lying is None or time.monotonic() - self._lying[0] > _KEPT_S:
            self._lying = time.monotonic(), await self._nearest()
        _, nearest = self._lying
        [asked, *vectors] = await self._embedded([text, *others])
        return [float(np.mean(nearest <= float(asked @ vector))) for vector in vectors]

    async def _line(self) -> float:
        """Return from which meaning on two questions are surely the same here."""
        return float(np.quantile(await self._nearest(), _SURE_QUANTILE))

    async def _nearest(self) -> Vector:
        """Return how close entries lie to the entry nearest to them; a sample of them."""
        titles = {
            each.title for each in await self._catalog.documents() if each.shape is Shape.ENTRY
        }
        if len(titles) < _FEW:
            titles |= {passage.ways[0] for passage in background()}
        drawn = sorted(titles, key=lambda title: hashlib.sha256(title.encode()).digest())
        vectors = np.stack(await self._embedded(drawn[:SAMPLE]))
        meanings = vectors @ vectors.T
        np.fill_diagonal(meanings, -1.0)
        nearest: Vector = meanings.max(axis=1)
        return nearest

    async def _embedded(self, texts: Sequence[str]) -> list[Vector]:
        vectors: dict[str, Vector] = {}
        for text in texts:
            known = self._vectors.get(text)
            # One at a time: a question that somebody waits for may come between.
            vectors[text] = await self._embed(text) if known is None else known
        self._vectors = vectors if len(self._vectors) > _KNOWN else self._vectors | vectors
        return [vectors[text] for text in texts]

    async def _embed(self, text: str) -> Vector:
        # The same may be asked in two languages, or in words too few to tell theirs.
        [vector] = await self._embedder.embed_queries([text])
        return self._embedder.in_any_language(vector)


def _share_words(one: str, other: str, language: str) -> bool:
    """Return whether one question says little more than the other, and has the same numbers.

    All content words of the shorter one stand in the longer, and are more than half of its words.
    """
    (words, numbers), (other_words, other_numbers) = _words(one, language), _words(other, language)
    if numbers != other_numbers or not (words or numbers) or not (other_words or other_numbers):
        return False
    fewer, more = sorted((words, other_words), key=len)
    return fewer <= more and (not more or 2 * len(fewer) > len(more))


def _words(text: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return a question's content words and its numbers."""
    found = terms(text, language)
    words = frozenset(term.stem for term in found if not term.stop and not term.number)
    return words, frozenset(term.stem for term in found if term.number)
