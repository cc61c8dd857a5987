"""A sheet's cells told apart: titles, headings, rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# How far down a line is looked at to tell whether it is wide enough to head what follows.
_FORESIGHT = 10
_WIDE_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: What it shows.
        plain: The same for machines: a date as 2026-12-31.
        is_words: Neither empty nor a number, date or time.
    """

    text: str = ""
    plain: str = ""
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet that is not empty.

    Attributes:
        number: As the spreadsheet counts it.
        cells: All of the sheet's columns.
        after_gap: An empty row stands above it.
        spans: Cells that reach over several columns: the first and the last.
        is_bold: Its first filled cell is written bold.
    """

    number: int
    cells: tuple[Cell, ...]
    after_gap: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    is_bold: bool = False

    @property
    def filled(self) -> list[Cell]:
        """Its cells with something in them."""
        return [cell for cell in self.cells if cell.text]

    @property
    def is_title(self) -> bool:
        """Whether it is one cell over several columns."""
        return len(self.filled) == 1 and bool(self.spans)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their headings."""

    headings: list[str]
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Title:
    """Words over what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line beside every table."""

    text: str


def parts(lines: Sequence[Line]) -> Iterator[Table | Title | Words]:
    """Yield what a sheet is made of, in its order; a table may have no headings."""
    if max((len(line.filled) for line in lines), default=0) < 2:
        for line in lines:
            yield (Title if line.is_bold else Words)(line.filled[0].text)
        return
    table: Table | None = None
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if table and not _ends(lines, number - 1):
            table.lines.append(line)
            continue
        if table and table.lines:
            yield table
        if _starts(lines, number - 1, table):
            table = Table(_headings(line, lines[number]))
            number += _is_second_heading(line, lines[number])
        elif table:
            yield Title(line.filled[0].text)
            # What follows goes on under the same headings, unless it has its own.
            table = Table(table.headings)
        else:
            yield Words(" · ".join(cell.text for cell in line.filled))
    if table and table.lines:
        yield table


def _ends(lines: Sequence[Line], number: int) -> bool:
    """Return whether a table ends above a line: a title, or the headings of another one."""
    line = lines[number]
    if line.is_title or (line.after_gap and len(line.filled) == 1):
        return True
    above = lines[number - 1]
    return (line.after_gap or len(above.filled) == 1) and _heads_anew(lines, number)


def _starts(lines: Sequence[Line], number: int, table: Table | None) -> bool:
    return _heads(lines, number) if table is None else _heads_anew(lines, number)


def _heads(lines: Sequence[Line], number: int) -> bool:
    """Return whether a line is as wide as the lines below it, so that it can head them."""
    width = len(lines[number].filled)
    below = lines[number + 1 : number + 1 + _FORESIGHT]
    if width < 2 or not below:
        return False
    widest = max(len(line.filled) for line in below)
    return width + sum(end - start for start, end in lines[number].spans) >= _WIDE_ENOUGH * widest


def _heads_anew(lines: Sequence[Line], number: int) -> bool:
    """Return whether a line heads a table of its own: words alone over what are not all words."""
    line = lines[number]
    if not _heads(lines, number) or not all(cell.is_words for cell in line.filled):
        return False
    below = lines[number + 1]
    return not below.after_gap and any(
        above.is_words and cell.text and not cell.is_words
        for above, cell in zip(line.cells, below.cells, strict=True)
    )


def _is_second_heading(first: Line, second: Line) -> bool:
    return bool(first.spans) and all(cell.is_words for cell in second.filled)


def _headings(first: Line, second: Line) -> list[str]:
    texts = [cell.text for cell in first.cells]
    for start, end in first.spans:
        texts[start : end + 1] = [texts[start]] * (end + 1 - start)
    if _is_second_heading(first, second):
        texts = [
            " ".join(part for part in dict.fromkeys((text, cell.text)) if part)
            for text, cell in zip(texts, second.cells, strict=True)
        ]
    return texts
