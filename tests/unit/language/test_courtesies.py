import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.courtesies import Courtesy, agrees, courtesy, without_courtesies


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hi, are you open on sundays?", "are you open on sundays?"),
        ("Hello there! Do you groom cats?", "Do you groom cats?"),
        ("hey what's the price?", "what's the price?"),
        ("thanks, and where can I park?", "where can I park?"),
        ("ok so how much is it", "how much is it"),
        ("where is it? thanks!", "where is it?"),
        ("Danke! Und wann haben Sie am Montag zu?", "wann haben Sie am Montag zu?"),
        ("Hallo, haben Sie WLAN", "haben Sie WLAN"),
        ("hola, ¿tienen wifi?", "¿tienen wifi?"),
        ("bonjour, vous livrez ?", "vous livrez ?"),
    ],
)
def test_courtesies_around_a_question_are_left_out(text, rest):
    assert without_courtesies(text) == rest


def test_an_and_that_leans_on_the_question_before_stays():
    assert without_courtesies("thanks. and on mondays?") == "and on mondays?"


@pytest.mark.parametrize("text", ["hi", "thanks, bye", "how much is it", "", "good bread", "👍"])
def test_a_message_without_courtesies_or_of_nothing_else_stays_as_it_is(text):
    assert without_courtesies(text) == text


def test_the_weightiest_courtesy_counts():
    assert courtesy("ok thank you bye") == (Courtesy.BYE, "en")
    assert courtesy("ok thank you") == (Courtesy.THANKS, "en")


def test_a_courtesy_with_anything_beside_it_is_none():
    assert courtesy("hi, are you open?") is None


@given(st.text(alphabet="hi, thankso?!.¿é \n👍", max_size=60))
def test_only_words_are_taken_away_and_never_all(text):
    rest = without_courtesies(text)
    assert rest in text
    assert bool(rest.strip()) == bool(text.strip())


@pytest.mark.parametrize("text", ["yes", "Yes please", "ok", "ja, bitte", "sí", "oui", "va bene"])
def test_a_yes_is_one(text):
    assert agrees(text)


@pytest.mark.parametrize("text", ["yes but on Sunday", "no", "what?", "for 30", "maybe", ""])
def test_anything_else_is_no_yes(text):
    assert not agrees(text)
