"""Markdown tables as text that stands in columns."""

import unicodedata
from collections.abc import Sequence

from markdown_it.token import Token

from connectors.slack import inline

# A phone shows about 40 signs of code in a line, a screen 80; wider tables become a list.
MAX_WIDTH = 60


def grid(tokens: Sequence[Token]) -> str:
    """Return a table in aligned columns; one too wide as "heading: value" lines, row by row.

    Args:
        tokens: From its `table_open` up to its end.
    """
    rows = _rows(tokens)
    if not rows:
        return ""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    if sum(widths) + 3 * (len(widths) - 1) > MAX_WIDTH:
        return _listed(rows)
    lines = [_padded(row, widths) for row in rows]
    lines.insert(1, "─┼─".join("─" * width for width in widths))
    return "\n".join(lines)


def _rows(tokens: Sequence[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(inline.plain(inline.elements(token.children or ())))
    columns = max((len(row) for row in rows), default=0)
    return [row + [""] * (columns - len(row)) for row in rows if columns]


def _padded(row: list[str], widths: list[int]) -> str:
    cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return " │ ".join(cells).rstrip()


def _listed(rows: list[list[str]]) -> str:
    headings, *rest = rows
    if not rest:
        return "\n".join(headings)
    return "\n\n".join(
        "\n".join(
            f"{heading}: {value}" if heading else value
            for heading, value in zip(headings, row, strict=True)
        )
        for row in rest
    )


def _width(text: str) -> int:
    """Return the columns a text takes in a fixed-width font."""
    return sum(
        0
        if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Cf")
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )
