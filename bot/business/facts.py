"""The facts about the business that its owner tells: name, zone, hours, closing days."""

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

import holidays
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    field_serializer,
    field_validator,
)

MAX_TEXT_CHARS = 500
"""Longest name and contact line: both are repeated in answers, which must fit a chat message."""

LATEST_NIGHT_END = time(6)
"""An interval may end on the next day, at most then; later than this it is a mistake in typing."""

_CLOSED_WORDS = frozenset({"", "-", "closed", "geschlossen", "zu"})
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?")
_RANGE = re.compile(r"\s*(\S+?)\s*(?:-|\u2013|to|bis)\s*(\S+)\s*")


class Weekday(StrEnum):
    """A day of the week as RFC 5545 writes it, in the order of `date.weekday()`."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


WEEKDAYS = tuple(Weekday)
"""Monday first, so that `WEEKDAYS[day.weekday()]` is the day's name."""

Interval = tuple[time, time]
"""From and until, local; an end of 00:00, or up to 06:00, is on the next day."""


class BusinessFacts(BaseModel):
    """What the owner has told about the business; everything has a safe default.

    Attributes:
        contact: The line people are given to reach a person, "" while not told.
        zone: IANA name, "" while not told.
        region: ISO 3166-1 or 3166-2 ("GB", "DE-BY"); "": no public holidays are known. A part of
            a country that has no holidays of its own has the country's.
        language: ISO 639-1, what the business writes in.
        hours: Opening intervals by weekday, in order. Empty while not told; once told, a weekday
            that is not named is closed.
        open_on_holidays: On public holidays the weekday's hours hold; else it is closed then.
        closed_days: Single closing days, in order.
        closed_from: Month and day ("12-24") to the time it closes, every year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    contact: str = ""
    zone: str = ""
    region: str = ""
    language: str = "en"
    hours: dict[Weekday, tuple[Interval, ...]] = {}
    open_on_holidays: bool = False
    closed_days: tuple[date, ...] = ()
    closed_from: dict[str, time] = {}

    @field_validator("name", "contact", mode="before")
    @classmethod
    def _short_text(cls, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("Write this as plain text.")  # noqa: TRY004  pydantic keeps ValueError
        if len(value.strip()) > MAX_TEXT_CHARS:
            raise ValueError(f"This is too long; {MAX_TEXT_CHARS} characters are the most.")
        return " ".join(value.split())

    @field_validator("zone", mode="before")
    @classmethod
    def _known_zone(cls, value: object) -> str:
        try:
            return ZoneInfo(str(value).strip()).key if value != "" else ""
        except (ValueError, OSError, LookupError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise ValueError(
                f"{value!r} is no time zone; write an IANA name such as Europe/Berlin."
            ) from error

    @field_validator("region", mode="before")
    @classmethod
    def _known_region(cls, value: object) -> str:
        region = str(value).strip().upper()
        shaped = re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", region)
        if region and not (shaped and region[:2] in holidays.list_supported_countries()):
            raise ValueError(f"{value!r} is no region we know; write a code such as DE-BY or GB.")
        return region

    @field_validator("language", mode="before")
    @classmethod
    def _known_language(cls, value: object) -> str:
        language = str(value).strip().lower()
        if not re.fullmatch(r"[a-z]{2}", language):
            raise ValueError(f"{value!r} is no language code; write two letters such as en or de.")
        return language

    @field_validator("hours", mode="before")
    @classmethod
    def _ordered_hours(cls, value: object) -> dict[Weekday, tuple[Interval, ...]]:
        if not isinstance(value, Mapping):
            raise ValueError('Write the hours by weekday, such as {"MO": [["09:00", "17:00"]]}.')  # noqa: TRY004
        named = {_weekday(key): _intervals(key, told) for key, told in value.items()}
        return {day: named[day] for day in WEEKDAYS if day in named}

    @field_validator("closed_days", mode="before")
    @classmethod
    def _dates(cls, value: object) -> tuple[date, ...]:
        if not isinstance(value, list | tuple | set | frozenset):
            raise ValueError("Write the closing days as a list of dates such as 2026-12-28.")  # noqa: TRY004
        return tuple(sorted({_day(each) for each in value}))

    @field_validator("closed_from", mode="before")
    @classmethod
    def _yearly_times(cls, value: object) -> dict[str, time]:
        if not isinstance(value, Mapping):
            raise ValueError('Write early closing by month and day, such as {"12-24": "12:30"}.')  # noqa: TRY004
        return {_month_day(day): _clock(told) for day, told in sorted(value.items())}

    @field_serializer("hours", when_used="json")
    def _hours_as_json(
        self, hours: dict[Weekday, tuple[Interval, ...]]
    ) -> dict[str, list[list[str]]]:
        return {
            day.value: [[_written(start), _written(end, end=True)] for start, end in intervals]
            for day, intervals in hours.items()
        }

    @field_serializer("closed_from", when_used="json")
    def _closed_from_as_json(self, closed_from: dict[str, time]) -> dict[str, str]:
        return {day: _written(clock) for day, clock in closed_from.items()}


def hours_of(text: str) -> tuple[Interval, ...]:
    """Return one day's opening intervals as a person types them into a form.

    Args:
        text: "9-12:30, 13:30-17", "09:00 - 17:00"; "" or "closed" for none.

    Raises:
        ValueError: With a plain sentence that says what to write.
    """
    if text.strip().casefold() in _CLOSED_WORDS:
        return ()
    pairs = [_RANGE.fullmatch(part) for part in re.split(r"[,;]|\band\b|\bund\b", text)]
    intervals = [(_clock(pair[1]), _clock(pair[2], end=True)) for pair in pairs if pair]
    if len(intervals) != len(pairs):
        raise ValueError(
            f"{text!r} is no opening time; write it like 9-12:30, 13:30-17, or closed."
        )
    return _in_order(intervals)


def hours_text(intervals: tuple[Interval, ...]) -> str:
    """Return a day's intervals as `hours_of` reads them; "" for a closed day."""
    return ", ".join(f"{_written(start)}-{_written(end, end=True)}" for start, end in intervals)


