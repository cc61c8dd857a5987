"""What is known of a person at a glance: counts and moments, none of their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.conversations import Kind
from bot.domain.people import Person, Role
from bot.domain.quiet import QuietHours


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which persons are looked for.

    Attributes:
        name: What their name holds, in any case; "" for any.
        role, platform: None and "" for any.
    """

    name: str = ""
    role: Role | None = None
    platform: str = ""


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A person as a list shows them.

    Attributes:
        seen_at: When they wrote last; None where they never did.
        answers: How many they were given.
    """

    person: Person
    seen_at: datetime | None
    answers: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person and how much is kept of them.

    Attributes:
        first_at, last_at: When they wrote first and last; None where they never did.
        quiet: Their own quiet hours; None where they have none.
        answers: How many they were given, by kind; without the kinds of which they had none.
        good, bad: How often they rated an answer so.
        reminders, reminders_waiting: Those they asked for or receive, and how many of them wait.
        hand_overs, hand_overs_open: How often they wanted a person, and how often still.
        kept: How many rows are kept of them, by table; without those that have none.
    """

    person: Person
    first_at: datetime | None
    last_at: datetime | None
    quiet: QuietHours | None
    answers: Mapping[Kind, int] = field(default_factory=dict)
    good: int = 0
    bad: int = 0
    reminders: int = 0
    reminders_waiting: int = 0
    hand_overs: int = 0
    hand_overs_open: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)
