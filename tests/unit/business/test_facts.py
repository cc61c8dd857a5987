from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.business.facts import BusinessFacts, Weekday, hours_of, hours_text, sentences

CONTRACT = {
    "name": "Bakery Mill",
    "contact": "call 555 0123",
    "zone": "Europe/Berlin",
    "region": "DE-BY",
    "language": "de",
    "hours": {"MO": [["09:00", "12:30"], ["13:30", "17:00"]], "SA": [["18:00", "02:00"]], "SU": []},
    "closed_days": ["2026-12-28"],
    "closed_from": {"12-24": "12:30"},
}


def test_the_contracts_form_comes_back_as_it_went_in():
    facts = BusinessFacts.model_validate(CONTRACT)

    assert facts.model_dump(mode="json") == CONTRACT | {"open_on_holidays": False}
    assert BusinessFacts.model_validate(facts.model_dump()) == facts
    assert facts.hours[Weekday.MO][0] == (time(9), time(12, 30))
    assert facts.closed_days == (date(2026, 12, 28),)


def test_nothing_told_is_valid():
    facts = BusinessFacts()

    assert BusinessFacts.model_validate(facts.model_dump(mode="json")) == facts


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("name", 5, "plain text"),
        ("contact", "x" * 501, "too long"),
        ("zone", "Berlin", "IANA name"),
        ("zone", "../etc/passwd", "IANA name"),
        ("zone", "", None),
        ("region", "Bavaria", "such as DE-BY"),
        ("region", "XX", "such as DE-BY"),
        ("region", "FR-IDF", None),
        ("language", "german", "two letters"),
        ("hours", [], "by weekday"),
        ("hours", {"MON": []}, "no weekday"),
        ("hours", {"MO": [["9:00"]]}, "a pair"),
        ("hours", {"MO": [["25:00", "26:00"]]}, "no time of day"),
        ("hours", {"MO": [["17:00", "09:00"]]}, "before it opens"),
        ("hours", {"MO": [["09:00", "12:00"], ["11:00", "17:00"]]}, "overlap"),
        ("hours", {"MO": "9-12:30, 13:30-17"}, None),
        ("closed_days", ["28.12.2026"], "2026-12-28"),
        ("closed_days", "2026-12-28", "list of dates"),
        ("closed_from", {"24.12.": "12:30"}, "month and day"),
        ("closed_from", {"02-30": "12:30"}, "month and day"),
        ("closed_from", {"12-24": "noon"}, "no time of day"),
        ("opening", "9", "no business fact"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_that_names_the_field(
    field: str, value: object, part: str | None
):
    if part is None:
        BusinessFacts.model_validate({field: value})
        return
    with pytest.raises(ValidationError) as raised:
        BusinessFacts.model_validate({field: value})
    (sentence,) = sentences(raised.value)
    assert sentence.startswith(f"{field}: ")
    assert part in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("typed", "intervals"),
    [
        ("9-12:30, 13:30-17", ((time(9), time(12, 30)), (time(13, 30), time(17)))),
        ("09:00 \u2013 17.00", ((time(9), time(17)),)),
        ("9 to 17", ((time(9), time(17)),)),
        ("18-2", ((time(18), time(2)),)),
        ("8-24", ((time(8), time(0)),)),
        ("closed", ()),
        ("", ()),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, intervals: tuple[object, ...]):
    assert hours_of(typed) == intervals
    assert hours_of(hours_text(hours_of(typed))) == intervals


@given(st.text(max_size=20))
def test_no_typed_hours_break_the_form(typed: str):
    with suppress(ValueError):
        assert hours_of(hours_text(hours_of(typed))) == hours_of(typed)
