import numpy as np
import pytest

from bot.llm.embedding import BATCH, WINDOW_TOKENS, OllamaEmbedder
from knowledge.documents import Passage
from knowledge.errors import EmbeddingUnavailableError
from knowledge.vectors import embedded
from tests.fakes.ollama import VECTOR_SIZE, Body, FakeModel, FakeOllama, fails


@pytest.fixture
def embedder(hosts) -> OllamaEmbedder:
    return OllamaEmbedder(hosts, "embed")


def requests(ollama: FakeOllama) -> list[Body]:
    return [seen.body for seen in ollama.seen if seen.path == "/api/embed"]


async def test_vectors_are_of_unit_length_and_in_order_over_several_requests(ollama, embedder):
    texts = [f"passage {number}" for number in range(BATCH + 3)]
    vectors = await embedder.embed_passages(texts)
    assert vectors.shape == (BATCH + 3, VECTOR_SIZE)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    [alone] = await embedder.embed_passages(texts[-1:])
    assert np.allclose(vectors[-1], alone)
    assert [len(body["input"]) for body in requests(ollama)] == [BATCH, 3, 1]


async def test_no_texts_give_no_vectors_and_ask_nothing(ollama: FakeOllama, embedder):
    assert (await embedder.embed_passages([])).shape == (0, 0)
    assert ollama.seen == []


async def test_question_and_passage_are_marked_as_the_model_was_trained(ollama, hosts):
    embedder = OllamaEmbedder(hosts, "nomic-embed-text:v1.5")
    ollama.models["nomic-embed-text:v1.5"] = ollama.models["embed"]
    await embedder.embed_queries(["open?"])
    await embedder.embed_passages(["At nine."])
    assert [body["input"] for body in requests(ollama)] == [
        ["search_query: open?"],
        ["search_document: At nine."],
    ]
    assert embedder.name == "ollama nomic-embed-text:v1.5"


async def test_a_missing_model_makes_embedding_unavailable_and_says_what_to_do(hosts):
    with pytest.raises(EmbeddingUnavailableError, match="deskhand model pull gone"):
        await OllamaEmbedder(hosts, "gone").embed_queries(["open?"])


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


@pytest.mark.parametrize("ways", [(), ("About us",)])
async def test_the_end_of_a_long_passage_is_found_whatever_little_the_model_reads_at_once(
    ollama: FakeOllama, hosts, ways
):
    ollama.models["small"] = FakeModel("small", 32, ("embedding",))
    embedder = OllamaEmbedder(hosts, "small")
    ends = ("A lantern hangs there.", "Dogs wait outside.", "Rye sells for 6.60.")
    beginning = "The oven is hot. The dough is cold. " * 40
    passages = [
        Passage(f"p#{number}", "p", number, "About us", beginning + end, ways)
        for number, end in enumerate(ends)
    ]
    made = await embedded(passages, embedder)
    asked = await embedder.embed_queries(["lantern", "dogs", "rye"])
    assert [int(np.argmax([np.max(each.vectors @ one) for each in made])) for one in asked] == [
        0,
        1,
        2,
    ]


async def test_the_window_is_the_models_but_never_more_than_ollama_reads_in_one_go(
    ollama: FakeOllama, hosts
):
    ollama.models["small"] = FakeModel("small", 32, ("embedding",))
    ollama.models["large"] = FakeModel("large", 32_768, ("embedding",))
    for name, tokens in (("small", 32), ("large", WINDOW_TOKENS)):
        embedder = OllamaEmbedder(hosts, name)
        for _ in range(2):
            await embedder.embed_passages(["word " * 400])
        assert {body["options"]["num_ctx"] for body in requests(ollama)[-2:]} == {tokens}
        assert {body["truncate"] for body in requests(ollama)} == {False}
        assert len(await embedder.windows("word " * 400)) > 2_000 // (2 * tokens)
    assert [seen.body["model"] for seen in ollama.seen if seen.path == "/api/show"] == [
        "small",
        "large",
    ]


@pytest.mark.parametrize("bytes_a_token", [1, 2, 4])
async def test_every_word_is_read_where_more_tokens_come_than_was_thought(
    ollama: FakeOllama, embedder, bytes_a_token
):
    ollama.bytes_a_token = bytes_a_token
    long = " ".join(f"word{number}" for number in range(900))
    vectors = await embedder.embed_passages(["before", long, "after"])
    assert "".join(ollama.embedded).split() == f"before{long}after".split()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for number, text in enumerate(["before", long, "after"]):
        [alone] = await embedder.embed_passages([text])
        assert np.allclose(vectors[number], alone, atol=1e-5)


async def test_all_of_a_long_question_counts(ollama: FakeOllama, embedder):
    long = "We walked through the old town. " * 60
    asked = await embedder.embed_queries([long, f"{long}{'dogs ' * 20}"])
    [passage] = await embedder.embed_passages(["dogs"])
    assert asked[1] @ passage > asked[0] @ passage + 0.01


async def test_a_heading_and_a_prefix_leave_room_for_less(ollama: FakeOllama, hosts):
    ollama.models["nomic-embed-text"] = FakeModel("nomic-embed-text", 64, ("embedding",))
    ollama.bytes_a_token = 2
    embedder = OllamaEmbedder(hosts, "nomic-embed-text")
    [made] = await embedded([Passage("p#0", "p", 0, "A heading", "word " * 90)], embedder)
    assert len(made.vectors) > 450 // (2 * 64)
    assert all(len(text) <= 2 * 64 for text in ollama.embedded)
    assert all("A heading\n" in text for text in ollama.embedded if text.endswith("word "))
    read = [body["input"] for body in requests(ollama)]
    assert sum(len(texts) for texts in read) == len(ollama.embedded)  # none was refused


async def test_a_model_that_takes_nothing_in_is_said_to_be_of_no_use(ollama: FakeOllama, embedder):
    ollama.every = fails(400, "the input length exceeds the context length")
    with pytest.raises(EmbeddingUnavailableError, match="choose another embedder"):
        await embedder.embed_passages(["word"])
