import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.splitting import split

words = st.text(alphabet="abc é.!?,`*_<>[]()&;\n #👍\u200d\ufe0f\u0301🇩🇪", max_size=400)
prose = st.lists(
    st.sampled_from(
        ["Bread is out at ten. ", "word ", "\n\n", "\n", "- a list\n", "x" * 30 + " ", "é "]
    ),
    max_size=60,
).map("".join)
code = st.lists(
    st.sampled_from(
        [
            "Some words here. ",
            "\n\n```python\nfor x in y:\n    print(x)\n\n    done()\n```\n\n",
            "\n~~~~\nplain " + "z" * 50 + "\n~~~~\n",
            "\n- item\n",
        ]
    ),
    max_size=12,
).map("".join)


def letters(text: str) -> str:
    return "".join(text.split())


def without_fences(text: str) -> str:
    return letters("\n".join(x for x in text.split("\n") if not re.match(r" {0,3}(```|~~~)", x)))


@given(words, st.integers(1, 80))
def test_every_piece_has_at_least_one_and_at_most_the_allowed_characters(text, max_chars):
    for piece in split(text, max_chars):
        assert 1 <= len(piece) <= max_chars
        assert piece.strip()


@given(prose, st.integers(1, 80))
def test_prose_loses_nothing_but_white_space(text, max_chars):
    assert letters("".join(split(text, max_chars))) == letters(text)


@given(code, st.integers(24, 120))
def test_code_loses_nothing_but_white_space_and_gains_nothing_but_fences(text, max_chars):
    pieces = split(text, max_chars)
    assert all(len(piece) <= max_chars for piece in pieces)
    assert without_fences("\n".join(pieces)) == without_fences(text)


@given(code, st.integers(40, 120))
def test_every_piece_closes_the_code_it_opens(text, max_chars):
    for piece in split(text, max_chars):
        fences = [m for line in piece.split("\n") if (m := re.match(r"(`{3,}|~{3,})", line))]
        assert len(fences) % 2 == 0, piece


@given(prose, st.integers(30, 80))
def test_words_that_fit_are_never_cut(text, max_chars):
    whole = set(text.split())
    for piece in split(text, max_chars):
        assert set(piece.split()) <= whole


@given(st.lists(st.sampled_from(["e\u0301", "👩\u200d🍳", "❤\ufe0f", "🇩🇪", "👍🏽"]), min_size=1))
def test_no_sign_is_cut_from_what_belongs_to_it(signs):
    for piece in split("".join(signs), 7):
        assert not unicodedata.combining(piece[0])
        assert piece[0] not in "\u200d\ufe0f🏽"
        assert piece[-1] != "\u200d"
        assert sum(c in "🇩🇪" for c in piece) % 2 == 0


def test_a_text_that_fits_stays_as_it_is():
    assert split("Hello.\n\n- one\n- two", 100) == ["Hello.\n\n- one\n- two"]


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_blank_text_gives_nothing(text):
    assert split(text, 10) == []


def test_paragraphs_are_the_first_choice():
    assert split("First one here.\n\nSecond one. And more of it.", 30) == [
        "First one here.",
        "Second one. And more of it.",
    ]


def test_sentences_come_before_words():
    assert split("We open at nine. We close at five.", 25) == [
        "We open at nine.",
        "We close at five.",
    ]


@pytest.mark.parametrize(
    "whole",
    [
        "[our list](https://example.org/a b)",
        "<@U0123 45>",
        "https://example.org/" + "a" * 10,
        "`a b c`",
    ],
)
def test_links_mentions_and_inline_code_stay_whole(whole):
    for max_chars in range(len(whole), len(whole) + 20):
        assert any(whole in piece for piece in split(f"some words {whole} more words", max_chars))


def test_a_cut_code_block_is_closed_and_opened_again_with_its_language():
    text = "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(10)) + "\n```"
    pieces = split(text, 60)
    assert len(pieces) > 1
    assert all(p.startswith("```python\n") and p.endswith("\n```") for p in pieces)


def test_code_keeps_its_indentation_across_a_cut():
    text = "```\nif a:\n" + "\n".join(f"    call_{n}()" for n in range(8)) + "\n```"
    lines = [line for piece in split(text, 50) for line in piece.split("\n")]
    assert all(f"    call_{n}()" in lines for n in range(8))


def test_a_block_near_the_end_of_a_piece_goes_to_the_next_whole():
    text = "word " * 8 + "end.\n```\nx = 1\ny = 2\n```"
    assert split(text, 60) == ["word " * 8 + "end.", "```\nx = 1\ny = 2\n```"]


def test_no_room_at_all_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        split("a", 0)
