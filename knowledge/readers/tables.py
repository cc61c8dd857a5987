"""Tables: a CSV's rows, and a row as a sentence with its headings."""

import csv
import io
from collections.abc import Iterator, Sequence

from knowledge.errors import UnreadableError

MAX_ROWS = 50_000
# Every row repeats its headings, so hostile ones must not be books.
MAX_HEADING_CHARS = 80
MAX_WRITTEN_CHARS = 60_000_000
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
                raise UnreadableError(f"The table has more than {MAX_ROWS} rows: split it.")
    except csv.Error as error:
        where = f"line {reader.line_num}"
        raise UnreadableError(
            f"{where.capitalize()}: the table cannot be read from here, a quotation mark is open "
            "or stands alone: save it as CSV again.",
            where,
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


def sentences(headings: Sequence[str], body: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return each row as `written` has it; rows without words are left out.

    Raises:
        UnreadableError: With its headings in every row the table would be a book.
    """
    texts: list[str] = []
    chars = 0
    for _, cells in body:
        text = written(headings, cells)
        chars += len(text)
        if chars > MAX_WRITTEN_CHARS:
            raise UnreadableError("The table has too many columns for its rows: split it.")
        if text:
            texts.append(text)
    return texts


def written(headings: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row with its headings: "item: Rye loaf · price: 6.60"; "" when all is empty."""
    named = [*headings, *[""] * max(0, len(cells) - len(headings))]
    return " · ".join(
        f"{heading[:MAX_HEADING_CHARS]}: {cell}" if heading else cell
        for heading, cell in zip(named, cells, strict=False)
        if cell
    )
