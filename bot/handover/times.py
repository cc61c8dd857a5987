"""How long is waited for a person, in the business's own hours."""

from datetime import datetime, timedelta

from bot.business.calendar import BusinessCalendar, NoBusinessDayError


def after_business_minutes(
    calendar: BusinessCalendar, since: datetime, minutes: int
) -> datetime | None:
    """Return when the business has been open for so long; None where it opens no more."""
    left, at = timedelta(minutes=minutes), since
    while True:
        end = calendar.open_until(at)
        if end is None:
            opening = calendar.next_opening(at)
            if opening is None:
                return None
            at = opening
        elif end - at >= left:
            return at + left
        else:
            left -= end - at
            at = end


def after_business_days(calendar: BusinessCalendar, since: datetime, days: int) -> datetime | None:
    """Return when the last of so many business days ends; None where there are not so many."""
    try:
        return calendar.closes_at(calendar.add_business_days(calendar.day(since), days))
    except NoBusinessDayError:
        return None


def back_at(calendar: BusinessCalendar, now: datetime) -> datetime | None:
    """Return when somebody is there again; None while they are, or where no hours are told."""
    if not calendar.hours_known or calendar.is_open(now):
        return None
    return calendar.next_opening(now)
