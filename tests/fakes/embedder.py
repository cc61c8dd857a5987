"""An embedder without a model: texts are close when they share words."""

import hashlib
from collections.abc import Sequence

import numpy as np

from knowledge.documents import Vector
from knowledge.errors import EmbeddingUnavailableError
from knowledge.terms import terms

DIMENSION = 64


class WordEmbedder:
    """Each word has a direction of its own; a text's vector is their sum with a common part.

    `passages` keeps every passage text it was given. `fails` makes it unreachable.
    """

    def __init__(self, name: str = "words 1") -> None:
        self.name = name
        self.passages: list[str] = []
        self.fails = False

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
