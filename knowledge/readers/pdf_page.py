"""One page of a PDF: its lines in reading order, its tables with their rows."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdfplumber.page import Page

# All of these in letters' heights.
WORD_GAP = 0.15  # a space is 0.25 wide, but a narrow table parts its cells by less
COLUMN_GAP = 1.2
ROW_GAP = 2.5
PARAGRAPH_GAP = 0.7
# A column whose cells are mostly longer than this is a column of prose, not of a table.
PROSE_CHARS = 34
MIN_TABLE_LINES = 3
_UNNAMED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uefff]")

_Box = tuple[float, float, float, float]
_Columns = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands, in points from the page's left edge."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line; lengths in points, `top` and `bottom` from the page's upper edge.

    Attributes:
        words: From left to right, at least one.
        size: Of most of its letters.
    """

    words: tuple[Word, ...]
    top: float
    bottom: float
    size: float
    is_bold: bool

    @property
    def text(self) -> str:
        """All of its words."""
        return " ".join(word.text for word in self.words)

    @property
    def in_columns(self) -> bool:
        """Whether it has a gap that no sentence has."""
        gap = COLUMN_GAP * self.size
        pairs = zip(self.words, self.words[1:], strict=False)
        return any(after.left - before.right > gap for before, after in pairs)


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table's rows of cells, all of one length; the first may be its headings."""

    rows: tuple[tuple[str, ...], ...]
    top: float


def parts(page: Page) -> list[TextLine | TableRows]:
    """Return a page's lines and tables from top to bottom, columns of prose one after the other."""
    ruled = list(_ruled(page))
    words = [word for word in _words(page) if not any(_inside(word, box) for box, _ in ruled)]
    lines = _lines(words)
    found: list[TextLine | TableRows] = [table for _, table in ruled]
    number = 0
    while number < len(lines):
        group = _in_columns(lines, number)
        table = _aligned(group)
        if table:
            found.append(table)
        elif len(group) >= MIN_TABLE_LINES:
            group = _to_the_end(lines, number, number + len(group))
            found += _read_down(group)
        else:
            group = [lines[number]]
            found += group
        number += len(group)
    return sorted(found, key=lambda part: part.top) if ruled else found


def is_unreadable(page: Page) -> bool:
    """Return whether a third of a page's letters can be told apart by its own font only."""
    text = "".join(char["text"] for char in page.chars)
    return len(_UNNAMED.findall(text)) * 3 > len(page.chars)


def _ruled(page: Page) -> Iterator[tuple[_Box, TableRows]]:
    """Yield tables drawn with lines, with the box around each."""
    for table in page.find_tables():
        rows = [tuple(" ".join((cell or "").split()) for cell in row) for row in table.extract()]
        filled = tuple(row for row in rows if any(row))
        # One row or one column is a frame around text.
        if len(filled) > 1 and len(filled[0]) > 1:
            yield table.bbox, TableRows(filled, table.bbox[1])


def _words(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.dedupe_chars().extract_words(
        extra_attrs=["size", "fontname"], x_tolerance_ratio=WORD_GAP
    )
    return found


def _inside(word: dict[str, Any], box: _Box) -> bool:
    across = (word["x0"] + word["x1"]) / 2
    down = (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= down <= box[3])


def _lines(words: Sequence[dict[str, Any]]) -> list[TextLine]:
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda each: ((each["top"] + each["bottom"]) / 2, each["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] <= middle <= lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [_line(sorted(line, key=lambda each: each["x0"])) for line in lines]


def _line(words: Sequence[dict[str, Any]]) -> TextLine:
    sizes: Counter[float] = Counter()
    bold = 0
    for word in words:
        letters = len(word["text"])
        sizes[round(word["size"] * 2) / 2] += letters
        bold += letters if "bold" in word["fontname"].lower() else 0
    return TextLine(
        tuple(Word(word["text"], word["x0"], word["x1"]) for word in words),
        min(word["top"] for word in words),
        max(word["bottom"] for word in words),
        sizes.most_common(1)[0][0],
        bold * 2 > sizes.total(),
    )


def _in_columns(lines: Sequence[TextLine], start: int) -> Sequence[TextLine]:
    """Return the lines from here on that stand in columns; none when this one does not."""
    end = start
    for number in range(start, len(lines)):
        line = lines[number]
        if number > start and line.top - lines[number - 1].bottom > ROW_GAP * line.size:
            break
        if line.in_columns:
            end = number + 1
        elif number > end or number == start:
            break  # one line may hold a single cell, two are a paragraph
    return lines[start:end]


def _aligned(lines: Sequence[TextLine]) -> TableRows | None:
    """Return lines in columns as a table; None when they are too few or columns of prose."""
    columns = _columns(lines) if len(lines) >= MIN_TABLE_LINES else []
    if len(columns) < 2:
        return None
    rows = _rows(lines, columns)
    by_column = [[len(cell) for cell in column if cell] for column in zip(*rows, strict=True)]
    if all(sorted(lengths)[len(lengths) // 2] > PROSE_CHARS for lengths in by_column):
        return None
    return TableRows(tuple(rows), lines[0].top)


def _columns(lines: Sequence[TextLine]) -> _Columns:
    """Return what lies between the gutters that no word of these lines crosses.

    What has no word in the first line, a table's headings, belongs to the column on its left:
    such a gutter came about by chance.
    """
    columns: list[list[float]] = []
    for word in sorted((word for line in lines for word in line.words), key=lambda word: word.left):
        if columns and word.left <= columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], word.right)
        else:
            columns.append([word.left, word.right])
    named: list[list[float]] = []
    for left, right in columns:
        if not named or any(left <= word.left <= right for word in lines[0].words):
            named.append([left, right])
        else:
            named[-1][1] = right
    return [(left, right) for left, right in named]


def _rows(lines: Sequence[TextLine], columns: _Columns) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for line in lines:
        row = tuple(
            " ".join(word.text for word in line.words if left <= word.left <= right)
            for left, right in columns
        )
        if rows and not row[0] and sum(bool(cell) for cell in row) == 1:
            # The rest of a cell that did not fit its line.
            row = tuple(f"{a} {b}".strip() for a, b in zip(rows.pop(), row, strict=True))
        rows.append(row)
    return rows


def _to_the_end(lines: Sequence[TextLine], start: int, end: int) -> Sequence[TextLine]:
    """Return columns of prose with what remains below where one is longer than the others."""
    columns = _columns(lines[start:end])
    for line in lines[end:]:
        gap = line.top - lines[end - 1].bottom
        inside = any(
            left <= line.words[0].left and line.words[-1].right <= right for left, right in columns
        )
        if gap > PARAGRAPH_GAP * line.size or not inside:
            break
        end += 1
    return lines[start:end]


def _read_down(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return columns of prose as lines, the left column first."""
    return [
        replace(line, words=words)
        for left, right in _columns(lines)
        for line in lines
        if (words := tuple(word for word in line.words if left <= word.left <= right))
    ]
