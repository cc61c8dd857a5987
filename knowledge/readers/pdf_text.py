"""A PDF's lines put together again: headings by their size, paragraphs, lists, tables."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.readers import markup
from knowledge.readers.pdf_page import PARAGRAPH_GAP, TableRows, TextLine

# A line, a table, or a paragraph that is Markdown already.
Part = TextLine | TableRows | str

LARGER = 1.12  # a heading's letters against the text's
MAX_HEADING_CHARS = 120
MAX_LEVELS = 4
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s")
_FIGURE = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*")


def markdown(pages: Sequence[Sequence[Part]]) -> str:
    """Return pages as Markdown; "" when there is not a word on them."""
    flow = [part for page in pages for part in page]
    style = _Style([part for part in flow if isinstance(part, TextLine)])
    firsts = {id(page[0]) for page in pages if page}
    blocks: list[str] = []
    held: list[TextLine] = []
    table: list[tuple[str, ...]] = []

    def close() -> None:
        blocks.extend(style.blocks(held))
        if table:
            blocks.append(_table(table))
        held.clear()
        table.clear()

    for part in flow:
        if isinstance(part, TextLine):
            if table:
                close()
            held.append(part)
        elif isinstance(part, str):
            close()
            blocks.append(part)
        else:
            goes_on = table and id(part) in firsts and len(part.rows[0]) == len(table[0])
            if not goes_on:
                close()
            # On a new page a table often says its headings again.
            again = goes_on and part.rows[0] == table[0]
            table.extend(part.rows[1:] if again else part.rows)
    close()
    return markup.joined(blocks)


class _Style:
    """Which letters are the text's and which are headings'."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        letters: Counter[float] = Counter()
        bold = 0
        for line in lines:
            letters[line.size] += len(line.text)
            bold += len(line.text) * line.is_bold
        self._size = letters.most_common(1)[0][0] if letters else 0.0
        self._bold_stands_out = bold * 3 < letters.total()
        larger = {line.size for line in lines if self._is_larger(line)}
        self._levels = {size: n for n, size in enumerate(sorted(larger, reverse=True), start=1)}

    def blocks(self, lines: Sequence[TextLine]) -> Iterator[str]:
        """Yield lines as headings, paragraphs and items."""
        for group in self._groups(lines):
            text = _text(group)
            level = self._level(group)
            if level:
                yield markup.heading(level, text)
            elif markup.is_item(group[0].text):
                yield markup.item(text)
            else:
                yield markup.paragraph(text)

    def _groups(self, lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
        group: list[TextLine] = []
        for line in lines:
            if group and not self._goes_on(group, line):
                yield group
                group = []
            group.append(line)
        if group:
            yield group

    def _goes_on(self, group: Sequence[TextLine], line: TextLine) -> bool:
        before = group[-1]
        gap = line.top - before.bottom
        if gap < -before.size / 2:  # the next column, or the next page
            return not _ends(before.text) and line.size == before.size
        return (
            gap < PARAGRAPH_GAP * line.size
            and line.size == before.size
            and line.is_bold == before.is_bold
            and not markup.is_item(line.text)
            and not _NUMBERED.match(line.text)
        )

    def _is_larger(self, line: TextLine) -> bool:
        return line.size > LARGER * self._size and len(line.text) <= MAX_HEADING_CHARS

    def _level(self, group: Sequence[TextLine]) -> int:
        """Return which level of heading lines are, 0 when they are none."""
        text = _text(group)
        if len(text) > MAX_HEADING_CHARS or not any(sign.isalpha() for sign in text):
            return 0
        if self._is_larger(group[0]):
            return min(self._levels[group[0].size], MAX_LEVELS)
        stands_out = self._bold_stands_out and all(line.is_bold for line in group)
        if stands_out and not _ends(text) and not markup.is_item(text):
            return min(len(self._levels), MAX_LEVELS) + 1
        return 0


def _ends(text: str) -> bool:
    return text.rstrip().endswith((".", "!", ":", ";", ","))


def _text(group: Sequence[TextLine]) -> str:
    text = ""
    for line in group:
        if re.search(r"[a-zà-ÿ]-$", text) and line.text[:1].islower():
            text = text[:-1] + line.text  # a word parted at the line's end
        else:
            text = f"{text} {line.text}".strip()
    return text


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    first = rows[0]
    named = sum(bool(cell) for cell in first) > 1 and not any(map(_FIGURE.fullmatch, first))
    return markup.table(first, rows[1:]) if named else markup.table([], rows)
