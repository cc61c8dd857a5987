"""Words that always fetch a person."""

import pytest

from bot.commands.fetching import fetches


@pytest.mark.parametrize(
    ("text", "phrase", "language"),
    [
        ("My PAINS are back.", "pain", "en"),
        ("I have had a heart-attack", "heart attack", "en"),
        ("ich habe starke Schmerzen", "Schmerz", "de"),
        ("j'ai des allergies", "allergie", "fr"),
    ],
)
def test_a_word_fetches_in_whatever_form_it_stands(text: str, phrase: str, language: str):
    assert fetches(text, ["nothing", phrase], [language])


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("we paint houses", "pain"),
        ("attack of the heart", "heart attack"),
        ("", "pain"),
        ("pain", "…"),
    ],
)
def test_a_part_of_a_word_or_other_order_fetches_nobody(text: str, phrase: str):
    assert not fetches(text, [phrase], ["en"])
