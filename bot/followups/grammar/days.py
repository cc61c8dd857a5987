"""The dates that words name, as seen from a day."""

import calendar as months
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from bot.business.calendar import BusinessCalendar

MAX_AHEAD_DAYS = 3_660
"""Ten years: what is promised for later than that is a slip of the pen."""

_SUNDAY = 6
_FIXED = {  # Day and month.
    "epiphany": (6, 1),
    "valentines-day": (14, 2),
    "may-day": (1, 5),
    "german-unity": (3, 10),
    "halloween": (31, 10),
    "all-saints": (1, 11),
    "martinmas": (11, 11),
    "saint-nicholas": (6, 12),
    "christmas-eve": (24, 12),
    "christmas-day": (25, 12),
    "boxing-day": (26, 12),
    "new-years-eve": (31, 12),
    "new-years-day": (1, 1),
}
_FROM_EASTER = {  # In days.
    "rose-monday": -48,
    "shrove-tuesday": -47,
    "ash-wednesday": -46,
    "palm-sunday": -7,
    "maundy-thursday": -3,
    "good-friday": -2,
    "holy-saturday": -1,
    "easter-sunday": 0,
    "easter-monday": 1,
    "ascension": 39,
    "whit-sunday": 49,
    "whit-monday": 50,
    "corpus-christi": 60,
}


@dataclass(frozen=True, slots=True)
class View:
    """From where a day is looked at: the asker's own date, and the business's calendar."""

    today: date
    business: BusinessCalendar


Dates = tuple[date, ...]
"""The dates that words may mean, likeliest first: several, when people differ; none, when there is
no such date."""

Pick = Callable[[View], Dates]


def relative(days: int) -> Pick:
    """Today, tomorrow, yesterday."""
    return lambda view: (view.today + timedelta(days=days),)


def coming(weekday: int) -> Pick:
    """Dates of "Friday": the coming one; said on a Friday it is today or in a week."""

    def pick(view: View) -> Dates:
        ahead = (weekday - view.today.weekday()) % 7
        days = (ahead,) if ahead else (0, 7)
        return tuple(view.today + timedelta(days=each) for each in days)

    return pick


def this_week(weekday: int) -> Pick:
    """Dates of "This Friday": in the calendar week (from Monday) that is running.

    On a Sunday the week may as well have just begun.
    """

    def pick(view: View) -> Dates:
        day = _monday(view.today) + timedelta(days=weekday)
        sunday = view.today.weekday() == _SUNDAY and weekday != _SUNDAY
        return (day + timedelta(days=7), day) if sunday else (day,)

    return pick


def next_week(weekday: int, weeks: int = 1) -> Pick:
    """Dates of "Next Friday", "Friday next week": in the next calendar week, `weeks` later.

    Where weeks begin on Sunday, the next one's Sunday is this one's for others.
    """

    def pick(view: View) -> Dates:
        day = _monday(view.today) + timedelta(days=weekday, weeks=weeks)
        if view.today.weekday() == _SUNDAY:
            return (day,) if weekday == _SUNDAY else (day, day + timedelta(days=7))
        return (day, day - timedelta(days=7)) if weekday == _SUNDAY else (day,)

    return pick


def some_day_next_week() -> Pick:
    """Dates that "next week" may mean: its Monday, this weekday's, its Friday."""
    return either(next_week(0), relative(7), next_week(4))


def either(*picks: Pick) -> Pick:
    """Words that people use for different days."""

    def pick(view: View) -> Dates:
        return tuple(dict.fromkeys(day for each in picks for day in each(view)))

    return pick


def later(pick: Pick, **span: int) -> Pick:
    """Dates of "A week from Friday": dates later by a span that `relativedelta` knows."""
    return lambda view: tuple(day + relativedelta(**span) for day in pick(view))  # type: ignore[arg-type]


def weekday_ahead(weekday: int, weeks: int) -> Pick:
    """Dates of "Friday in two weeks": counted from the coming one, or by calendar weeks."""
    return either(later(coming(weekday), weeks=weeks), next_week(weekday, weeks))


def ahead(count: int, unit: str) -> Pick:
    """Dates of "in a month"; where that month is too short, the days on both sides."""

    def pick(view: View) -> Dates:
        if count * {"day": 1, "week": 7, "month": 28, "year": 365}[unit] > MAX_AHEAD_DAYS:
            return ()
        day = view.today + relativedelta(**{unit + "s": count})  # type: ignore[arg-type]
        cut = unit in {"month", "year"} and day.day != view.today.day
        return (day, day + timedelta(days=1)) if cut else (day,)

    return pick


