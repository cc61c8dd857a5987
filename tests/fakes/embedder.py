"""Embedders for tests: one without a model, and the real one with a memory."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from knowledge.background import background
from knowledge.documents import Vector
from knowledge.embedding import BuiltInEmbedder, OneModel
from knowledge.errors import EmbeddingUnavailableError
from knowledge.terms import terms
from knowledge.vectors import embedded
from knowledge.worker import Worker

DIMENSION = 64
# Names the file of the run's vectors.
VECTORS = "VECTORS_OF_THIS_RUN"
_KEY_BYTES = 32
_RECORD_BYTES = _KEY_BYTES + 768 * 4  # the built-in embedder's dimension, float32


class WordEmbedder(OneModel):
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
    """The built-in embedder, each text embedded once for all tests of a run.

    And cut into windows once for all of a process, for which its model would be loaded each time.
    """

    _windows: ClassVar[dict[tuple[str, str], list[str]]] = {}

    def __init__(self, worker: Worker, *, english: bool = True) -> None:
        self._real = BuiltInEmbedder(worker, english=english)
        self.name = self._real.name

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        known = (text, heading)
        if known not in self._windows:
            self._windows[known] = await self._real.windows(text, heading=heading)
        return self._windows[known]

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return await self._embed(texts, self._real.embed_queries, "query")

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return await self._embed(texts, self._real.embed_passages, "passage")

    def between(self, vectors: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
        return self._real.between(vectors, weights)

    def in_any_language(self, questions: Vector) -> Vector:
        return self._real.in_any_language(questions)

    async def _embed(
        self, texts: Sequence[str], embed: Callable[[Sequence[str]], Awaitable[Vector]], kind: str
    ) -> Vector:
        vectors = []
        for text in texts:
            key = hashlib.sha256(f"{self.name}\0{kind}\0{text}".encode("utf-8", "replace")).digest()
            vector = _memory.get(key)
            if vector is None:
                vector = (await embed([text]))[0]
                _memory.put(key, vector)
            vectors.append(vector)
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)


class _Memory:
    """Vectors by key, in a file that all processes of a run add to and read from.

    In this process alone where the run has none, see tests/conftest.py.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, Vector] = {}
        self._read_bytes = 0

    def get(self, key: bytes) -> Vector | None:
        if key not in self._known:
            self._learn()
        return self._known.get(key)

    def put(self, key: bytes, vector: Vector) -> None:
        self._known[key] = vector
        file = os.environ.get(VECTORS)
        if file and len(key) + vector.nbytes == _RECORD_BYTES:
            # One write: no other process's comes in between.
            with Path(file).open("ab", buffering=0) as vectors:
                vectors.write(key + vector.tobytes())

    def _learn(self) -> None:
        """Read what other processes have added since."""
        file = Path(os.environ.get(VECTORS, ""))
        if not file.is_file():
            return
        with file.open("rb") as vectors:
            vectors.seek(self._read_bytes)
            while len(held := vectors.read(_RECORD_BYTES)) == _RECORD_BYTES:
                self._known[held[:_KEY_BYTES]] = np.frombuffer(held[_KEY_BYTES:], dtype=np.float32)
                self._read_bytes += _RECORD_BYTES


_memory = _Memory()


def remember_background() -> None:
    """Know what every bot embeds at its start to find its thresholds, before it is forked.

    It is embedded by a process that ends then, and read from the run's file: what the English
    half's engine has begun does not live on in a fork.
    """
    pid = os.fork()
    if not pid:
        asyncio.run(_embed_background())
        os._exit(0)
    os.waitpid(pid, 0)
    asyncio.run(_embed_background())


async def _embed_background() -> None:
    worker = Worker()
    embedder = RememberingEmbedder(worker)
    await embedded(background(), embedder)
    await embedder.embed_queries([passage.ways[0] for passage in background()])
    await worker.close()
