import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.terms import fold, guess_language, length, terms


def stems(text: str, language: str = "en") -> list[str]:
    return [term.stem for term in terms(text, language)]


def test_case_accents_and_endings_do_not_part_words():
    assert stems("SUNDAYS") == stems("sunday")
    assert stems("cafés", "fr") == stems("CAFE\u0301", "fr")
    assert stems("l'été", "fr")[-1] == stems("été", "fr")[0]


def test_numbers_are_kept_whole_and_round_ones_are_equal():
    assert stems("€8.40 at 7:00, 18cm, 10.00") == ["8.40", "at", "7", "18", "cm", "10"]


def test_stop_words_are_marked():
    assert [term.stop for term in terms("what is the price", "en")] == [True, True, True, False]


def test_scripts_without_spaces_are_compared_by_pairs_of_signs():
    assert set(stems("営業時間")) & set(stems("時間は"))


@given(st.text())
@example("Open 7:00-19:00, and on 24/12 until ½ 12; 2,60 €.")
@example("Größe: Straße, ﬁn de siècle, e\u0301te\u0301")
@example("ร้านเปิด 9 โมง, open, 営業時間は九時から")
def test_a_texts_length_is_the_number_of_its_terms(text: str):
    assert length(text) == len(terms(text, ""))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are open on Sunday from 8:30 and closed on Mondays.", "en"),
        ("Wir haben am Sonntag von 8:30 an geöffnet und montags zu.", "de"),
        ("Abrimos los domingos a las 8:30 y cerramos los lunes.", "es"),
        ("Rye loaf 6.60", ""),
        ("", ""),
    ],
)
def test_a_texts_language_is_told_by_its_small_words(text: str, language: str):
    assert guess_language(text) == language


@given(st.text(), st.sampled_from(["en", "de", "ja", "", "xx"]))
def test_every_text_has_terms_without_spaces(text: str, language: str):
    assert all(term.stem and not term.stem.isspace() for term in terms(text, language))
    assert fold(fold(text)) == fold(text)
