"""Ends and beginnings of months, quarters and years, and weeks by their number."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.followups.grammar.days import Dates, Pick, View, either

Period = Callable[[View], tuple[date, date]]
"""A stretch of days, as its first day and the first one after it."""


def _month(first: Callable[[View], date]) -> Period:
    return lambda view: (start := first(view), start + relativedelta(months=1))


def period_ahead(months: int, count: int) -> Period:
    """Return this quarter or year (0), the next (1) …, of so many months."""

    def period(view: View) -> tuple[date, date]:
        begun = (view.today.month - 1) // months * months + 1
        start = date(view.today.year, begun, 1) + relativedelta(months=months * count)
        return start, start + relativedelta(months=months)

    return period


def named_year(year: int) -> Period:
    """Return a year by its number."""
    return lambda _: (date(year, 1, 1), date(year + 1, 1, 1))


def edge(side: str, period: Period) -> Pick:
    """Dates of "end of the year", "start of the quarter": the day itself or a business day."""
    if side == "start":
        return either(_first_business_day(period), lambda view: (period(view)[0],))
    return either(last_business_day(period), last_day(period))


def last_day(period: Period) -> Pick:
    """Dates of "The last day of the year"."""
    return lambda view: (period(view)[1] - timedelta(days=1),)


def last_business_day(period: Period) -> Pick:
    """Dates of "The last business day of the quarter"."""
    return lambda view: (view.business.add_business_days(period(view)[1], -1),)


def _first_business_day(period: Period) -> Pick:
    def pick(view: View) -> Dates:
        return (view.business.add_business_days(period(view)[0] - timedelta(days=1), 1),)

    return pick


def in_week(week: int, weekday: int) -> Pick:
    """Dates of "Wednesday of week 50" (ISO 8601): the coming one of that number."""

    def pick(view: View) -> Dates:
        year = view.today.isocalendar().year
        if view.today > date.fromisocalendar(year, min(week, 52), 7):
            year += 1
        last = date(year, 12, 28).isocalendar().week  # A year has 52 or 53 of them.
        return (date.fromisocalendar(year, week, weekday + 1),) if week <= last else ()

    return pick


def month_edge(side: str, month: Callable[[View], date]) -> Pick:
    """Dates of "end of the month": its last day or its last business day; "middle" is vague."""
    if side != "middle":
        return edge(side, _month(month))
    return lambda view: tuple(month(view).replace(day=each) for each in (15, 14, 16))


def month_start(month: Callable[[View], date]) -> Pick:
    """Dates of "The first day of the month"."""
    return lambda view: (month(view),)


def month_end(month: Callable[[View], date]) -> Pick:
    """Dates of "The last day of the month"."""
    return lambda view: (month(view) + relativedelta(day=31),)
