"""When the business is open, worked out from its facts."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.business.facts import WEEKDAYS, BusinessFacts, Interval

ASSUMED_OPENING = time(9)
"""When a day begins on which the business is closed, or whose hours were never told."""

_ASSUMED_HOURS: tuple[Interval, ...] = ((ASSUMED_OPENING, time(17)),)
_HORIZON_DAYS = 731  # Two years: what is closed for longer has no next opening worth naming.
_MAX_BUSINESS_DAYS = 1_000


class NoBusinessDayError(Exception):
    """The business has no such business day within reach."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One interval in which the business is open; both ends aware, in the business's zone."""

    start: datetime
    end: datetime


class BusinessCalendar:
    """The business's days and hours.

    Attributes:
        facts: What it was made from.
        zone: The business's own zone, UTC while not told; every date below is a date there.
        hours_known: False while the owner has told no hours. Then Monday to Friday, 09:00 to 17:00
            are assumed for reckoning; they must not be told to anybody.
    """

    def __init__(self, facts: BusinessFacts) -> None:
        self.facts = facts
        self.zone = ZoneInfo(facts.zone or "UTC")
        self.hours_known = bool(facts.hours)

    def in_zone(self, zone: ZoneInfo) -> "BusinessCalendar":
        """Return the same calendar with its hours read in another zone."""
        other = copy(self)
        other.zone = zone
        return other

    def holiday(self, day: date, language: str = "") -> str | None:
        """Return the public holiday's name, None on any other day.

        Args:
            day: The date.
            language: ISO 639-1; where it has no names for them, and for "", they have those of
                the business's own language or, without these either, of their country.
        """
        known = _holidays_of(self.facts.region, language, self.facts.language)
        return None if known is None else known.get(day)

    def day(self, instant: datetime) -> date:
        """Return which date it is at an aware instant, in the business's zone."""
        return instant.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """Return whether the business opens at all on a date."""
        return bool(self.openings(day))

    def openings(self, day: date) -> tuple[Opening, ...]:
        """Return when the business is open on a date, in order; empty when it is closed."""
        if self._closed_by_date(day):
            return ()
        opened = (self._opening(day, interval) for interval in self._hours(day))
        return tuple(each for each in (self._cut(day, o) for o in opened) if each.start < each.end)

    def opens_at(self, day: date) -> datetime:
        """Return the first opening of a date, 09:00 on a day the business is closed."""
        openings = self.openings(day)
        return openings[0].start if openings else self._local(day, ASSUMED_OPENING)

    def closes_at(self, day: date) -> datetime | None:
        """Return the last closing of a date, None on a day the business is closed."""
        openings = self.openings(day)
        return openings[-1].end if openings else None

    def closes_early(self, day: date) -> bool:
        """Return whether the business opens on a date, but not for as long as its hours say."""
        usual = tuple(self._opening(day, interval) for interval in self._hours(day))
        return self.is_business_day(day) and self.openings(day) != usual

    def closed_out_of_turn(self, day: date) -> bool:
        """Return whether the business is closed on a date on whose weekday it has hours."""
        return bool(self._hours(day)) and not self.openings(day)

    def is_open(self, instant: datetime) -> bool:
        """Return whether the business is open at an aware instant."""
        return self._opening_at(instant) is not None

    def open_until(self, instant: datetime) -> datetime | None:
        """Return when the business closes next, None where it is closed at the instant.

        One interval after another without a pause is one; more than a week is not looked at.
        """
        end, last = None, instant + timedelta(days=7)
        while instant < last and (opening := self._opening_at(instant)) is not None:
            instant = end = opening.end
        return end

    def next_opening(self, instant: datetime) -> datetime | None:
        """Return the first opening later than an instant, None when there is none in two years."""
        today = self.day(instant)
        for ahead in range(_HORIZON_DAYS):
            for opening in self.openings(today + timedelta(days=ahead)):
                if opening.start > instant:
                    return opening.start
        return None

    def next_closed_day(self, day: date) -> date | None:
        """Return the next date after `day` whose weekday is open but which is a holiday or closed.

        None when there is none within two years.
        """
        return next((each for each in _later(day) if self.closed_out_of_turn(each)), None)

    def next_holiday(self, day: date) -> date | None:
        """Return the next public holiday after `day`, None where none is known in two years."""
        return next((each for each in _later(day) if self.holiday(each) is not None), None)

    def add_business_days(self, day: date, count: int) -> date:
        """Return the `count`-th business day after a date, before it when negative.

        Zero gives the date itself, be it a business day or not.

        Raises:
            NoBusinessDayError: More than 1,000 days away, or the business never opens.
        """
        if abs(count) > _MAX_BUSINESS_DAYS:
            raise NoBusinessDayError(f"{count} business days are too far away.")
        step = timedelta(days=1 if count > 0 else -1)
        left, idle = abs(count), 0
        while left:
            day += step
            is_business_day = self.is_business_day(day)
            left -= is_business_day
            idle = 0 if is_business_day else idle + 1
            if idle > _HORIZON_DAYS:
                raise NoBusinessDayError("The business does not open within two years.")
        return day

    def add_open_time(self, instant: datetime, span: timedelta) -> datetime:
        """Return when a business that is open has been so for a span since an instant.

        Raises:
            NoBusinessDayError: It is not open for that long within two years.
        """
        day, left = (
            self.day(instant) - timedelta(days=1),
            span,
        )  # A night's opening began yesterday.
        for _ in range(_HORIZON_DAYS):
            for opening in self.openings(day):
                start = max(opening.start, instant)
                # Between instants, not between what the clocks show: one may jump meanwhile.
                lasts = opening.end.astimezone(UTC) - start.astimezone(UTC)
                if timedelta() < left <= lasts:
                    return start.astimezone(UTC) + left
                left -= max(lasts, timedelta())
            day += timedelta(days=1)
        raise NoBusinessDayError(f"The business is not open for {span} within two years.")

    def _opening_at(self, instant: datetime) -> Opening | None:
        today = self.day(instant)
        near = (*self.openings(today - timedelta(days=1)), *self.openings(today))
        return next((each for each in near if each.start <= instant < each.end), None)

    def _hours(self, day: date) -> tuple[Interval, ...]:
        if not self.hours_known:
            return _ASSUMED_HOURS if day.weekday() < 5 else ()
        return self.facts.hours.get(WEEKDAYS[day.weekday()], ())

    def _closed_by_date(self, day: date) -> bool:
        closed_for_holiday = not self.facts.open_on_holidays and self.holiday(day) is not None
        return day in self.facts.closed_days or closed_for_holiday

    def _opening(self, day: date, interval: Interval) -> Opening:
        start, end = interval
        last_day = day + timedelta(days=1) if end <= start else day
        return Opening(self._local(day, start), self._local(last_day, end))

    def _cut(self, day: date, opening: Opening) -> Opening:
        closing = self.facts.closed_from.get(f"{day:%m-%d}")
        if closing is None:
            return opening
        return Opening(opening.start, min(opening.end, self._local(day, closing)))

    def _local(self, day: date, clock: time) -> datetime:
        # Through UTC and back, so that a time the clock jumps over becomes one that exists.
        wall = datetime.combine(day, clock, tzinfo=self.zone)
        return wall.astimezone(UTC).astimezone(self.zone)


def _later(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in range(1, _HORIZON_DAYS))


@lru_cache(maxsize=32)
def _holidays_of(region: str, *languages: str) -> holidays.HolidayBase | None:
    country, _, part = region.partition("-")
    if not country:
        return None
    parts = holidays.list_supported_countries().get(country, [])
    return holidays.country_holidays(
        country,
        subdiv=part if part in parts else None,
        language=next(filter(None, (_offered(country, each) for each in languages)), None),
    )


def _offered(country: str, language: str) -> str | None:
    offered = holidays.list_localized_countries().get(country, [])
    return next((each for each in offered if each.split("_")[0] == language), None)
