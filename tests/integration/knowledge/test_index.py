import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import chromadb
import numpy as np
import pytest

from knowledge.documents import Audience, PassageVectors
from knowledge.errors import IndexDamagedError
from knowledge.index import Index
from knowledge.sharing import Place


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
