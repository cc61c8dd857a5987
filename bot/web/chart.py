"""A month's answers as bars: where each part of a bar stands, in the drawing's own units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.figures import DayCounts

WIDTH, HEIGHT = 600, 120
# Between two bars, of the room a day has; and between two parts, so that they part without colour.
_GAP = 0.28
_PART_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar.

    Attributes:
        kind: "answered", "unknown" or "handed-over".
        y, height: From the top; at least one unit high.
    """

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's bar, its parts from the bottom up; without parts where the day had no answer."""

    day: DayCounts
    x: float
    width: float
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing, `WIDTH` by `HEIGHT` units.

    Attributes:
        most: Of the days the one with the most answers; None where there is no answer at all.
    """

    bars: Sequence[Bar]
    most: DayCounts | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def days(self) -> Sequence[DayCounts]:
        """Return the days, the earliest first."""
        return [bar.day for bar in self.bars]

    @property
    def total(self) -> int:
        """Return how many answers there are."""
        return sum(each.total for each in self.days)

    @property
    def middle(self) -> date:
        """Return the day in the middle, for the axis."""
        return self.bars[len(self.bars) // 2].day.day


def chart(days: Sequence[DayCounts]) -> Chart:
    """Return the drawing of some days, at least one, the earliest first."""
    most = max(days, key=lambda each: each.total)
    room = WIDTH / len(days)
    bars = [
        Bar(
            day,
            round(place * room + room * _GAP / 2, 2),
            round(room * (1 - _GAP), 2),
            _parts(day, most.total),
        )
        for place, day in enumerate(days)
    ]
    return Chart(bars, most if most.total else None)


def _parts(day: DayCounts, most: int) -> list[Part]:
    parts = []
    top = float(HEIGHT)
    for kind, count in (
        ("answered", day.answered),
        ("unknown", day.unknown),
        ("handed-over", day.handed_over),
    ):
        if count:
            # Room for the gaps is left out of the scale, so that the highest bar fits.
            height = max(1.0, count / most * (HEIGHT - 2 * (1 + _PART_GAP)))
            top -= height
            parts.append(Part(kind, round(top, 2), round(height, 2)))
            top -= _PART_GAP
    return parts
