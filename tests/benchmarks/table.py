"""The table of figures: what was measured, its target, and whether it holds."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        target: The limit; None for a figure that is only told.
        bound: Whether the value may be at most or at least the target.
        note: How it came about, in a few words.
    """

    name: str
    value: float
    unit: str
    note: str = ""
    target: float | None = None
    bound: Literal["at most", "at least"] = "at most"

    @property
    def holds(self) -> bool | None:
        """Return whether the value keeps its target; None without one."""
        if self.target is None:
            return None
        return self.value <= self.target if self.bound == "at most" else self.value >= self.target


def as_text(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, a line each."""
    cells = [
        (
            figure.name,
            f"{figure.value:,.{_decimals(figure)}f} {figure.unit}".strip(),
            "" if figure.target is None else f"{figure.bound} {figure.target:,g}",
            {True: "holds", False: "FALLS SHORT", None: ""}[figure.holds],
            figure.note,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(
        f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:{widths[2]}}  {row[3]:{widths[3]}}"
        f"  {row[4]}".rstrip()
        for row in cells
    )


def write_json(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as a list of objects."""
    rows = [asdict(figure) | {"holds": figure.holds} for figure in figures]
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _decimals(figure: Figure) -> int:
    if figure.value == int(figure.value):
        return 0
    if figure.unit == "share":
        return 3
    return 2 if abs(figure.value) < 100 else 0
