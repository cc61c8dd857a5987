from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.followups.deadlines import deadline
from bot.followups.when import understand

# A Tuesday.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
HOURS = {day: [["08:00", "12:00"]] for day in ("MO", "TU", "WE", "TH", "FR")}
CALENDAR = BusinessCalendar(
    BusinessFacts(zone="UTC", hours=HOURS, closed_days=("2026-12-24", "2026-12-25"))
)


def read(words: str, now: datetime = NOW):
    understood = understand(words, now=now, zone=ZONE, calendar=CALENDAR)
    return deadline(understood, words, now=now, zone=ZONE, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("words", "first", "last", "day"),
    [
        # A day alone: the working day before at its opening, and the day itself at its own.
        ("remind me of the tax return by 31 March", "2027-03-30 08:00", "2027-03-31 08:00", True),
        ("Erinnere mich bis 31. März an die Steuer", "2027-03-30 08:00", "2027-03-31 08:00", True),
        # Over a weekend and days on which it is closed.
        ("file it by Monday", "2026-11-27 08:00", "2026-11-30 08:00", True),
        ("file it by 28 December", "2026-12-23 08:00", "2026-12-28 08:00", True),
        # A moment: once more at that moment.
        ("file it by Friday at noon", "2026-11-26 08:00", "2026-11-27 12:00", False),
        # The opening of the day before is over.
        ("file it by tomorrow at 11:00", "2026-11-25 08:00", "2026-11-25 11:00", False),
        ("file it by 15:00", "2026-11-24 14:00", "2026-11-24 15:00", False),
        # Nor is there an hour left, or it would be before the business opens.
        ("file it by tomorrow", "2026-11-25 08:00", "2026-11-25 08:00", True),
        ("file it by 10:30", "2026-11-24 10:30", "2026-11-24 10:30", False),
    ],
)
def test_a_limit_is_warned_of_before(words, first, last, day):
    found = read(words)
    assert found is not None
    assert (f"{found.first_at:%Y-%m-%d %H:%M}", f"{found.last_at:%Y-%m-%d %H:%M}") == (first, last)
    assert (found.day is not None) is day


@pytest.mark.parametrize(
    "words",
    [
        "remind me on 31 March of the tax return",
        "file it by 3",  # In the night, or in the afternoon?
        "file it by Tuesday",  # Today, or in a week?
        "file it every Friday",
        "file it by phone",
    ],
)
def test_what_names_no_limit_or_has_to_be_asked_is_none(words):
    assert read(words) is None
