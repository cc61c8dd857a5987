"""When "tomorrow morning" is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.business.calendar import ASSUMED_OPENING, BusinessCalendar

_NOON = time(12)


def tomorrow_morning(now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> datetime:
    """Return tomorrow's opening, 09:00 where the business opens later than in the morning or not.

    Args:
        now: Aware.
        zone: Of whose tomorrow it is.
        calendar: The business's.

    Returns:
        Aware, UTC.
    """
    day = now.astimezone(zone).date() + timedelta(days=1)
    opening = calendar.opens_at(day).astimezone(zone)
    if not (calendar.hours_known and calendar.is_business_day(day)):
        opening = datetime.combine(day, ASSUMED_OPENING, zone)
    if opening.date() != day or opening.time() >= _NOON:
        opening = datetime.combine(day, ASSUMED_OPENING, zone)
    return opening.astimezone(UTC)
