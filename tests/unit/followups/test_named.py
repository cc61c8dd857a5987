"""Which reminders some words name."""

import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.followups.named import Asker, named_by
from tests.unit.followups.asker import NOW, ZONE, follow_up

WAITING = [
    follow_up(1, "order flour from the mill", "2026-11-25T09:00"),
    follow_up(2, "order flour", "2026-11-25T11:00"),
    follow_up(3, "call the dentist", "2026-11-26T14:00"),
    follow_up(4, "check the oven", "2026-11-27T16:00"),
    follow_up(5, "Roggenmehl bestellen", "2026-11-27T09:00", language="de"),
    follow_up(6, "water the plants", "2026-11-30T08:00", rule="FREQ=WEEKLY;BYDAY=MO"),
]


def named(words: str, language: str = "en", last: tuple[int, ...] = (), *, by_name: bool = True):
    calendar = BusinessCalendar(BusinessFacts(zone=ZONE.key))
    asker = Asker(WAITING, last, NOW, ZONE, calendar)
    found = named_by(words, language, asker, by_name=by_name)
    return [each.follow_up_id for each in found.found], found.sure


@pytest.mark.parametrize(
    ("language", "words", "numbers"),
    [
        ("en", "the dentist thing", [3]),
        ("en", "the reminder to call the dentist", [3]),
        ("en", "the call with the dentist", [3]),
        ("en", "the oven check", [4]),
        ("en", "the dentst", [3]),
        ("en", "the reminder about the mill", [1]),
        ("en", "no. 4", [4]),
        ("en", "reminder #4", [4]),
        ("en", "tomorrow's reminders", [1, 2]),
        ("en", "tomorrow's mill reminder", [1]),
        ("en", "the 4 pm reminder", [4]),
        ("en", "the flour", [1, 2]),
        ("en", "order flour", [2]),
        ("en", "this week", [1, 2, 3, 4, 5]),
        ("en", "next week", [6]),
        ("en", "about flour on Friday", []),
        ("de", "das mit dem Mehl", [5]),
        ("de", "die Sache mit dem Roggen", [5]),
        ("de", "die Erinnerungen am Freitag", [4, 5]),
        ("de", "alle meine Erinnerungen", [1, 2, 3, 4, 5, 6]),
        ("en", "all of my reminders", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_words_name_what_they_are_wholly_explained_by(language, words, numbers):
    found, sure = named(words, language)
    assert (found, sure or not found) == (numbers, True)


def test_words_that_are_only_partly_explained_name_nothing_for_sure():
    assert named("the reminder to call the dentist about my teeth whitening") == ([3], False)
    assert named("the cake") == ([], False)
    assert named("the plants and the oven") == ([4, 6], False)


def test_it_names_what_was_spoken_of_last():
    assert named("it", last=(3,)) == ([3], True)
    assert named("that", last=(3, 4)) == ([3, 4], True)
    assert named("the reminder", last=()) == ([1, 2, 3, 4, 5, 6], True)
    assert named("it", last=(), by_name=False) == ([], False)
    assert named("it", last=(99,), by_name=False) == ([], False)


def test_a_word_that_turns_the_meaning_round_is_never_passed_over():
    assert named("the dentist not", by_name=True)[1] is False
    assert named("if the dentist", by_name=True)[1] is False
