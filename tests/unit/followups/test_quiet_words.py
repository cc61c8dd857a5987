from datetime import time

import pytest

from bot.followups.quiet_words import quiet_wish, wishes_no_quiet


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("don't write to me before 8", None, 8),
        ("Don\u2019t write to me after 8", 20, None),
        ("no reminders after 6 pm please", 18, None),
        ("please don't message me between 20:00 and 7:00", 20, 7),
        ("my quiet hours are between 10 pm and 7 am", 22, 7),
        ("Schreib mir nicht vor 8 Uhr", None, 8),
        ("Schreiben Sie mir bitte nicht nach 20 Uhr", 20, None),
        ("Ruhe von 20 bis 8 Uhr", 20, 8),
        ("no me escribas antes de las 8", None, 8),
        ("ne m'écris pas après 20h", 20, None),
        ("non scrivermi prima delle 8", None, 8),
        ("schrijf me niet voor 8 uur", None, 8),
        ("não me escreva entre as 20 e as 8", 20, 8),
        ("don't write to me after 24:00", 0, None),
    ],
)
def test_quiet_hours_are_understood(text, starts, ends):
    wish = quiet_wish(text)
    assert wish is not None
    assert (wish.starts, wish.ends) == tuple(
        None if each is None else time(each) for each in (starts, ends)
    )


@pytest.mark.parametrize(
    "text",
    [
        "are you open before 8?",
        "don't write to me before 25",
        "don't remind me before Friday",
        "don't write before 8, and remind me tomorrow",
        "quiet",
        "",
    ],
)
def test_anything_else_sets_none(text):
    assert quiet_wish(text) is None


@pytest.mark.parametrize("text", ["Write to me at any time", "schreib mir jederzeit"])
def test_they_end_in_plain_words(text):
    assert wishes_no_quiet(text)
    assert not wishes_no_quiet(f"can you {text} of the day?")
