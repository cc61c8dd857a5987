"""The judge of promises itself: it must see everything that can go wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.crash.promise_judgement import Wanted, judge
from tests.fakes.witness import Shown

NINE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def said(text: str, at: datetime, *, reply_to: str = "", channel: str = "ann") -> Shown:
    nonce = f"{text} {at}"
    return Shown(nonce, nonce, channel, reply_to, text, True, False, at.isoformat())


def asked() -> list[Wanted]:
    return [
        Wanted("m1", "ann", "a", [NINE]),
        Wanted("m2", "ann", "b", [NINE + MINUTE]),
        Wanted("m3", "ann", "c", [NINE + DAY * each for each in range(3)]),
    ]


SET = [
    said(f"Reminder set: {subject}, Monday, 09:00 (no. {number})", NINE - DAY, reply_to=letter)
    for subject, number, letter in (("a", 1, "m1"), ("b", 2, "m2"), ("c", 3, "m3"))
]
A, B = said("Reminder: a", NINE), said("Reminder: b", NINE + MINUTE)
C = [
    said("Reminder: c", NINE),
    said("Reminder: c (2 times while the box was off; the last was due 09:00)", NINE + 2 * DAY),
]
RIGHT = [*SET, A, C[0], B, C[1]]


def test_what_comes_once_and_in_time_is_right():
    verdict = judge(asked(), RIGHT)
    assert verdict.wrong == []
    assert verdict.counts["promised"] == 3
    assert verdict.counts["at once for several"] == 1


def test_a_late_one_that_says_so_and_its_edit_are_right():
    late = said("Reminder: b (due 09:01, the box was off until 12:00)", NINE + 180 * MINUTE)
    edited = replace(late, edit=True)
    assert judge(asked(), [*SET, A, C[0], late, edited, C[1]]).wrong == []


def test_what_was_cancelled_moved_or_put_off_is_right_so():
    wanted = asked()
    wanted[0].move(NINE + 2 * MINUTE, 3)
    wanted[1].again(NINE + 60 * MINUTE, 6)
    gone = said("Sorry for the late answer.\n\nCancelled: c (no. 3)", NINE - DAY, reply_to="m4")
    moved = said("Reminder: a", NINE + 2 * MINUTE)
    again = said("Reminder: b", NINE + 60 * MINUTE)
    assert judge(wanted, [*SET, gone, B, moved, again]).wrong == []
    assert any(
        "came 1 times instead of 0" in each for each in judge(wanted, [*SET, gone, C[0]]).wrong
    )


def test_what_was_asked_for_and_not_confirmed_is_no_promise():
    no = said("09:00 has already passed. When shall I remind you?", NINE, reply_to="m2")
    assert judge(asked(), [SET[0], SET[2], A, C[0], no, C[1]]).wrong == []
    assert judge(asked(), [SET[0], SET[2], A, C[0], no, B, C[1]]).wrong == [
        "b came 1 times instead of 0"
    ]


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        ([*SET, A, *C], "b came 0 of 1 times"),
        ([*SET, A, C[0], B], "c came 1 of 3 times"),
        ([*RIGHT, said("Reminder: a", NINE + DAY)], "a came 2 times instead of 1"),
        ([*RIGHT, said("Reminder: c", NINE + 3 * DAY)], "c came 4 times instead of 3"),
        ([*RIGHT, replace(A, message_id="p9")], "was posted 2 times"),
        ([*SET, C[0], said("Reminder: b", NINE + MINUTE), A, C[1]], "b overtook a"),
        ([*SET, said("Reminder: a", NINE - MINUTE), C[0], B, C[1]], "before 30 09:00"),
        ([*SET, A, C[0], said("Reminder: b", NINE + DAY), C[1]], "without a word"),
        ([*SET, said("Reminder: a (due 09:00)", NINE + MINUTE), C[0], B, C[1]], "in time"),
        ([*SET, said("Reminder: a", NINE, channel="bob"), C[0], B, C[1]], "another room"),
        ([*RIGHT, said("Reminder: d", NINE)], "nobody asked for d"),
    ],
)
def test_each_wrong_is_told(shown, word):
    assert any(word in wrong for wrong in judge(asked(), shown).wrong)


def test_what_was_promised_only_after_a_later_one_came_overtakes_nothing():
    shown = [SET[1], SET[2], C[0], B, SET[0], A, C[1]]
    assert judge(asked(), shown).wrong == []
    wanted = asked()
    wanted[0].move(NINE, len([SET[1], SET[2], SET[0], C[0], B]))
    assert judge(wanted, [*SET, C[0], B, A, C[1]]).wrong == []
