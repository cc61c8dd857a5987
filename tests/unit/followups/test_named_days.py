from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.followups.grammar.lexicon import LANGUAGES
from bot.followups.named_days import NamedDays, named_days

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
CALENDAR = BusinessCalendar(BusinessFacts(zone="Europe/Berlin"))


def named(text: str, language: str = "en", today: date = TUESDAY) -> NamedDays | None:
    return named_days(text, language, today=today, zone=BERLIN, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "tomorrow", ["2026-11-25"]),
        ("en", "on 24 December", ["2026-12-24"]),
        ("en", "on Good Friday", ["2027-03-26"]),
        ("en", "on Friday, 25 December", ["2026-12-25"]),
        ("en", "saturday or sunday", ["2026-11-28", "2026-11-29"]),
        ("en", "tomorrow, or on 24 December", ["2026-11-25", "2026-12-24"]),
        ("en", "2026-12-31", ["2026-12-31"]),
        ("en", "in three days", ["2026-11-27"]),
        ("de", "übermorgen", ["2026-11-26"]),
        ("de", "an Heiligabend", ["2026-12-24"]),
        ("es", "el 24 de diciembre", ["2026-12-24"]),
        ("fr", "samedi", ["2026-11-28"]),
        ("it", "domani", ["2026-11-25"]),
        ("nl", "zaterdag", ["2026-11-28"]),
        ("pt", "amanhã", ["2026-11-25"]),
    ],
)
def test_words_of_time_name_dates(language, text, days):
    assert [str(day) for day in named(text, language).dates] == days


def test_where_people_differ_all_dates_are_given():
    assert [str(day) for day in named("on tuesday").dates] == ["2026-11-24", "2026-12-01"]


def test_what_was_read_is_cut_out_and_the_rest_stays():
    assert named("Are you open on Friday at 9 for Ann?").rest == "Are you open for Ann"
    assert named("Are you open?") == NamedDays("Are you open?")


@pytest.mark.parametrize(
    ("language", "text", "weekdays"),
    [
        ("en", "on sundays", (6,)),
        ("en", "on weekdays", (0, 1, 2, 3, 4)),
        ("en", "every day", (0, 1, 2, 3, 4, 5, 6)),
        ("de", "samstags", (5,)),
        ("es", "los domingos", (6,)),
        ("pt", "aos sábados", (5,)),
    ],
)
def test_what_comes_again_each_week_names_weekdays(language, text, weekdays):
    found = named(text, language)
    assert (found.weekdays, found.dates) == (weekdays, ())


@pytest.mark.parametrize("text", ["next week", "at the end of the month", "now", "in a few days"])
def test_words_for_no_certain_day_stay_in_the_rest(text):
    assert named(f"open {text}") == NamedDays(f"open {text}")


def test_a_part_of_the_day_is_told_apart_from_a_day():
    assert named("in the evening") == NamedDays("", timed=True)
    assert named("tonight").timed
    assert named("tonight").dates == (TUESDAY,)


@pytest.mark.parametrize(
    "text",
    ["yesterday", "every first monday", "on 30 February", "at christmas", "on 9999-12-24"],
)
def test_days_that_are_no_dates_to_come_are_refused(text):
    assert named(text) is None


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_has_an_answer_and_dates_are_never_past(text, language):
    found = named(text, language)
    assert found is None or all(day >= TUESDAY for day in found.dates)
