"""Tables: a CSV's rows, and a row with its headings."""

import csv
import io
from collections.abc import Iterator, Sequence

from knowledge.errors import UnreadableError
from knowledge.structure import Block

MAX_ROWS = 50_000
# Every row repeats its headings, so hostile ones must not be books.
MAX_HEADING_CHARS = 80
MAX_WRITTEN_CHARS = 60_000_000
JOINT = " · "  # between a row's cells
_DELIMITERS = ",;\t"


def rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return a CSV's headings and its rows with the line each ends on; empty rows are left out.

    Raises:
        UnreadableError: It has no heading, too many rows or a quotation mark that never closes.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    filled: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                filled.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(filled) > MAX_ROWS:
                raise UnreadableError(
                    "The table has more than {most} rows: split it.", most=MAX_ROWS
                )
    except csv.Error as error:
        where = f"line {reader.line_num}"
        raise UnreadableError(
            "{place}: the table cannot be read from here, a quotation mark is open "
            "or stands alone: save it as CSV again.",
            where,
            place=where.capitalize(),
        ) from error
    if not filled:
        raise UnreadableError("The table is empty: give it a line of headings and some rows.")
    return filled[0][1], filled[1:]


def has_entries(headings: Sequence[str]) -> bool:
    """Return whether a table's rows are questions with their answers."""
    return {"question", "answer"} <= {heading.casefold() for heading in headings}


def keyed(
    headings: Sequence[str], body: Sequence[tuple[int, list[str]]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row by its headings in small letters, with its place ("line 3")."""
    names = [heading.casefold() for heading in headings]
    for line, cells in body:
        yield f"line {line}", dict(zip(names, cells, strict=False))


def blocks(headings: Sequence[str], body: Sequence[tuple[int, list[str]]]) -> list[Block]:
    """Return each row as `row` has it; rows without words are left out.

    Raises:
        UnreadableError: With its headings in every row the table would be a book.
    """
    written: list[Block] = []
    chars = 0
    for _, cells in body:
        block = row(headings, cells)
        chars += len(block.text)
        if chars > MAX_WRITTEN_CHARS:
            raise UnreadableError("The table has too many columns for its rows: split it.")
        if block.text:
            written.append(block)
    return written


def row(headings: Sequence[str], cells: Sequence[str]) -> Block:
    """Return a row with its headings: "item: Rye loaf · price: 6.60"; no text when all is empty.

    A row that is too wide for a passage is parted between its cells, and each part begins with the
    first one, which says what the row is about.
    """
    named = [*headings, *[""] * max(0, len(cells) - len(headings))]
    told = [
        f"{heading[:MAX_HEADING_CHARS]}: {cell}" if heading else cell
        for heading, cell in zip(named, cells, strict=False)
        if cell
    ]
    return Block(tuple(told[1:]), head=tuple(told[:1]), whole=True, joint=JOINT)
