"""Markdown, written: what every reader of a richer kind gives, and its owner edits."""

import re
from collections.abc import Iterable, Sequence

MAX_LEVEL = 6
_RULE = re.compile(r"[-=_*~#\s.·•]*")
_BULLET = re.compile(r"[-*+\u2022\u25e6\u25aa\u25cf\u25cb\u2013\u2014\ue000-\uf8ff]\s+")


def heading(level: int, text: str) -> str:
    """Return a heading of a level, 1 the highest; "" without words."""
    words = one_line(text).strip("# ")
    return f"{'#' * min(level, MAX_LEVEL)} {words}" if words else ""


def paragraph(text: str) -> str:
    """Return a paragraph on one line; "" when there is nothing but a drawn line in it."""
    words = one_line(text)
    # A "#" or ">" at its start would make it something else.
    return "" if _RULE.fullmatch(words) else words.lstrip("#> ")


def item(text: str) -> str:
    """Return an item of a list, whatever sign it began with."""
    words = one_line(_BULLET.sub("", one_line(text), count=1))
    return f"- {words}" if words else ""


def is_item(text: str) -> bool:
    """Return whether a line begins as an item of a list does."""
    return _BULLET.match(text) is not None


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with its headings; rows may be shorter or longer than those."""
    held = [list(row) for row in rows]
    width = max([len(headings), *(len(row) for row in held)])
    lines = [_row(headings, width), _row(["---"] * width, width)]
    return "\n".join([*lines, *(_row(row, width) for row in held)])


def cells(line: str) -> list[str]:
    """Return the cells of a table's written line."""
    inner = re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line)
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def joined(blocks: Iterable[str]) -> str:
    """Return blocks one under the other, the items of a list close together."""
    text = ""
    before = ""
    for block in blocks:
        if block:
            close = before.startswith("- ") and block.startswith("- ")
            text += ("\n" if close else "\n\n" if text else "") + block
            before = block
    return f"{text}\n" if text else ""


def one_line(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def _row(row: Sequence[str], width: int) -> str:
    filled = [one_line(cell).replace("|", "\\|") for cell in row] + [""] * (width - len(row))
    return f"| {' | '.join(filled)} |"
