"""Embedders for tests: one without a model, and the real one with a memory."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

import numpy as np

from knowledge.documents import Vector
from knowledge.embedding import BuiltInEmbedder
from knowledge.errors import EmbeddingUnavailableError
from knowledge.terms import terms
from knowledge.worker import Worker

DIMENSION = 64


class WordEmbedder:
    """Each word has a direction of its own; a text's vector is their sum with a common part.

    `passages` keeps every passage text it was given. `fails` makes it unreachable.
    """

    def __init__(self, name: str = "words 1") -> None:
        self.name = name
        self.passages: list[str] = []
        self.fails = False

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        return [text]

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        vectors = self._embed(texts)
        self.passages.extend(texts)
        return vectors

    def _embed(self, texts: Sequence[str]) -> Vector:
        if self.fails:
            raise EmbeddingUnavailableError("The embedder does not answer.")
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vector:
        total = np.full(DIMENSION, 0.3, dtype=np.float32)
        for term in terms(text, "en"):
            if not term.stop:
                total += _direction(f"{self.name} {term.stem}")
        vector: Vector = (total / np.linalg.norm(total)).astype(np.float32)
        return vector


def _direction(word: str) -> Vector:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    drawn = np.random.default_rng(seed).normal(size=DIMENSION)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


class RememberingEmbedder:
    """The built-in embedder, each text embedded once for all tests of a process."""

    _known: ClassVar[dict[tuple[str, bool], Vector]] = {}

    def __init__(self, worker: Worker) -> None:
        self._real = BuiltInEmbedder(worker)
        self.name = self._real.name

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        return await self._real.windows(text, heading=heading)

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return await self._embed(texts, self._real.embed_queries, query=True)

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return await self._embed(texts, self._real.embed_passages, query=False)

    async def _embed(
        self,
        texts: Sequence[str],
        embed: Callable[[Sequence[str]], Awaitable[Vector]],
        *,
        query: bool,
    ) -> Vector:
        for text in texts:
            if (text, query) not in self._known:
                self._known[text, query] = (await embed([text]))[0]
        return (
            np.stack([self._known[text, query] for text in texts])
            if texts
            else np.empty((0, 0), dtype=np.float32)
        )
