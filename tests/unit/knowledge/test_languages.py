from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from knowledge.calibration import Ranked, Scale
from knowledge.catalog import Found
from knowledge.documents import Audience, Passage
from knowledge.languages import language_of, preferring

NOWHERE = np.zeros(2, dtype=np.float32)
SCALE = Scale(spread=0.1, centre=NOWHERE, usual=NOWHERE)
ROW = Found(
    passage=Passage("a#0", "a", 0, "", "Cars wait."),
    title="",
    audience=Audience.PUBLIC,
    valid_until=None,
    approved=True,
    language="en",
    changed_at=datetime(2026, 11, 24, tzinfo=UTC),
)


def order(language: str, *rows: tuple[str, float]) -> list[str]:
    """Return the languages of passages, given with their scores best first, as they are ranked."""
    scores = {f"{n}#0": score for n, (_, score) in enumerate(rows)}
    found = {f"{n}#0": replace(ROW, language=each) for n, (each, _) in enumerate(rows)}
    ranking = preferring(language, Ranked(scores, 0.0, 0.0), found, SCALE)
    return [found[known].language for known in ranking.scores]


def test_a_near_tie_goes_to_the_questions_language():
    assert order("de", ("en", 0.80), ("de", 0.79), ("en", 0.60)) == ["de", "en", "en"]
    assert order("de", ("en", 0.80), ("de", 0.70), ("en", 0.60)) == ["en", "de", "en"]


def test_a_question_whose_language_nobody_knows_changes_nothing():
    assert order("", ("en", 0.80), ("", 0.79), ("de", 0.79)) == ["en", "", "de"]


def test_a_passage_whose_language_nobody_knows_stays_where_it_is():
    assert order("de", ("", 0.80), ("de", 0.79)) == ["", "de"]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("is there somewhere to leave my car", "en"),
        ("parking?", "en"),  # no stop word, but the detector is sure
        ("Darf ich meinen Hund mitbringen?", "de"),
        ("¿dónde puedo aparcar?", "es"),
        ("Mere account number konse add hai", ""),  # Hindi, as it is often typed
        ("vouchers?", ""),
        ("", ""),
        ("12 ...", ""),
        ("\ud800 Öffnungszeiten am Samstag", "de"),  # half a sign, as JSON may carry it
    ],
)
def test_the_language_of_a_question_is_told_where_it_can_be(question, language):
    assert language_of(question) == language
