"""Markdown and plain text: one document, passages under their headings."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.chunking import Block, Section, passages
from knowledge.documents import Audience, Document, Shape

_WHOLE = frozenset({"bullet_list_open", "ordered_list_open", "table_open", "fence", "code_block"})


def markdown(
    text: str, *, document_id: str, name: str, audience: Audience, origin: str
) -> Document:
    """Return a Markdown text as a document; its title is the only top heading, else its name."""
    sections = _sections(text)
    tops = {section.path[0] for section in sections if section.path}
    title = name
    if len(tops) == 1 and all(section.path for section in sections):
        # A heading over everything says nothing about a passage: it is the title.
        title = tops.pop()
        sections = [
            Section(section.path[1:] or section.path, section.blocks) for section in sections
        ]
    return _document(text, sections, title, document_id, audience, origin)


def plain(text: str, *, document_id: str, name: str, audience: Audience, origin: str) -> Document:
    """Return a plain text as a document; its paragraphs are parted by empty lines."""
    paragraphs = re.split(r"\n\s*\n", text)
    blocks = tuple(
        Block(tuple(line.strip() for line in paragraph.splitlines() if line.strip()), whole=True)
        for paragraph in paragraphs
        if paragraph.strip()
    )
    return _document(text, [Section((), blocks)], name, document_id, audience, origin)


def _document(
    text: str,
    sections: list[Section],
    title: str,
    document_id: str,
    audience: Audience,
    origin: str,
) -> Document:
    return Document(
        document_id=document_id,
        title=title,
        shape=Shape.TEXT,
        audience=audience,
        origin=origin,
        source=text,
        passages=passages(document_id, sections),
    )


def _sections(text: str) -> list[Section]:
    # The parser counts only these as the end of a line, splitlines() counts more.
    lines = re.split(r"\r\n?|\n", text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    path: list[tuple[int, str]] = []
    sections: list[Section] = []
    blocks: list[Block] = []

    def close() -> None:
        if blocks:
            sections.append(Section(tuple(heading for _, heading in path), tuple(blocks)))
            blocks.clear()

    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            close()
            level = int(token.tag[1:])
            path = [above for above in path if above[0] < level]
            path.append((level, tokens[number + 1].content.strip()))
        elif token.level == 0 and token.map and token.nesting >= 0 and token.type != "inline":
            block = _block(token, lines[token.map[0] : token.map[1]])
            if block:
                blocks.append(block)
    close()
    return sections


def _block(token: Token, lines: list[str]) -> Block | None:
    kept = [line.rstrip() for line in lines if line.strip()]
    if token.type == "hr" or not kept:
        return None
    if token.type == "table_open":
        return Block(tuple(kept[2:]), head=tuple(kept[:2]), whole=True)
    if token.type in _WHOLE:
        return Block(tuple(kept), whole=True)
    # A paragraph's own line breaks are the editor's, not the writer's.
    return Block((" ".join(line.strip() for line in kept),))
