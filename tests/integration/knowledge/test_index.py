from pathlib import Path

import numpy as np

from knowledge.documents import Audience, PassageVectors
from knowledge.index import Index


def vectors(passage_id: str, *ways: list[float], content: str = "a") -> PassageVectors:
    return PassageVectors(passage_id, "stub 1", content * 64, np.array(ways, dtype=np.float32))


def ask(*vector: float) -> np.ndarray:
    return np.array(vector, dtype=np.float32)


def opened(tmp_path: Path) -> Index:
    index = Index(tmp_path / "chroma", "", "stub 1")
    index.open()
    return index


def test_a_collection_answers_for_its_own_audience_alone(tmp_path: Path):
    index = opened(tmp_path)
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


def test_a_passage_scores_by_its_best_way_and_length_counts(tmp_path: Path):
    index = opened(tmp_path)
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


def test_what_is_wrong_is_told_apart_by_content_audience_and_number(tmp_path: Path):
    index = opened(tmp_path)
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
