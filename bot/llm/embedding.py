"""Vectors of meaning, by Ollama's embedding models."""

from collections.abc import Sequence

import numpy as np
import ollama
from numpy.typing import NDArray

from bot.llm.errors import ModelError, TooLongError
from bot.llm.hosts import Host, Hosts
from knowledge.embedding import OneModel
from knowledge.errors import EmbeddingUnavailableError
from knowledge.windows import halves, windows

BATCH = 32
"""Texts a request: a batch of short passages takes a small box about a second."""

WINDOW_TOKENS = 512
"""At most, however much the model takes: what is longer than Ollama's batch, 512 in its older
releases, it cuts without a word or dies of (ollama#14259, ollama#16687)."""

# Only Ollama counts its models' tokens, and tells by refusing what is too long: a guess that it
# seldom has to refuse. Measured with bge-small-en, which knows English alone: 4.5 in English, 2.1
# to 3 in German, Greek, Russian, Arabic, Japanese, Chinese and price lists, 1.7 in mere numbers.
# Learned from its counts instead, the same text would have other windows from one day to the next,
# and rows and index would differ.
_BYTES_A_TOKEN = 2

# What a model was trained to see before a question and before a passage, by its model card;
# Ollama adds nothing. The first name that the model's begins with counts.
_PREFIXES = (
    ("nomic-embed-text", "search_query: ", "search_document: "),
    ("multilingual-e5", "query: ", "passage: "),
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("snowflake-arctic-embed2", "query: ", ""),
    ("mxbai-embed", "Represent this sentence for searching relevant passages: ", ""),
    ("snowflake-arctic-embed", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-small-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-large", "Represent this sentence for searching relevant passages: ", ""),
)
_OURS = "ollama "


def ollama_model(name: str) -> str:
    """Return Ollama's name of the model that an embedder's name tells, "" when it is none."""
    return name.removeprefix(_OURS) if name.startswith(_OURS) else ""


class OllamaEmbedder(OneModel):
    """Embeds by one of Ollama's models; the embedder of `knowledge.embedding`."""

    def __init__(self, hosts: Hosts, model: str, *, keep_alive: str = "24h") -> None:
        self._hosts = hosts
        self._model = model
        self._keep_alive = keep_alive
        bare = model.rsplit("/", 1)[-1]
        self._query, self._passage = next(
            (rest for name, *rest in _PREFIXES if bare.startswith(name)), ("", "")
        )
        self._window_tokens = 0

    @property
    def name(self) -> str:
        """Return the name; vectors of another name cannot be compared with these."""
        return f"{_OURS}{self._model}"

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        """Return a text in windows that surely fit in most languages, with the heading above."""
        return await self._windows(text, f"{self._passage}{heading}\n")

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return questions' vectors, (n, dimension), of unit length, in order.

        Raises:
            EmbeddingUnavailableError: Ollama did not give them; the text says what to do.
        """
        return await self._embed(texts, self._query)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return passages' vectors, as `embed_queries` does."""
        return await self._embed(texts, self._passage)

    async def _embed(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        cut = [await self._windows(text, prefix) for text in texts]
        every = [window for parts in cut for window in parts]
        batches = [
            await self._batch(every[start : start + BATCH], prefix)
            for start in range(0, len(every), BATCH)
        ]
        if len({batch.shape[1] for batch in batches}) > 1:
            raise self._unusable()
        ends = np.cumsum([len(parts) for parts in cut])[:-1]
        vectors = np.split(np.concatenate(batches), ends)
        return np.stack(
            [self._whole(each, parts) for each, parts in zip(vectors, cut, strict=True)]
        )

    def _whole(self, vectors: NDArray[np.float32], parts: Sequence[str]) -> NDArray[np.float32]:
        return self.between(list(vectors), [len(part) for part in parts])

    async def _batch(self, texts: list[str], prefix: str) -> NDArray[np.float32]:
        """Return texts' vectors, halving those that Ollama finds too long."""
        try:
            return await self._asked([prefix + text for text in texts])
        except TooLongError as error:
            if len(texts) == 1 and len(texts[0]) < 2:
                raise EmbeddingUnavailableError(
                    "The model {model} takes in too little text: "
                    "choose another embedder on the page.",
                    model=self._model,
                ) from error
        except ModelError as error:
            raise EmbeddingUnavailableError(error.sentence, **error.values) from error
        if len(texts) == 1:
            parts = halves(texts[0])
            return self._whole(await self._batch(list(parts), prefix), parts)[np.newaxis]
        middle = len(texts) // 2
        lots = (texts[:middle], texts[middle:])
        return np.concatenate([await self._batch(lot, prefix) for lot in lots])

    async def _asked(self, texts: list[str]) -> NDArray[np.float32]:
        window = await self._window()

        async def embed(host: Host) -> ollama.EmbedResponse:
            return await host.connection.answer(
                host.connection.client.embed(
                    self._model,
                    texts,
                    truncate=False,
                    options={"num_ctx": window},
                    keep_alive=self._keep_alive,
                ),
                model=self._model,
                wait_s=host.connection.limits.first_token_s,
            )

        answer = await self._hosts.first(self._model, embed)
        try:
            vectors = np.asarray(answer.embeddings, dtype=np.float32)
        except ValueError as error:  # vectors of different lengths
            raise self._unusable() from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise self._unusable()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise self._unusable()
        return np.asarray(vectors / lengths, dtype=np.float32)

    async def _windows(self, text: str, above: str) -> list[str]:
        size = _BYTES_A_TOKEN * await self._window()
        room = max(size - _size_bytes(above), size // 2)
        return windows(text, lambda part: _size_bytes(part) <= room)

    async def _window(self) -> int:
        """Return how many tokens the model is given at once."""
        if not self._window_tokens:
            try:
                details = await self._hosts.first(
                    self._model, lambda host: host.library.details(self._model)
                )
            except ModelError as error:
                raise EmbeddingUnavailableError(error.sentence, **error.values) from error
            self._window_tokens = min(details.context_tokens or WINDOW_TOKENS, WINDOW_TOKENS)
        return self._window_tokens

    def _unusable(self) -> EmbeddingUnavailableError:
        return EmbeddingUnavailableError(
            "The model {model} gave no usable vectors: choose another embedder on the page.",
            model=self._model,
        )


def _size_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
