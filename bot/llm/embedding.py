"""Vectors of meaning, by Ollama's embedding models."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.llm.connection import OllamaConnection
from bot.llm.errors import ModelError
from knowledge.errors import EmbeddingUnavailableError

BATCH = 32
"""Texts a request: a batch of short passages takes a small box about a second."""

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


class OllamaEmbedder:
    """Embeds by one of Ollama's models; the embedder of `knowledge.embedding`."""

    def __init__(
        self, connection: OllamaConnection, model: str, *, keep_alive: str = "24h"
    ) -> None:
        self._connection = connection
        self._model = model
        self._keep_alive = keep_alive
        bare = model.rsplit("/", 1)[-1]
        self._query, self._passage = next(
            (rest for name, *rest in _PREFIXES if bare.startswith(name)), ("", "")
        )

    @property
    def name(self) -> str:
        """Return the name; vectors of another name cannot be compared with these."""
        return f"{_OURS}{self._model}"

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return questions' vectors, (n, dimension), of unit length, in order.

        Raises:
            EmbeddingUnavailableError: Ollama did not give them; the text says what to do.
        """
        return await self._embed([self._query + text for text in texts])

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return passages' vectors, as `embed_queries` does; a long one's end is left out."""
        return await self._embed([self._passage + text for text in texts])

    async def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        batches = [
            await self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)
        ]
        if not batches:
            return np.zeros((0, 0), dtype=np.float32)
        if len({batch.shape[1] for batch in batches}) > 1:
            raise self._unusable()
        return np.concatenate(batches)

    async def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            answer = await self._connection.answer(
                self._connection.client.embed(
                    self._model, texts, truncate=True, keep_alive=self._keep_alive
                ),
                model=self._model,
                wait_s=self._connection.limits.first_token_s,
            )
        except ModelError as error:
            raise EmbeddingUnavailableError(str(error)) from error
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

    def _unusable(self) -> EmbeddingUnavailableError:
        return EmbeddingUnavailableError(
            f"The model {self._model} gave no usable vectors: choose another embedder on the page."
        )
