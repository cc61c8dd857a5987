import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.spelling import clauses, folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿Qué tal?", "que tal"),
        ("What’s up", "whats up"),
        ("l'équipe", "l equipe"),
        ("C'è Straße", "c e strasse"),
        ("cancel #3", "cancel no 3"),
        ("n° 9", "no 9"),
        ("  ...  ", ""),
    ],
)
def test_words_get_one_spelling(text, words):
    assert folded(text) == words


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing_more(text):
    assert folded(folded(text)) == folded(text)


def test_a_message_falls_into_clauses_at_its_marks_but_not_inside_numbers():
    assert [c.words for c in clauses("Hi, is it 3.50? At 9 a.m. then")][:2] == ["hi", "is it 3 50"]


@given(st.text(max_size=100))
def test_clauses_stand_in_the_text_where_they_say(text):
    for clause in clauses(text):
        assert text[clause.start :].startswith(clause.text)
