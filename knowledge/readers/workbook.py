"""Excel workbooks: each sheet's tables with the headings that stand above them."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import UnreadableError
from knowledge.readers import archive, grid, markup
from knowledge.readers.content import Content
from knowledge.readers.figures import shown
from knowledge.readers.tables import MAX_ROWS, has_entries

# A stray mark in a sheet's last corner makes it 17 thousand million cells large.
MAX_CELLS = 2_000_000
MAX_NAMED = 5
_ERROR = "e"
_FORMULA = re.compile(rb"<f[ />]")


@dataclass(slots=True)
class _Sheet:
    """What came of a sheet."""

    name: str
    blocks: list[str] = field(default_factory=list)
    entries: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(content: bytes) -> Content:
    """Return a workbook's visible sheets.

    Raises:
        UnreadableError: See `archive.check`; or it has too many rows or cells.
    """
    archive.check(content)
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    formulas = _formulas(content)
    sheets = []
    for sheet in book.worksheets:
        read_sheet = _Sheet(sheet.title)
        if sheet.sheet_state == "visible":
            _read(sheet, read_sheet)
            _note(sheet, formulas, read_sheet)
        else:
            read_sheet.notes.append(f"Sheet {sheet.title}: it is hidden and was left out.")
        sheets.append(read_sheet)
    named = sum(bool(sheet.blocks) for sheet in sheets) > 1
    return Content(
        source=markup.joined(
            block
            for sheet in sheets
            if sheet.blocks
            for block in ([markup.heading(1, sheet.name)] if named else []) + sheet.blocks
        ),
        entries=tuple(entry for sheet in sheets for entry in sheet.entries),
        notes=tuple(note for sheet in sheets for note in sheet.notes),
    )


def _read(sheet: Worksheet, into: _Sheet) -> None:
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise UnreadableError(
            f"Sheet {sheet.title} reaches to row {sheet.max_row} and column {sheet.max_column}: "
            "delete the empty rows and columns, or split it.",
            f"sheet {sheet.title}",
        )
    lines = _lines(sheet)
    if len(lines) > MAX_ROWS:
        raise UnreadableError(
            f"Sheet {sheet.title} has more than {MAX_ROWS} rows: split it.", f"sheet {sheet.title}"
        )
    for part in grid.parts(lines):
        match part:
            case grid.Title(text):
                into.blocks.append(markup.heading(2, text))
            case grid.Words(text):
                into.blocks.append(markup.paragraph(text))
            case grid.Table(headings, rows) if has_entries(headings):
                into.entries += _entries(sheet.title, headings, rows)
            case grid.Table(headings, rows):
                texts = [[cell.text for cell in row.cells] for row in rows]
                into.blocks.append(markup.table(headings, texts))


def _entries(
    sheet: str, headings: Sequence[str], rows: Sequence[grid.Line]
) -> Iterator[tuple[str, dict[str, str]]]:
    names = [heading.casefold() for heading in headings]
    for row in rows:
        cells = (cell.plain for cell in row.cells)
        yield f"sheet {sheet}, row {row.number}", dict(zip(names, cells, strict=True))


def _lines(sheet: Worksheet) -> list[grid.Line]:
    spans, below = _merged(sheet)
    columns = _shown_columns(sheet)
    lines: list[grid.Line] = []
    gap = False
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number in sheet.row_dimensions and sheet.row_dimensions[number].hidden:
            continue
        cells = [_cell(below.get((number, column + 1), row[column])) for column in columns]
        if not any(cell.text for cell in cells):
            gap = True
            continue
        own = [
            (columns.index(start), columns.index(end))
            for start, end in spans.get(number, [])
            if start in columns and end in columns
        ]
        first = next(n for n, cell in enumerate(cells) if cell.text)
        bold = bool(row[columns[first]].font.b)
        lines.append(grid.Line(number, tuple(cells), gap and bool(lines), tuple(own), bold))
        gap = False
    used = [n for n in range(len(columns)) if any(line.cells[n].text for line in lines)]
    return [_narrowed(line, used) for line in lines]


def _narrowed(line: grid.Line, used: list[int]) -> grid.Line:
    """Return a line without the columns that are empty all the way down."""
    spans = []
    for start, end in line.spans:
        kept = [place for place, column in enumerate(used) if start <= column <= end]
        # A title may reach over columns that are empty but for it.
        if len(kept) > 1 or len(line.filled) == 1:
            spans.append((kept[0], kept[-1]))
    return replace(line, cells=tuple(line.cells[n] for n in used), spans=tuple(spans))


def _cell(cell: object) -> grid.Cell:
    value = None if getattr(cell, "data_type", "") == _ERROR else getattr(cell, "value", None)
    text = shown(value, getattr(cell, "number_format", "General"))
    plain = value.date().isoformat() if isinstance(value, datetime) else text
    return grid.Cell(text, plain, is_words=isinstance(value, str) and not _is_figure(text))


def _is_figure(text: str) -> bool:
    return not any(sign.isalpha() for sign in text)


def _merged(
    sheet: Worksheet,
) -> tuple[dict[int, list[tuple[int, int]]], dict[tuple[int, int], object]]:
    """Return cells that reach over columns, by row, and for those that reach down, whose they are.

    A cell that reaches down says its words of each of its rows.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    below: dict[tuple[int, int], object] = {}
    for area in sheet.merged_cells.ranges:
        if area.max_col > area.min_col:
            spans.setdefault(area.min_row, []).append((area.min_col - 1, area.max_col - 1))
        first = sheet.cell(area.min_row, area.min_col)
        for row in range(area.min_row + 1, area.max_row + 1):
            below[row, area.min_col] = first
    return spans, below


def _shown_columns(sheet: Worksheet) -> list[int]:
    hidden = {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min
        for column in range(dimension.min, dimension.max + 1)
    }
    return [column for column in range(sheet.max_column) if column + 1 not in hidden]


def _formulas(content: bytes) -> Workbook | None:
    """Return the workbook with its formulas in place of their results; None when it has none."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if not any(
            _FORMULA.search(parts.read(name))
            for name in parts.namelist()
            if name.startswith("xl/worksheets/")
        ):
            return None
    return load_workbook(io.BytesIO(content), keep_links=False)


def _note(sheet: Worksheet, formulas: Workbook | None, into: _Sheet) -> None:
    name = f"Sheet {sheet.title}"
    without = [
        cell.coordinate
        for row in (formulas[sheet.title].iter_rows() if formulas else ())
        for cell in row
        if cell.data_type == "f" and sheet[cell.coordinate].value is None
    ]
    if without:
        into.notes.append(
            f"{name}: {len(without)} formulas hold no result, the first in {without[0]}: "
            "open it in Excel or LibreOffice, save it and add it again."
        )
    failed = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == _ERROR]
    into.notes.extend(
        f"{name}: {cell.coordinate} shows {cell.value} and was left out."
        for cell in failed[:MAX_NAMED]
    )
    if len(failed) > MAX_NAMED:
        into.notes.append(f"{name}: {len(failed) - MAX_NAMED} more such cells were left out.")
    rows = sum(dimension.hidden for dimension in sheet.row_dimensions.values())
    columns = sheet.max_column - len(_shown_columns(sheet))
    if rows or columns:
        into.notes.append(
            f"{name}: hidden rows ({rows}) and hidden columns ({columns}) were left out."
        )
    drawn = len(sheet._charts) + len(sheet._images)  # it names them no other way
    if drawn:
        into.notes.append(f"{name}: pictures and charts ({drawn}) were not read.")
