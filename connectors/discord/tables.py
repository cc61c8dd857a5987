"""Markdown's tables as text in columns: Discord shows no tables."""

import re
import unicodedata

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELL_END = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"\*\*")


def begins_table(line: str, following: str) -> bool:
    """Return whether a line is the heading of a table, by the line after it."""
    if "|" not in line or "|" not in following or not _RULE.fullmatch(following):
        return False
    return len(_cells(line)) == len(_cells(following))


def belongs_to_table(line: str) -> bool:
    """Return whether a line goes on with a table."""
    return bool(_CELL_END.search(line)) and bool(line.strip())


def aligned(lines: list[str]) -> list[str]:
    """Return a table's lines with the columns below each other.

    Args:
        lines: Heading, rule, rows; as `begins_table` and `belongs_to_table` find them.
    """
    rows = [_cells(line) for index, line in enumerate(lines) if index != 1]
    columns = max(len(row) for row in rows)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    widths = [max(_width(row[column]) for row in rows) for column in range(columns)]
    shown = [_line(row, widths) for row in rows]
    return [shown[0], "-+-".join("-" * width for width in widths), *shown[1:]]


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    cells = _CELL_END.split(inner)
    return [_EMPHASIS.sub("", cell.strip().replace("\\|", "|")) for cell in cells]


def _line(row: list[str], widths: list[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return " | ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many columns a text takes in a font of fixed width."""
    return sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
