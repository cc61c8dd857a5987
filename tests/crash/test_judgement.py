"""The judge itself: it must see everything that can go wrong."""

import re
from dataclasses import replace

import pytest

from tests.crash.judgement import Sent, judge
from tests.fakes.wire import Letter
from tests.fakes.witness import Shown

ASKED = [
    Sent(Letter("m1", "ann", "Open?", staff=True), re.compile("At seven.")),
    Sent(Letter("m2", "ann", "Remind me", staff=True), re.compile("Reminder set"), "Reminder: x"),
]
GROWING = Shown("p1", "n1", "ann", "m1", "At", final=False, edit=False)
FINAL = Shown("p1", "n1", "ann", "m1", "At seven.", final=True, edit=True)
SET = Shown("p2", "n2", "ann", "m2", "Reminder set", final=True, edit=False)
REMINDER = Shown("p3", "n3", "ann", "", "Reminder: x", final=True, edit=False)
RIGHT = [GROWING, FINAL, SET, REMINDER]


def test_everything_said_once_is_right():
    again = [replace(each, edit=True) for each in (SET, REMINDER)]
    assert judge(ASKED, [*RIGHT, *again], never=["937"]) == []


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        ([GROWING, FINAL, REMINDER], "answered 0 times"),
        ([GROWING, SET, REMINDER], "never finished"),
        ([*RIGHT, replace(SET, message_id="p9", nonce="n9")], "answered 2 times"),
        ([*RIGHT, replace(SET, message_id="p9")], "n2 was posted 2 times"),
        ([GROWING, replace(FINAL, text="At six."), SET, REMINDER], "answered wrongly"),
        ([GROWING, FINAL, replace(SET, channel="bob"), REMINDER], "another room"),
        ([GROWING, FINAL, SET], "its reminder came 0 times"),
        ([*RIGHT, replace(REMINDER, message_id="p9", nonce="n9")], "its reminder came 2 times"),
        ([GROWING, FINAL, SET, replace(REMINDER, channel="bob")], "came 0 times"),
        ([*RIGHT, replace(REMINDER, text="Reminder: y")], "nobody asked for"),
        ([*RIGHT, replace(SET, reply_to="m9")], "never sent"),
        ([SET, GROWING, FINAL, REMINDER], "out of order"),
        ([GROWING, FINAL, replace(GROWING, edit=True), SET], "grew"),
        ([GROWING, FINAL, replace(FINAL, message_id="p7"), SET, REMINDER], "never posted"),
        ([replace(GROWING, text="At 937"), FINAL, SET, REMINDER], "shown: 937"),
    ],
)
def test_each_wrong_is_told(shown, word):
    assert any(word in wrong for wrong in judge(ASKED, shown, never=["937"]))
