import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.upkeep.way_prompt import MAX_CHARS, WAYS, request, ways_in
from knowledge.documents import Passage

ENTRY = Passage(
    "parking#0",
    "parking",
    0,
    "Where can I park?",
    "There are 2 spaces in the yard, see https://example.com/map.",
    ("Where can I park?", "Is there parking?"),
)


def taken(*messages: object) -> tuple[str, ...]:
    return ways_in(json.dumps({"messages": messages}), ENTRY, "en")


def test_what_customers_might_say_is_taken_in_its_order():
    assert taken("a place for my car", " do you have  a yard? ") == (
        "a place for my car",
        "do you have a yard?",
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        " ?! ",
        "where can I PARK",  # the entry's own words
        "is there parking...",
        "is there a place on level 7?",  # a number of the model's own
        "is it on https://example.org/parking?",
        "@everyone where to park",
        "x" * (MAX_CHARS + 1),
        "can I leave my car there?']}user, next",  # it went on after its end
        "is there a yard?'],,,,",
        17,
        None,
    ],
)
def test_what_is_no_way_to_ask_for_this_entry_is_left_out(message: object):
    assert taken(message) == ()


def test_the_entrys_own_numbers_and_links_may_be_asked_about():
    kept = ("are the 2 spaces free?", "what is on https://example.com/map?")
    assert taken(*kept) == kept


def test_the_same_words_count_once_and_no_more_than_a_few_are_taken():
    assert taken("my car", "My car!", "my cars") == ("my car",)
    assert (
        len(taken(*(f"{word} car" for word in ("old", "new", "red", "big", "tiny", "wet")))) == WAYS
    )


def test_an_entry_is_asked_about_in_its_own_language():
    assert "Language: German" in request(ENTRY, "de").messages[-1].text
    assert "Language: the language of the question" in request(ENTRY, "").messages[-1].text


@given(st.text(max_size=200) | st.from_type(dict[str, str | list[str]]).map(json.dumps))
def test_an_answer_of_any_kind_gives_ways_or_none(answer: str):
    for way in ways_in(answer, ENTRY, "en"):
        assert way.strip() == way
        assert 0 < len(way) <= MAX_CHARS
