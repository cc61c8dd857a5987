"""Which kind of file it is: its name says one, and its content must not say another."""

from enum import StrEnum
from pathlib import PurePath

from knowledge.errors import N_, UnreadableError


class Kind(StrEnum):
    """A kind of file that can be read."""

    JSON_LINES = "a file of JSON lines"
    CSV = "a CSV table"
    MARKDOWN = "a Markdown text"
    TEXT = "a plain text"
    WEB_PAGE = "a web page"
    PDF = "a PDF"
    WORD = "a Word document"
    WORKBOOK = "an Excel workbook"


ENDINGS = {
    ".jsonl": Kind.JSON_LINES,
    ".csv": Kind.CSV,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".html": Kind.WEB_PAGE,
    ".htm": Kind.WEB_PAGE,
    ".pdf": Kind.PDF,
    ".docx": Kind.WORD,
    ".xlsx": Kind.WORKBOOK,
}

# What others call their files, and what to save those as.
_ELSEWHERE = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".odt", ".rtf", ".pages"), ".docx"),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods", ".numbers"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), ".pdf"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".webp", ".heic"), ".pdf"),
    **dict.fromkeys((".json", ".ndjson"), ".jsonl"),
    ".tsv": ".csv",
}
_NO_TEXT = (Kind.PDF, Kind.WORD, Kind.WORKBOOK)
_ZIP = b"PK\x03\x04"
_INSIDE = {b"word/document": Kind.WORD, b"xl/workbook": Kind.WORKBOOK}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNS = {
    _OLE: "an Office file of the old form",
    b"{\\rtf": "an RTF text",
    **dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*"), "a picture"),
}
# [MS-OFFCRYPTO] 2.3: a locked Office file is an OLE file with a stream of this name.
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def readable(name: str) -> bool:
    """Return whether files of a name's ending can be read at all."""
    return PurePath(name).suffix.lower() in ENDINGS


def told(name: str, content: bytes) -> Kind:
    """Return the kind of a file.

    Raises:
        UnreadableError: Its ending names no kind, or its content is of another one.
    """
    ending = PurePath(name).suffix.lower()
    kind = ENDINGS.get(ending)
    if kind is None:
        raise UnreadableError(unknown(name))
    if not content.strip():
        raise UnreadableError("The file is empty: there is nothing in it to answer from.")
    found = _found(content)
    if found == kind or (found is None and kind not in _NO_TEXT):
        return kind
    if found is Kind.WEB_PAGE and kind in (Kind.MARKDOWN, Kind.TEXT):
        return kind  # a text may show how a page is written
    raise UnreadableError(_mismatch(ending, kind, found, content))


def unknown(name: str) -> str:
    """Return why a file of a name that is not `readable` cannot be read, and what to do."""
    ending = PurePath(name).suffix.lower()
    instead = _ELSEWHERE.get(ending)
    if instead:
        return f"Files ending in {ending} cannot be read: save it as {instead} and add that."
    return (
        f"Files ending in {ending or 'nothing'} cannot be read: "
        f"give one of {', '.join(sorted(ENDINGS))}."
    )


def _found(content: bytes) -> Kind | str | None:
    """Return what the content itself says: a kind, another kind's name, or nothing."""
    head = content[:1024]
    if b"%PDF-" in head:
        return Kind.PDF
    if head.startswith(_ZIP):
        # Names inside an archive are never packed.
        return next((kind for name, kind in _INSIDE.items() if name in content), "an archive")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Kind.WEB_PAGE
    return next((what for sign, what in _SIGNS.items() if head.startswith(sign)), None)


def _mismatch(ending: str, kind: Kind, found: Kind | str | None, content: bytes) -> str:
    if content.startswith(_OLE) and _LOCKED in content:
        return N_("The file is locked with a password: save it without one and add that.")
    if isinstance(found, Kind):
        right = next(each for each, of in ENDINGS.items() if of is found)
        return (
            f"The name ends in {ending}, but the file is {found.value}: "
            f"let its name end in {right} and add it again."
        )
    if found:
        return f"The name ends in {ending}, but the file is {found}: save it as {ending} anew."
    return (
        f"The file is not {kind.value}, or is damaged from its beginning: "
        "open it where it was made, save it again and add that."
    )
