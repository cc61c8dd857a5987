"""What commands write: answers on stdout, what goes on meanwhile on stderr."""

import shutil
import sys
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import click
from pydantic_core import to_json

from bot.web.api.shapes.steps import Step

# Faster than this nobody reads; and a redraw for each step would slow the steps down.
REDRAW_S = 0.1
# What a pace is reckoned from: longer, and what an import that goes on passes over counts too long.
PACE_S = 20.0
_CLEAR = "\r\x1b[K"


def show_json(value: object) -> None:
    """Write one JSON value on one line: a shape, a list of them, or plain JSON."""
    click.echo(to_json(value).decode())


def show_table(rows: Sequence[Sequence[str]], *, empty: str = "") -> None:
    """Write rows with aligned columns, or a line when there is none.

    On a terminal a row is cut to one line; elsewhere nothing is cut.
    """
    if not rows:
        click.echo(empty)
        return
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in flat) for column in range(len(flat[0]))]
    limit = _width() if sys.stdout.isatty() else None
    for row in flat:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip()[:limit])


class LiveLine:
    """One line on stderr that says what goes on, and is gone at the end.

    Only on a terminal, and not for those who asked for JSON.
    """

    def __init__(self, *, quiet: bool = False, label: str = "") -> None:
        """Show nothing yet; `label` stands before progress."""
        self._on = sys.stderr.isatty() and not quiet
        self._label = label
        self._shown = False
        self._redrawn_at = 0.0
        self._steps: deque[tuple[float, int]] = deque()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        self.clear()

    def show(self, step: Step) -> None:
        """Show a waiting line or how far it is."""
        if step.event == "progress":
            total = f" of {step.total:,}" if step.total else ""
            now = time.monotonic()
            pace = self._pace(now, step)
            if now - self._redrawn_at >= REDRAW_S or step.done == step.total:
                self._redrawn_at = now
                self.write(f"{self._label}{step.done:,}{total}{pace}")
        elif step.event == "waiting":
            self.write(step.text)

    def _pace(self, now: float, step: Step) -> str:
        """Return how fast it goes lately and how long it will take, "" while that is unknown."""
        self._steps.append((now, step.done))
        while now - self._steps[0][0] > PACE_S:
            self._steps.popleft()
        began, done = self._steps[0]
        if now - began < PACE_S / 10 or step.done <= done or not step.total:
            return ""
        rate = (step.done - done) / (now - began)
        left_s = (step.total - step.done) / rate
        left = f"{left_s / 60:.0f} min" if left_s > 90 else f"{left_s:.0f} s"
        return f", {rate:.0f} a second, {left} left" if rate >= 1 else f", {left} left"

    def write(self, text: str) -> None:
        """Show a line in place of the one before."""
        if not self._on:
            return
        click.echo(f"{_CLEAR}{text[: _width() - 1]}", err=True, nl=False)
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo(_CLEAR, err=True, nl=False)
            self._shown = False


def _width() -> int:
    return shutil.get_terminal_size().columns
