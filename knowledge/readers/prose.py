"""Markdown and plain text: sections under their headings."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.readers import markup
from knowledge.readers.tables import row
from knowledge.structure import MAX_CHARS, Block, Section

# Every passage repeats the headings above it, so a hostile one must not be a book.
MAX_HEADING_CHARS = 200

_WHOLE = frozenset({"bullet_list_open", "ordered_list_open", "fence", "code_block"})


def markdown(text: str, *, by_row: bool = False) -> tuple[str, tuple[Section, ...]]:
    """Return a Markdown text's title and sections.

    Args:
        text: The text.
        by_row: Part every table into its rows; otherwise one that fits a passage stays whole.

    Returns:
        The only top heading, "" when there is none over everything, and the sections without it.
    """
    sections = list(_sections(text, by_row=by_row))
    tops = {section.path[0] for section in sections if section.path}
    if len(tops) != 1 or not all(section.path for section in sections):
        return "", tuple(sections)
    # A heading over everything says nothing about a passage: it is the title.
    return tops.pop(), tuple(
        Section(section.path[1:] or section.path, section.blocks) for section in sections
    )


def plain(text: str) -> tuple[Section, ...]:
    """Return a plain text as one section; its paragraphs are parted by empty lines."""
    paragraphs = re.split(r"\n\s*\n", text)
    blocks = tuple(
        Block(tuple(line.strip() for line in paragraph.splitlines() if line.strip()), whole=True)
        for paragraph in paragraphs
        if paragraph.strip()
    )
    return (Section((), blocks),) if blocks else ()


def _sections(text: str, *, by_row: bool) -> Iterator[Section]:
    # The parser counts only these as the end of a line, splitlines() counts more.
    lines = re.split(r"\r\n?|\n", text)
    # What stands inside a line is kept as it is written, so nobody needs it parsed.
    tokens = MarkdownIt("commonmark").enable("table").disable("inline").parse(text)
    above: list[tuple[int, str]] = []
    path: tuple[str, ...] = ()
    blocks: list[Block] = []
    for number, token in enumerate(tokens):
        if token.level or not token.map or token.nesting < 0 or token.type == "inline":
            continue
        kept = [line.rstrip() for line in lines[token.map[0] : token.map[1]] if line.strip()]
        rows = _rows(kept, by_row=by_row) if token.type == "table_open" else []
        if (token.type == "heading_open" or rows) and blocks:
            yield Section(path, tuple(blocks))
            blocks = []
        if token.type == "heading_open":
            level = int(token.tag[1:])
            title = tokens[number + 1].content.strip()[:MAX_HEADING_CHARS]
            above = [*(each for each in above if each[0] < level), (level, title)]
            path = tuple(heading for _, heading in above)
        elif rows:
            yield from (Section(path, (row,)) for row in rows)
        elif block := _block(token, kept):
            blocks.append(block)
    if blocks:
        yield Section(path, tuple(blocks))


def _rows(table: list[str], *, by_row: bool) -> list[Block]:
    """Return a table's rows with their headings; none when it stays whole."""
    if not by_row and len("\n".join(table)) <= MAX_CHARS:
        return []
    headings = markup.cells(table[0])
    rows = [row(headings, markup.cells(line)) for line in table[2:]]
    return [each for each in rows if each.text]


def _block(token: Token, lines: list[str]) -> Block | None:
    if token.type == "hr" or not lines:
        return None
    if token.type == "table_open":
        return Block(tuple(lines[2:]), head=tuple(lines[:2]), whole=True)
    if token.type in _WHOLE:
        return Block(tuple(lines), whole=True)
    # A paragraph's own line breaks are the editor's, not the writer's.
    return Block((" ".join(line.strip() for line in lines),))
