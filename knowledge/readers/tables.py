"""CSV: entries where it has questions and answers, otherwise one document with a passage a row."""

import csv
import io
from collections.abc import Iterator, Sequence

from knowledge.chunking import Block, Section, passages
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError

MAX_ROWS = 50_000
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


def keyed(
    headings: Sequence[str], body: Sequence[tuple[int, list[str]]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row by its headings in small letters, with its place ("line 3")."""
    names = [heading.casefold() for heading in headings]
    for line, cells in body:
        yield f"line {line}", dict(zip(names, cells, strict=False))


def table(
    text: str,
    headings: Sequence[str],
    body: Sequence[tuple[int, list[str]]],
    *,
    document_id: str,
    name: str,
    audience: Audience,
    origin: str,
) -> Document:
    """Return a table as a document, a passage a row: "item: Rye loaf · price: 6.60"."""
    sections = [
        Section((), (Block((written,), whole=True),))
        for _, cells in body
        if (written := _written(headings, cells))
    ]
    return Document(
        document_id=document_id,
        title=name,
        shape=Shape.TABLE,
        audience=audience,
        origin=origin,
        source=text,
        passages=passages(document_id, sections),
    )


def _written(headings: Sequence[str], cells: Sequence[str]) -> str:
    named = [*headings, *[""] * max(0, len(cells) - len(headings))]
    return " · ".join(
        f"{heading}: {cell}" if heading else cell
        for heading, cell in zip(named, cells, strict=False)
        if cell
    )
