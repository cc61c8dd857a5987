import numpy as np
import pytest

from bot.llm.embedding import BATCH, OllamaEmbedder
from knowledge.errors import EmbeddingUnavailableError
from tests.fakes.ollama import VECTOR_SIZE, FakeOllama, fails


@pytest.fixture
def embedder(connection) -> OllamaEmbedder:
    return OllamaEmbedder(connection, "embed")


async def test_vectors_are_of_unit_length_and_in_order_over_several_requests(ollama, embedder):
    texts = [f"passage {number}" for number in range(BATCH + 3)]
    vectors = await embedder.embed_passages(texts)
    assert vectors.shape == (BATCH + 3, VECTOR_SIZE)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    [alone] = await embedder.embed_passages(texts[-1:])
    assert np.allclose(vectors[-1], alone)
    assert [len(seen.body["input"]) for seen in ollama.seen] == [BATCH, 3, 1]


async def test_no_texts_give_no_vectors_and_ask_nothing(ollama: FakeOllama, embedder):
    assert (await embedder.embed_passages([])).shape == (0, 0)
    assert ollama.seen == []


async def test_question_and_passage_are_marked_as_the_model_was_trained(ollama, connection):
    embedder = OllamaEmbedder(connection, "nomic-embed-text:v1.5")
    ollama.models["nomic-embed-text:v1.5"] = ollama.models["embed"]
    await embedder.embed_queries(["open?"])
    await embedder.embed_passages(["At nine."])
    assert [seen.body["input"] for seen in ollama.seen] == [
        ["search_query: open?"],
        ["search_document: At nine."],
    ]
    assert embedder.name == "ollama nomic-embed-text:v1.5"


async def test_a_missing_model_makes_embedding_unavailable_and_says_what_to_do(connection):
    with pytest.raises(EmbeddingUnavailableError, match="deskhand model pull gone"):
        await OllamaEmbedder(connection, "gone").embed_queries(["open?"])


async def test_a_failing_server_makes_embedding_unavailable(ollama: FakeOllama, embedder):
    ollama.every = fails(503)
    with pytest.raises(EmbeddingUnavailableError, match="busy"):
        await embedder.embed_queries(["open?"])
    await ollama.stop()
    with pytest.raises(EmbeddingUnavailableError, match="ollama serve"):
        await embedder.embed_queries(["open?"])


@pytest.mark.parametrize(
    "vectors", [[], [[1.0, 0.0]], [[1.0, 0.0], [1.0]], [[1.0, 0.0], [0.0, 0.0]], [[], []]]
)
async def test_vectors_that_cannot_be_used_make_embedding_unavailable(
    ollama: FakeOllama, embedder, vectors
):
    ollama.vectors = vectors
    with pytest.raises(EmbeddingUnavailableError, match="no usable vectors"):
        await embedder.embed_queries(["one", "two"])
