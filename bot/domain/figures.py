"""What was answered, counted: by day and kind, and how long people waited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.conversations import Kind


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for their answers, from when they wrote.

    Attributes:
        count: Of how many answers.
        median_s, p95_s: Half of them, and 95 of 100, came within so many seconds; 0.0 where
            there are none.
    """

    count: int = 0
    median_s: float = 0.0
    p95_s: float = 0.0


@dataclass(frozen=True, slots=True)
class WaitsOfBoth:
    """How long people waited where a model had a part in the answer, and where none had."""

    with_model: Waits = Waits()
    without: Waits = Waits()


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many answers of each kind one day had; without the kinds of which there were none."""

    day: date
    counts: Mapping[Kind, int]

    @property
    def unknown(self) -> int:
        """Return how often it did not know."""
        return self.counts.get(Kind.UNKNOWN, 0)

    @property
    def handed_over(self) -> int:
        """Return how often a person was fetched."""
        return self.counts.get(Kind.HANDOVER, 0)

    @property
    def answered(self) -> int:
        """Return how many answers there were besides."""
        return self.total - self.unknown - self.handed_over

    @property
    def total(self) -> int:
        """Return how many there were of all kinds."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Month:
    """The last days, the earliest first; the last of them is today, as far as it went.

    Attributes:
        waits_today, waits: Of today, and of all of these days.
    """

    days: tuple[DayCounts, ...]
    waits_today: WaitsOfBoth
    waits: WaitsOfBoth

    @property
    def today(self) -> DayCounts:
        """Return the last day."""
        return self.days[-1]
