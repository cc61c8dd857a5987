"""From a file's bytes to its content, by kind. This runs on whatever strangers send."""

from collections.abc import Callable
from dataclasses import replace

from knowledge.errors import UnreadableError
from knowledge.readers import prose
from knowledge.readers.content import Content
from knowledge.readers.kinds import Kind

# What printers' programs put in for looks, and nobody types when asking.
_PRINTERS = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " "),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"), ""),
    **dict(zip(range(0xFB00, 0xFB05), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
MAX_TEXT_CHARS = 20_000_000


def understand(kind: Kind, content: bytes, *, edited: bool = False) -> Content:
    """Return what a file of a kind with structure says.

    Args:
        kind: MARKDOWN, WEB_PAGE, PDF, WORD or WORKBOOK.
        content: Markdown in UTF-8; the others as they are.
        edited: What is given is `Content.source` of that kind, changed by a person.

    Raises:
        UnreadableError: It is damaged, locked, too large or without words.
    """
    read = _markdown(content) if edited else _reader(kind)(content)
    if not edited and kind is not Kind.MARKDOWN:
        read = replace(read, source=read.source.translate(_PRINTERS))
    title, sections = prose.markdown(read.source, by_row=kind is Kind.WORKBOOK)
    # Rows with their headings are longer than the source.
    chars = sum(len(block.text) for section in sections for block in section.blocks)
    if max(chars, len(read.source)) > MAX_TEXT_CHARS:
        raise UnreadableError("There is more text in it than in twenty books: split it.")
    return replace(read, title=title or read.title, sections=sections)


def _reader(kind: Kind) -> Callable[[bytes], Content]:
    # Each brings libraries that take a third of a second to load: only the one that is needed.
    match kind:
        case Kind.WEB_PAGE:
            from knowledge.readers.webpage import read  # noqa: PLC0415
        case Kind.PDF:
            from knowledge.readers.pdf import read  # noqa: PLC0415
        case Kind.WORD:
            from knowledge.readers.word import read  # noqa: PLC0415
        case Kind.WORKBOOK:
            from knowledge.readers.workbook import read  # noqa: PLC0415
        case _:
            return _markdown
    return read


def _markdown(content: bytes) -> Content:
    return Content(source=content.decode())