def business_days(count: int) -> Pick:
    """Dates of "In three business days", "the next business day"."""
    return lambda view: (view.business.add_business_days(view.today, count),)


def day_of_month(day: int) -> Pick:
    """Dates of "On the 15th": the coming one; said on a 15th, today or in a month."""

    def pick(view: View) -> Dates:
        starts = [view.today.replace(day=1) + relativedelta(months=each) for each in range(3)]
        dates = [_date(start.year, start.month, day) for start in starts]
        if dates[0] is None or (dates[0] < view.today and dates[1] is None):
            # A 31st that this month or the next has not: the last day, or the next real one?
            real = [each for each in dates if each and each >= view.today]
            return tuple(real[:1]) + tuple(_month_end(start) for start in starts[:1])
        coming_ones = [each for each in dates if each and each >= view.today]
        return tuple(coming_ones[:2] if dates[0] == view.today else coming_ones[:1])

    return pick


def day_in_month(day: int, months_ahead: int) -> Pick:
    """Dates of "The 5th of next month"."""

    def pick(view: View) -> Dates:
        start = view.today.replace(day=1) + relativedelta(months=months_ahead)
        found = _date(start.year, start.month, day)
        return (found,) if found else ()

    return pick


def calendar_day(day: int, month: int, year: int | None = None) -> Pick:
    """Dates of "24 December": the coming one, unless a year is named.

    One that has just passed (in the last month) may have been meant for this year, a 29 February
    in a year that has none for a neighbour: both say so by several dates.
    """

    def pick(view: View) -> Dates:
        if year is not None:
            named = _date(year, month, day)
            return (named,) if named else ()
        years = range(view.today.year, view.today.year + 9)
        dates = [found for each in years if (found := _date(each, month, day))]
        left = [each for each in dates if each >= view.today]
        if not left:
            return ()
        just_passed = [
            each for each in dates[:1] if timedelta() < view.today - each <= timedelta(31)
        ]
        if (month, day) == (2, 29) and left[0] - view.today > timedelta(days=366):
            return left[0], date(_year_of_february(view.today), 2, 28)
        return (left[0], *just_passed)

    return pick


def nth_weekday(nth: int, weekday: int, month: Callable[[View], date]) -> Pick:
    """Dates of "The first Monday in January", "the last Friday of the month" (nth -1)."""

    def in_month(start: date) -> Dates:
        weeks = [week[weekday] for week in months.monthcalendar(start.year, start.month)]
        days = [day for day in weeks if day]
        position = nth - 1 if nth > 0 else nth
        exists = -len(days) <= position < len(days)
        return (start.replace(day=days[position]),) if exists else ()

    return lambda view: in_month(month(view))


def nth_business_day(nth: int, month: Callable[[View], date]) -> Pick:
    """Dates of "The last business day of the month" (nth -1), "the first business day of March"."""

    def pick(view: View) -> Dates:
        start = month(view)
        if nth > 0:
            return (view.business.add_business_days(start - timedelta(days=1), nth),)
        following = start + relativedelta(months=1)
        return (view.business.add_business_days(following, nth),)

    return pick


def coming_month(of: Callable[[Callable[[View], date]], Pick]) -> Pick:
    """Dates of "the first Monday of the month": this month's, next month's once it has passed."""

    def pick(view: View) -> Dates:
        dates = of(month_ahead(0))(view)
        return dates if dates and dates[0] >= view.today else of(month_ahead(1))(view)

    return pick


def month_ahead(count: int) -> Callable[[View], date]:
    """Return the first day of this month (0), the next (1) …."""
    return lambda view: view.today.replace(day=1) + relativedelta(months=count)


def named_month(month: int, year: int | None = None) -> Callable[[View], date]:
    """Return the first day of the coming month of that name, of this one while it runs."""

    def first(view: View) -> date:
        passed = month < view.today.month
        return date(year if year is not None else view.today.year + passed, month, 1)

    return first


def feast(name: str) -> Pick:
    """Days that everybody knows by name.

    "Christmas" is several days; other names that are no single day give none.
    """
    if name == "christmas":
        return either(*(calendar_day(day, 12) for day in (24, 25, 26)))
    if name in _FIXED:
        return calendar_day(*_FIXED[name])
    if name not in _FROM_EASTER:
        return lambda _: ()

    def pick(view: View) -> Dates:
        years = (view.today.year, view.today.year + 1)
        dates = [easter(year) + timedelta(days=_FROM_EASTER[name]) for year in years]
        return tuple(day for day in dates if day >= view.today)[:1]

    return pick


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(start: date) -> date:
    return start + relativedelta(day=31)


def _year_of_february(today: date) -> int:
    return today.year + (today > date(today.year, 2, 28))
