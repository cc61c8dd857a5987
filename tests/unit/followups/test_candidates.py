"""What is offered where the words alone are not enough."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.business.calendar import BusinessCalendar
from bot.followups.when import Ask, understand

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=BERLIN)


def offered(words: str, calendar: BusinessCalendar, zone: ZoneInfo = BERLIN) -> list[str]:
    now = TUESDAY.replace(tzinfo=zone)
    answer = understand(words, now=now, zone=zone, calendar=calendar)
    assert isinstance(answer, Ask), words
    return [f"{each.astimezone(zone):%a %m-%d %H:%M}" for each in answer.candidates]


@pytest.mark.parametrize(
    ("words", "likeliest_first"),
    [
        ("tomorrow at 5", ["Wed 11-25 17:00", "Wed 11-25 05:00"]),
        ("at 9", ["Tue 11-24 21:00", "Wed 11-25 09:00"]),
        ("today at 8", ["Wed 11-25 08:00"]),
        ("this morning at 9", ["Wed 11-25 09:00"]),
        ("when we open", ["Wed 11-25 09:00", "Tue 11-24 13:30"]),
        ("tonight", ["Tue 11-24 18:00", "Tue 11-24 19:00", "Tue 11-24 20:00"]),
        ("morgen Nachmittag", ["Wed 11-25 14:00", "Wed 11-25 15:00", "Wed 11-25 16:00"]),
        ("next week", ["Mon 11-30 09:00", "Tue 12-01 09:00", "Fri 12-04 09:00"]),
        ("KW 50", ["Mon 12-07 09:00", "Fri 12-11 09:00"]),
        ("the next Friday", ["Fri 11-27 09:00", "Fri 12-04 09:00"]),
        ("übernächsten Freitag", ["Fri 12-11 09:00", "Fri 12-04 09:00"]),
        ("Friday or Saturday", ["Fri 11-27 09:00", "Sat 11-28 09:00"]),
        ("morgen oder übermorgen", ["Wed 11-25 09:00", "Thu 11-26 09:00"]),
        ("3/12 at 9", ["Thu 12-03 09:00", "Fri 03-12 09:00"]),
        ("Thursday 25 December", ["Thu 11-26 09:00", "Fri 12-25 09:00"]),
        ("end of January", ["Fri 01-29 09:00", "Sun 01-31 09:00"]),
        ("mid December", ["Tue 12-15 09:00", "Mon 12-14 09:00", "Wed 12-16 09:00"]),
        ("Christmas", ["Thu 12-24 09:00", "Fri 12-25 09:00", "Sat 12-26 09:00"]),
        ("in acht Tagen", ["Tue 12-01 09:00", "Wed 12-02 09:00"]),
        ("by Friday", ["Fri 11-27 17:00", "Fri 11-27 09:00"]),
        ("bis Monatsende", ["Mon 11-30 17:00", "Mon 11-30 09:00"]),
        ("remind me on Friday to call Ann at 10", ["Fri 11-27 10:00", "Fri 11-27 09:00"]),
        ("am 24. um 15 Uhr", ["Tue 11-24 15:00", "Thu 12-24 15:00"]),
        ("fridya at 9", ["Fri 11-27 09:00"]),
        ("remind me on wednesdya at 3 pm to call Ann", ["Wed 11-25 15:00"]),
        ("Donerstagg um 10", ["Thu 11-26 10:00"]),
    ],
)
def test_what_may_be_meant_is_offered(
    words: str, likeliest_first: list[str], calendar: BusinessCalendar
):
    assert offered(words, calendar) == likeliest_first


@pytest.mark.parametrize(
    "words",
    [
        "not on Friday",
        "don't remind me on Friday",
        "erinnere mich nicht am Freitag",
        "before Friday",
        "after 5 pm",
        "vor Freitag",
        "avant vendredi",
        "remind me 15 minutes before the meeting",
        "tomorrow at 9 UTC",
        "yesterday at 9",
        "every week",
        "call the supplier",
    ],
)
def test_what_the_words_turn_away_is_not_offered(words: str, calendar: BusinessCalendar):
    assert offered(words, calendar) == []


def test_where_the_clocks_differ_both_are_offered(calendar: BusinessCalendar):
    new_york = ZoneInfo("America/New_York")

    assert offered("Friday", calendar, new_york) == ["Fri 11-27 03:00", "Fri 11-27 09:00"]
    assert offered("tomorrow at end of day", calendar, new_york) == [
        "Wed 11-25 17:00",
        "Wed 11-25 11:00",
    ]
