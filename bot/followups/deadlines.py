"""What has to be done by a moment: people are warned before, and told once more at it.

"By 31 March" is by that day whatever the hour, so nothing need be asked: the warning comes at the
opening of the working day before, and it comes once more when the business opens on the day
itself. "By Friday at noon" is told once more at noon. Where the opening of the working day before
is over the warning comes when the business opens on the day, or else an hour before the limit.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.followups.own_time import names_clock
from bot.followups.when import Ask, Due, Rule

_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something has to be done.

    Attributes:
        first_at: When the warning comes; the same as `last_at` where there is no time for one.
        last_at: When it comes once more.
        day: By which day, where no time of it was named; else None.
        moved: The clock jumps over the time that was said; `last_at` is the time after the jump.
    """

    first_at: datetime
    last_at: datetime
    day: date | None
    moved: bool = False

    def warning(self, read: Due | Rule | Ask) -> Due:
        """Return the instant of the warning, in place of what the words were understood as."""
        return Due(self.first_at, read.spans, self.moved, by=True)


def deadline(
    read: Due | Rule | Ask, words: str, *, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar
) -> Deadline | None:
    """Return the deadline that words name, None where they name none or it has to be asked.

    Args:
        read: What the words were understood as.
        words: They themselves.
        now: When they were said; aware.
        zone: Of who said them.
        calendar: The business's.
    """
    told = calendar.hours_known and calendar.facts.zone
    calendar = calendar if told else calendar.in_zone(zone)
    if isinstance(read, Due) and read.by:
        first = _warning(read.due_at, now, zone, calendar)
        return Deadline(first, read.due_at, None, read.moved)
    if not (isinstance(read, Ask) and read.by and read.candidates) or names_clock(words):
        return None
    days = {each.astimezone(zone).date() for each in read.candidates}
    if len(days) != 1:
        # "By Friday" on a Friday: today, or in a week?
        return None
    last = min(read.candidates)
    return Deadline(_warning(last, now, zone, calendar), last, days.pop())


def _warning(
    last_at: datetime, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar
) -> datetime:
    day = last_at.astimezone(zone).date()
    try:
        before = calendar.opens_at(calendar.add_business_days(day, -1)).astimezone(UTC)
    except NoBusinessDayError:
        before = last_at - timedelta(days=1)
    same_day = calendar.opens_at(day).astimezone(UTC)
    # Nobody is woken an hour before the business opens.
    choices = (before, same_day, max(last_at - _AN_HOUR, same_day))
    return next((each for each in choices if now < each < last_at), last_at)
