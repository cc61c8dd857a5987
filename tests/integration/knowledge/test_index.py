import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import chromadb
import numpy as np
import pytest

from knowledge.calibration import Calibration, Scale
from knowledge.documents import Audience, Passage, PassageVectors
from knowledge.errors import IndexChangedError, IndexDamagedError
from knowledge.index import Index
from knowledge.sharing import Place
from knowledge.sides import Sides
from knowledge.words import Wording, Words
from knowledge.worker import Worker


def vectors(passage_id: str, *ways: list[float], content: str = "a") -> PassageVectors:
    return PassageVectors(passage_id, "stub 1", content * 64, np.array(ways, dtype=np.float32))


def ask(*vector: float) -> np.ndarray:
    return np.array(vector, dtype=np.float32)


Opened = Callable[[], Index]
_numbers = itertools.count()


@pytest.fixture(params=["embedded", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Give a function that opens the same index anew, of Chroma in the process or a server."""
    url = request.getfixturevalue("chroma_server") if request.param == "server" else ""
    embedder = f"stub {next(_numbers)}"  # a server's collections outlive a test
    made: list[Index] = []

    def open_it() -> Index:
        made.append(Index(tmp_path / "chroma", url, Place(embedder)))
        made[-1].open()
        return made[-1]

    yield open_it
    for index in made:
        index.close()


def test_a_collection_answers_for_its_own_audience_alone(opened: Opened):
    index = opened()
    index.replace(
        (),
        [
            (Audience.PUBLIC, vectors("open#0", [0.6, 0.0])),
            (Audience.STAFF, vectors("secret#0", [1.0, 0.0])),
        ],
    )
    assert index.nearest(ask(1.0, 0.0), {Audience.PUBLIC}, 10).meanings.keys() == {"open#0"}
    assert index.nearest(ask(1.0, 0.0), set(Audience), 10).meanings.keys() == {"open#0", "secret#0"}
    index.close()


def test_a_collection_answers_from_its_first_passage_on_and_after_its_last_with_nothing(
    opened: Opened,
):
    def found(index: Index, audience: Audience) -> set[str]:
        return set(index.nearest(ask(1.0, 0.0), {audience}, 10).meanings)

    index = opened()
    assert found(index, Audience.STAFF) == set()
    moving = vectors("moving#0", [1.0, 0.0])
    index.replace((), [(Audience.STAFF, moving)])
    assert found(index, Audience.STAFF) == {"moving#0"}
    index.prove([(Audience.STAFF, moving)], 1)
    index.close()
    index = opened()
    assert found(index, Audience.STAFF) == {"moving#0"}
    index.replace((), [(Audience.PUBLIC, moving)])
    assert found(index, Audience.STAFF) == set()
    assert found(index, Audience.PUBLIC) == {"moving#0"}
    index.replace({"moving#0"}, ())
    assert found(index, Audience.PUBLIC) == set()
    index.replace((), [(Audience.PUBLIC, moving)])
    assert found(index, Audience.PUBLIC) == {"moving#0"}
    index.close()


def test_a_passage_scores_by_its_best_way_and_length_counts(opened: Opened):
    index = opened()
    index.replace(
        (),
        [
            (Audience.PUBLIC, vectors("long#0", [0.9, 0.0], [0.0, 0.9])),
            (Audience.PUBLIC, vectors("short#0", [0.0, 0.5])),
        ],
    )
    found = index.nearest(ask(0.0, 1.0), {Audience.PUBLIC}, 10).meanings
    assert np.isclose(found["long#0"], 0.9, atol=1e-5)
    assert np.isclose(found["short#0"], 0.5, atol=1e-5)
    assert index.meanings(ask(0.0, 1.0), ["short#0", "unknown#0"]).keys() == {"short#0"}
    index.close()


def test_what_is_wrong_is_told_apart_by_content_audience_and_number(opened: Opened):
    index = opened()
    for known in ("same#0", "changed#0", "moved#0", "gone#0"):
        index.replace((), [(Audience.PUBLIC, vectors(known, [1.0, 0.0]))])
    rows = {
        "same#0": (Audience.PUBLIC, "a" * 64, 1),
        "changed#0": (Audience.PUBLIC, "b" * 64, 1),
        "moved#0": (Audience.STAFF, "a" * 64, 1),
        "new#0": (Audience.PUBLIC, "a" * 64, 1),
    }
    gone, missing = index.wrong(rows)
    assert gone == {"changed#0", "moved#0", "gone#0"}
    assert missing == {"changed#0", "moved#0", "new#0"}
    index.close()


def test_what_was_put_in_is_there_when_it_is_opened_again_and_gone_after_a_reset(opened: Opened):
    index = opened()
    kept = vectors("open#0", [0.6, 0.0], [0.0, 0.6])
    index.replace((), [(Audience.PUBLIC, kept)])
    index.prove([(Audience.PUBLIC, kept)], 1)
    index.close()
    index = opened()
    assert index.passages_of(["open"]) == {"open#0"}
    index.prove([(Audience.PUBLIC, kept)], 1)
    index.replace({"open#0"}, ())
    with pytest.raises(IndexDamagedError, match="holds 0 passages of 1"):
        index.prove([], 1)
    index.replace((), [(Audience.PUBLIC, kept)])
    index.reset()
    assert index.passages_of(["open"]) == set()
    assert index.nearest(ask(1.0, 0.0), {Audience.PUBLIC}, 10).meanings == {}


def test_a_passage_that_stands_in_the_place_of_another_is_told(opened: Opened):
    index = opened()
    index.replace((), [(Audience.PUBLIC, vectors("held#0", [1.0, 0.0]))])
    with pytest.raises(IndexDamagedError, match="has lost entries"):
        index.prove([(Audience.PUBLIC, vectors("due#0", [1.0, 0.0]))], 1)
    index.close()


def test_another_embedders_index_is_deleted_and_a_strangers_is_not(
    chroma_server: str, tmp_path: Path
):
    client = chromadb.HttpClient(port=int(chroma_server.rpartition(":")[2]))
    client.create_collection("strangers")
    before = Index(tmp_path / "chroma", chroma_server, Place("before 1"))
    before.open()
    before.close()
    index = Index(tmp_path / "chroma", chroma_server, Place("after 1"))
    index.open()
    index.drop_others()
    left = {(each.metadata or {}).get("embedder") for each in client.list_collections()}
    assert left == {None, "after 1"}
    for each in (client, client._admin_client):
        each._server._session.close()
    index.close()


async def test_a_question_is_asked_again_where_another_process_changed_the_index_meanwhile(
    tmp_path: Path, chroma_server: str
):
    """Found by its words; its meaning is read, which was replaced since the question came."""
    place = Place("together 1")
    builder, reader = (Index(tmp_path, chroma_server, place) for _ in range(2))
    before, after = (
        vectors("dogs#0", [0.6, 0.0], content="a"),
        vectors("dogs#0", [0.8, 0.0], content="b"),
    )
    crowd = [(Audience.PUBLIC, vectors(f"crowd#{n}", [1.0, 0.001 * n])) for n in range(200)]
    builder.open()
    builder.replace((), [(Audience.PUBLIC, before), *crowd])
    reader.join()
    reader.expect((), [(Audience.PUBLIC, before), *crowd])
    builder.replace((), [(Audience.PUBLIC, after)])
    with pytest.raises(IndexChangedError):
        reader.meanings(ask(1.0, 0.0), {"dogs#0"})

    async def follow() -> None:
        reader.expect({"dogs"}, [(Audience.PUBLIC, after)])

    words = Words()
    passage = Passage("dogs#0", "dogs", 0, "Dogs", "Dogs are welcome.", ways=("Dogs?",))
    words.replace((), [Wording(passage, Audience.PUBLIC, "en")])
    nowhere = np.zeros(2, dtype=np.float32)
    calibration = Calibration(Scale(1.0, nowhere, nowhere), 0, 0, 0, 0, passages=201)
    worker = Worker()
    near = await Sides(worker, reader, words, follow).near(
        "dogs", calibration.measured("dogs", ask(1.0, 0.0)), {Audience.PUBLIC}, 6
    )
    assert near.meanings["dogs#0"] == pytest.approx(0.8)
    await worker.close()
    for each in (builder, reader):
        each.close()
