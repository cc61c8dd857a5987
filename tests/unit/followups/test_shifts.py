"""Words that move a reminder from where it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followups.shifts import shift_at_end, shift_of
from bot.followups.when import Ask, Due, Rule
from bot.language.requests import request_lexicons
from bot.language.spelling import folded
from tests.unit.followups.asker import NOW, ZONE, follow_up

# A Thursday.
DENTIST = follow_up(1, "call the dentist", "2026-11-26T14:00")


def moved(words: str, language: str, calendar):
    shift = shift_of(words, request_lexicons()[language], folded(words))
    if shift is None:
        return None
    return shift.of(DENTIST, now=NOW, zone=ZONE, calendar=calendar.in_zone(ZONE))


@pytest.mark.parametrize(
    ("language", "words", "due"),
    [
        ("en", "to Friday", "2026-11-27T14:00"),
        ("en", "to 10", "2026-11-26T10:00"),
        ("en", "to half past nine", "2026-11-26T09:30"),
        ("en", "5pm", "2026-11-26T17:00"),
        ("en", "to tomorrow at noon", "2026-11-25T12:00"),
        ("en", "until the 3rd of December", "2026-12-03T14:00"),
        ("en", "by an hour", "2026-11-26T15:00"),
        ("en", "an hour earlier", "2026-11-26T13:00"),
        ("en", "back two days", "2026-11-28T14:00"),
        ("en", "a week later", "2026-12-03T14:00"),
        ("en", "by two working days", "2026-11-30T14:00"),
        ("en", "in half an hour", "2026-11-24T10:30"),
        ("de", "auf Freitag", "2026-11-27T14:00"),
        ("de", "auf den 3. Dezember", "2026-12-03T14:00"),
        ("de", "auf 11 Uhr", "2026-11-26T11:00"),
        ("de", "auf morgen um 9", "2026-11-25T09:00"),
        ("de", "um eine Stunde nach hinten", "2026-11-26T15:00"),
        ("de", "eine halbe Stunde früher", "2026-11-26T13:30"),
        ("de", "um zwei Tage", "2026-11-28T14:00"),
        ("de", "erst am Montag", None),
    ],
)
def test_what_is_not_said_stays_as_it_is(language, words, due, calendar):
    to = moved(words, language, calendar)
    if due is None:
        assert to is None
        return
    assert isinstance(to, Due)
    assert to.due_at.astimezone(ZONE).replace(tzinfo=None) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        ("to Tuesday", ["2026-11-24T14:00", "2026-12-01T14:00"]),
        ("forward by an hour", ["2026-11-26T13:00", "2026-11-26T15:00"]),
        ("three days earlier", []),
    ],
)
def test_what_people_understand_differently_or_has_passed_is_asked(words, candidates, calendar):
    to = moved(words, "en", calendar)
    assert isinstance(to, Ask)
    found = [each.astimezone(ZONE).replace(tzinfo=None) for each in to.candidates]
    assert found == [datetime.fromisoformat(each) for each in candidates]


def test_a_rule_can_be_named(calendar):
    to = moved("to every Friday at 9", "en", calendar)
    assert isinstance(to, Rule)
    assert to.rule == "FREQ=WEEKLY;BYDAY=FR"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("the Monday order to Thursday", "the Monday order"),
        ("the oven one 5pm", "the oven one"),
        ("the flour thing to Wednesday next week at 9", "the flour thing"),
        ("the flour thing", None),
        ("the flour to the mill", None),
    ],
)
def test_the_time_stands_at_the_end_and_the_rest_says_which(text, about):
    found = shift_at_end(text, request_lexicons()["en"], folded(text))
    assert (found and found[0]) == about


@given(st.text(max_size=60))
def test_any_words_move_it_to_the_future_ask_or_are_none(words):
    from bot.business.calendar import BusinessCalendar
    from bot.business.facts import BusinessFacts

    shift = shift_of(words, request_lexicons()["en"], folded(words))
    if shift is not None:
        calendar = BusinessCalendar(BusinessFacts(zone=ZONE.key))
        to = shift.of(DENTIST, now=NOW, zone=ZONE, calendar=calendar)
        assert isinstance(to, Ask) or to.due_at.astimezone(UTC) > NOW
