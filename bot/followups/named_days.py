"""Words to days: which dates a question speaks of, and the question without these words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.followups.grammar.days import MAX_AHEAD_DAYS, View
from bot.followups.grammar.moments import shared_dates
from bot.followups.grammar.pieces import Clock, Day, Every, Instant, Meaning, Part
from bot.followups.grammar.reading import reading_in, without
from bot.followups.grammar.tokens import tokens_of

_NAMING = (Day, Clock, Part, Every, Instant)


@dataclass(frozen=True, slots=True)
class NamedDays:
    """The days that a text names.

    Attributes:
        rest: The text without the words that were read; others stay, "next week" among them.
        dates: From today on, within ten years and in order. Where people differ ("Friday", said
            on a Friday), all that may be meant.
        weekdays: What comes again each week, Monday 0, in order: all seven for "every day".
        timed: A time or a part of the day is named.
    """

    rest: str
    dates: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    timed: bool = False

    @property
    def any(self) -> bool:
        """Return whether anything was named."""
        return bool(self.dates or self.weekdays or self.timed)


def named_days(
    text: str, language: str, *, today: date, zone: ZoneInfo, calendar: BusinessCalendar
) -> NamedDays | None:
    """Return which days the words of one language name in a text.

    Args:
        text: Read up to 2,000 characters.
        language: One of the grammar's languages.
        today: The asker's own date.
        zone: The asker's.
        calendar: The business's, for "the next business day".

    Returns:
        None where days are named that are no dates to come: "yesterday", "every first Monday",
        "30 February".
    """
    reading = reading_in(language, text)
    if reading is None:
        return NamedDays(text)
    tokens = tokens_of(text)
    pieces = [each for each in reading.pieces if isinstance(each.meaning, _NAMING)]
    pieces = [each for each in pieces if not _is_stretch(each.meaning)]
    spans = {(tokens[each.first].start, tokens[each.last - 1].end) for each in pieces}
    meanings = [each.meaning for each in pieces]
    dates = _dates(meanings, View(today, calendar), zone)
    weekdays = _weekdays(meanings)
    if dates is None or weekdays is None:
        return None
    timed = any(isinstance(each, Clock | Part) for each in meanings)
    return NamedDays(without(text, tuple(spans)), dates, weekdays, timed)


def _is_stretch(meaning: Meaning) -> bool:
    return isinstance(meaning, Day) and meaning.stretch


def _dates(meanings: Sequence[Meaning], view: View, zone: ZoneInfo) -> tuple[date, ...] | None:
    days = [each for each in meanings if isinstance(each, Day)]
    found = [each.at.astimezone(zone).date() for each in meanings if isinstance(each, Instant)]
    if any(each.season for each in days):
        return None  # The days of Christmas differ: no one answer is true of all.
    try:
        if days:
            found += shared_dates(days, view) or [day for each in days for day in each.pick(view)]
    except (NoBusinessDayError, OverflowError, ValueError):
        return None  # Beyond the calendar's end; a business that never opens.
    ahead = {day for day in found if 0 <= (day - view.today).days <= MAX_AHEAD_DAYS}
    to_come = tuple(sorted(ahead))
    named = bool(days or found)
    return None if named and not to_come else to_come


def _weekdays(meanings: Sequence[Meaning]) -> tuple[int, ...] | None:
    found: set[int] = set()
    for each in meanings:
        if not isinstance(each, Every):
            continue
        if each.interval != 1 or not each.clear or each.frequency not in {"DAILY", "WEEKLY"}:
            return None
        found |= {day for _, day in each.weekdays} or set(range(7))
    return tuple(sorted(found))
