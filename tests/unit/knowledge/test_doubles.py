from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalog import Found
from knowledge.documents import Audience, Passage
from knowledge.doubles import doubles, says_same

DAY = datetime(2026, 11, 24, tzinfo=UTC)
RULE = "Deposits are returned in full when an order is called off two days before it is collected."


def row(
    passage_id: str,
    text: str,
    heading: str = "",
    ways: tuple[str, ...] = (),
    changed_at: datetime = DAY,
    valid_until: date | None = None,
) -> Found:
    passage = Passage(passage_id, passage_id.partition("#")[0], 0, heading, text, ways)
    return Found(passage, "", Audience.PUBLIC, valid_until, True, "en", changed_at)


def shown(*rows: Found) -> list[str]:
    """Return which of these are shown, given best first."""
    scores = {each.passage.passage_id: -float(n) for n, each in enumerate(rows)}
    places = doubles(scores, {each.passage.passage_id: each for each in rows})
    return list(dict.fromkeys(places.values()))


def test_marks_capitals_accents_and_the_spelling_of_numbers_make_no_difference():
    one = row("a#0", "item: Café crème · size: cup · price_eur: 2.60", "Prices")
    other = row("b#0", "**Item**: CAFE CREME; size: cup; price_eur: 2.6", "Menu › Prices")
    assert says_same(one, other)


def test_another_day_number_or_a_not_is_another_fact():
    for changed in (
        RULE.replace("two", "three"),
        RULE.replace("returned", "not returned"),
        RULE + " Cakes: 20.",
    ):
        assert not says_same(row("a#0", RULE), row("b#0", changed))


def test_few_words_say_the_same_only_under_one_heading():
    assert not says_same(row("a#0", "Price: 25", "Men"), row("b#0", "Price: 25", "Children"))
    assert says_same(row("a#0", "Price: 25", "Cuts › Men"), row("b#0", "Price: 25", "2026 › Men"))
    assert says_same(row("a#0", RULE, "Deposits"), row("b#0", RULE, "Cancelling"))


def test_an_approved_entry_is_shown_before_the_text_it_was_copied_from():
    entry = row("a#0", RULE, "Do I get my deposit back?", ways=("Do I get my deposit back?",))
    text = row("b#0", RULE, "Deposits")
    assert shown(text, entry) == ["a#0"]
    draft = replace(entry, approved=False)
    assert shown(text, draft) == ["b#0"]


def test_of_texts_the_better_one_is_shown_and_of_equals_the_newer():
    old = row("a#0", RULE, changed_at=datetime(2025, 1, 1, tzinfo=UTC))
    new = row("b#0", RULE)
    assert shown(old, new) == ["a#0"]
    places = doubles({"a#0": 0.8, "b#0": 0.8}, {"a#0": old, "b#0": new})
    assert places == {"a#0": "b#0", "b#0": "b#0"}


@given(st.lists(st.sampled_from([RULE, RULE.upper(), "Price: 25", "Price: 25.00"]), max_size=8))
def test_each_is_shown_by_one_that_says_the_same(texts: list[str]):
    rows = [row(f"{n}#0", text, "Prices") for n, text in enumerate(texts)]
    found = {each.passage.passage_id: each for each in rows}
    places = doubles(dict.fromkeys(found, 0.5), found)
    assert places.keys() == found.keys()
    for known, place in places.items():
        assert says_same(found[known], found[place])
        assert places[place] == place
