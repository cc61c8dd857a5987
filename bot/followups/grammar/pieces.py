"""What a few words of time mean on their own, before they are put together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.followups.grammar.days import Pick


@dataclass(frozen=True, slots=True)
class Day:
    """A day.

    Attributes:
        shaky: The words may as well belong to what the reminder is about.
        weekday: It is a plain weekday, which may also stand beside a date ("Friday, 25 December").
        stretch: The words name several days ("next week"); `pick` gives the likeliest of them.
        written: It is a date of the calendar ("24 December"), as others can read it too.
        season: They name several days of which none is likelier ("Christmas").
    """

    pick: Pick
    shaky: bool = False
    weekday: int | None = None
    stretch: bool = False
    written: bool = False
    season: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day.

    Attributes:
        sure: Written in 24 hours, or with am or pm.
        bare: Only a number after "at" or "about", which may count things as well.
        about: That word was "about" or another that is rarely said of a time.
    """

    hour: int
    minute: int = 0
    sure: bool = False
    bare: bool = False
    about: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day.

    Attributes:
        name: "morning", "afternoon", "evening", "night", "midnight", "lunch" (after it), "opening",
            "first" (first thing), "closing" (the business's), "day-end" (one's own).
        apart: How long after it, or before it where negative ("an hour before we close").
    """

    name: str
    apart: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Offset:
    """A span from now. `bare`: without "in", so it counts only when nothing else is said."""

    span: timedelta
    bare: bool = False


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A span from now that only runs while the business is open."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment written with its own offset from UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Every:
    """Something that comes again, as RFC 5545 names it.

    Attributes:
        weekdays: Pairs of (which in the month, weekday); 0 means each.
        business: Every day on which the business opens.
        position: Which of these days in a month, from its end when negative; 0 means each.
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_day: int = 0
    month: int = 0
    business: bool = False
    position: int = 0
    clear: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """A word that makes what follows a limit.

    Attributes:
        kinds: Among "by" (no later than, of a time), "until" (the end of what comes again) and
            "from" (its beginning).
        behind: It may stand behind what it limits, too ("Friday at noon at the latest").
    """

    kinds: frozenset[str]
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """For how long something comes again: a span of a unit, or so many times ("time")."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Vague:
    """Words of time that name no instant ("a few days", "next month")."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """No time at all, though "morning" stands in it."""


Meaning = (
    Day | Clock | Part | Offset | OpenHours | Instant | Every | Limit | Lasting | Vague | Greeting
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A meaning and the tokens it was read from, `last` being one past the last."""

    meaning: Meaning
    first: int
    last: int