def sentences(error: ValidationError) -> tuple[str, ...]:
    """Return one plain sentence for each thing wrong, each naming its field."""
    return tuple(_sentence(each["loc"], each["type"], each["msg"]) for each in error.errors())


def _sentence(where: tuple[int | str, ...], kind: str, message: str) -> str:
    field = ".".join(str(part) for part in where)
    if kind == "extra_forbidden":
        return f"{field}: This is no business fact; take it out."
    return f"{field}: {message.removeprefix('Value error, ')}"


def _weekday(key: object) -> Weekday:
    try:
        return Weekday(str(key).strip().upper())
    except ValueError as error:
        raise ValueError(f"{key!r} is no weekday; write MO, TU, WE, TH, FR, SA or SU.") from error


def _intervals(day: object, told: object) -> tuple[Interval, ...]:
    try:
        if isinstance(told, str):
            return hours_of(told)
        if not isinstance(told, list | tuple):
            raise ValueError('Write a list such as [["09:00", "17:00"]].')  # noqa: TRY004, TRY301
        return _in_order([_pair(each) for each in told])
    except ValueError as error:
        raise ValueError(f"{day}: {error}") from error


def _pair(told: object) -> Interval:
    if not isinstance(told, list | tuple) or len(told) != 2:
        raise ValueError(f'{told!r} is no opening time; write a pair such as ["09:00", "17:00"].')
    return _clock(told[0]), _clock(told[1], end=True)


def _in_order(intervals: list[Interval]) -> tuple[Interval, ...]:
    ordered = tuple(sorted(intervals))
    for place, (start, end) in enumerate(ordered):
        past_midnight = end <= start
        if past_midnight and end > LATEST_NIGHT_END:
            raise ValueError(f"It closes ({end:%H:%M}) before it opens ({start:%H:%M}).")
        following = ordered[place + 1 :]
        if following and (past_midnight or following[0][0] < end):
            raise ValueError(f"The times from {start:%H:%M} and {following[0][0]:%H:%M} overlap.")
    return ordered


def _clock(told: object, *, end: bool = False) -> time:
    if isinstance(told, time):
        return told
    match = _CLOCK.fullmatch(str(told).strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (-1, 0)
    if end and (hour, minute) == (24, 0):
        hour = 0
    if not (0 <= hour <= 23 and minute <= 59):
        raise ValueError(f"{told!r} is no time of day; write it like 09:00.")
    return time(hour, minute)


def _day(told: object) -> date:
    try:
        return told if isinstance(told, date) else date.fromisoformat(str(told).strip())
    except ValueError as error:
        raise ValueError(f"{told!r} is no date; write it like 2026-12-28.") from error


def _month_day(told: object) -> str:
    text = str(told).strip()
    try:
        if re.fullmatch(r"\d{2}-\d{2}", text):
            return f"{date.fromisoformat('2024-' + text):%m-%d}"  # a leap year: 02-29 may be named
    except ValueError:
        pass
    raise ValueError(f"{told!r} is no day of the year; write month and day like 12-24.")


def _written(clock: time, *, end: bool = False) -> str:
    return "24:00" if end and clock == time(0) else f"{clock:%H:%M}"
