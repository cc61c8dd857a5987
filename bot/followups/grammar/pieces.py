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
    """

    pick: Pick
    shaky: bool = False
    weekday: int | None = None
    stretch: bool = False


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
            "closing".
    """

    name: str


@dataclass(frozen=True, slots=True)
class Offset:
    """A span from now. `bare`: without "in", so it counts only when nothing else is said."""

    span: timedelta
    bare: bool = False


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
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_day: int = 0
    month: int = 0
    business: bool = False
    clear: bool = True


@dataclass(frozen=True, slots=True)
class Vague:
    """Words of time that name no instant ("a few days", "next month")."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """No time at all, though "morning" stands in it."""


Meaning = Day | Clock | Part | Offset | Instant | Every | Vague | Greeting


@dataclass(frozen=True, slots=True)
class Piece:
    """A meaning and the tokens it was read from, `last` being one past the last."""

    meaning: Meaning
    first: int
    last: int
