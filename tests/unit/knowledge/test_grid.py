from collections.abc import Sequence

from knowledge.readers.grid import Cell, Line, Table, Title, Words, parts


def sheet(*rows: Sequence[object], spans: dict[int, tuple[int, int]] | None = None) -> list[Line]:
    """Lines of these values; an empty row is a gap, a number is a figure."""
    lines: list[Line] = []
    gap = False
    for number, row in enumerate(rows, start=1):
        cells = tuple(Cell(str(v), str(v), isinstance(v, str) and v != "") for v in row)
        if not any(cell.text for cell in cells):
            gap = True
            continue
        span = (spans or {}).get(number)
        lines.append(Line(number, cells, gap, (span,) if span else ()))
        gap = False
    return lines


def told(lines: list[Line]) -> list[object]:
    return [
        (part.headings, [[cell.text for cell in line.cells] for line in part.lines])
        if isinstance(part, Table)
        else part
        for part in parts(lines)
    ]


def test_lines_above_the_headings_are_words():
    lines = sheet(
        ("Price list", "", ""),
        ("valid from", "May", ""),
        ("item", "size", "price"),
        ("Rye", "1 kg", 6),
        ("Oat", "1 kg", 7),
    )
    assert told(lines) == [
        Words("Price list"),
        Words("valid from · May"),
        (["item", "size", "price"], [["Rye", "1 kg", "6"], ["Oat", "1 kg", "7"]]),
    ]


def test_a_title_between_rows_heads_what_follows_under_the_same_headings():
    lines = sheet(
        ("item", "price"),
        ("Bread", ""),
        ("Rye", 6),
        ("Cake", ""),
        ("Plum", 3),
        spans={2: (0, 1), 4: (0, 1)},
    )
    assert told(lines) == [
        Title("Bread"),
        (["item", "price"], [["Rye", "6"]]),
        Title("Cake"),
        (["item", "price"], [["Plum", "3"]]),
    ]


def test_a_second_table_below_a_gap_has_its_own_headings():
    lines = sheet(
        ("item", "price"), ("Rye", 6), ("", ""), ("Hall", ""), ("room", "seats"), ("Blue", 40)
    )
    assert told(lines) == [
        (["item", "price"], [["Rye", "6"]]),
        Title("Hall"),
        (["room", "seats"], [["Blue", "40"]]),
    ]


def test_rows_below_a_gap_go_on_under_the_same_headings():
    lines = sheet(("item", "price"), ("Rye", 6), ("", ""), ("Oat", 7))
    assert told(lines) == [(["item", "price"], [["Rye", "6"], ["Oat", "7"]])]


def test_headings_of_two_lines_become_one():
    lines = sheet(("item", "price", ""), ("", "small", "large"), ("Soup", 4, 6), spans={1: (1, 2)})
    assert told(lines) == [(["item", "price small", "price large"], [["Soup", "4", "6"]])]


def test_a_sheet_of_one_column_is_words():
    assert told(sheet(("One.",), ("Two.",))) == [Words("One."), Words("Two.")]
