"""Files: documents from whatever the business has, and what of it could not be read."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from knowledge.chunking import passages
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers import apart, kinds, prose, tables, understanding
from knowledge.readers.content import Content
from knowledge.readers.entries import Entry, document, parse, slug
from knowledge.readers.kinds import Kind
from knowledge.structure import Section

MAX_BYTES = 20_000_000  # about 40,000 entries
# Text, tables and JSON lines are read here: the standard library goes through them once, in time
# and memory that grow as they do. A Markdown text of 1 MB can be written so that it takes 35 s;
# up to this size, two.
MAX_BYTES_HERE = 64_000
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a file, in its order.

    Attributes:
        notes: What could not be read, a sentence each, with its page, sheet or row.
    """

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Document]:
        """Go through the documents."""
        return iter(self.documents)

    def __len__(self) -> int:
        """Return how many documents there are."""
        return len(self.documents)


def read(
    name: str, content: bytes, *, audience: Audience, origin: str, rooms: tuple[str, ...] = ()
) -> Reading:
    """Return the documents in a file: one an entry, or one for all of it.

    Blocks for up to `apart.WAIT_S`; a thread may call it.

    Args:
        name: The file's name; its ending says which of `kinds.ENDINGS` it is.
        content: Text in UTF-8, or UTF-16 with its mark; other kinds as they are.
        audience: For what does not say it itself.
        origin: What people are told the documents came from.
        rooms: Where what does not say it itself may be read, for the audience ROOMS.

    Raises:
        UnreadableError: One sentence on what is wrong and what to do; nothing of it is kept.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableError("The file is over {most} MB: split it.", most=MAX_BYTES // 1_000_000)
    kind = kinds.told(name, content)
    name = PurePath(name).name
    match kind:
        case Kind.JSON_LINES:
            reading = Reading(tuple(_json_lines(_text(content), audience, origin)))
        case Kind.CSV:
            reading = Reading(tuple(_csv(name, _text(content), audience, origin)))
        case Kind.TEXT:
            text = _text(content)
            whole = Content(source=text, sections=prose.plain(text))
            reading = Reading((_whole(whole, kind, name, audience, origin),))
        case _:
            reading = _structured(kind, name, content, audience, origin)
    if not any(document.passages for document in reading):
        raise UnreadableError(" ".join(reading.notes) or _EMPTY)
    if audience is not Audience.ROOMS:
        return reading
    return replace(reading, documents=tuple(_for_rooms(each, rooms) for each in reading))


def reread(changed: Document, source: str, *, audience: Audience) -> Document:
    """Return a document read anew from its changed source, under its own id.

    Raises:
        UnreadableError: The source cannot be read, or is another document now.
    """
    # An id is the slug of the name it came with.
    same = slug(changed.origin) == changed.document_id
    name = changed.origin if same else changed.document_id
    kind = kinds.ENDINGS.get(PurePath(name).suffix.lower(), Kind.WEB_PAGE)
    if kind in (Kind.CSV, Kind.JSON_LINES, Kind.TEXT):
        anew, *others = read(name, source.encode(), audience=audience, origin=changed.origin)
        if others or anew.document_id != changed.document_id:
            raise UnreadableError("This document cannot be changed here: upload its file again.")
    else:
        content = _content(kind, source.encode(), edited=True)
        anew = _whole(content, kind, name, audience, changed.origin)
        anew = replace(anew, title=content.title or changed.title)
    if not anew.passages:
        raise UnreadableError(_EMPTY)
    return replace(
        anew,
        valid_from=changed.valid_from,
        valid_until=changed.valid_until,
        note=changed.note,
        rooms=changed.rooms if audience is Audience.ROOMS else (),
    )


_EMPTY = "The file is empty: there is nothing in it to answer from."


def _for_rooms(document: Document, rooms: tuple[str, ...]) -> Document:
    if document.audience is not Audience.ROOMS or document.rooms:
        return document
    return replace(document, rooms=rooms)


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-16" if content[:2] in _BYTE_ORDER_MARKS else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            "The file is not text in UTF-8: save it again with the encoding UTF-8."
        ) from error
    if "\x00" in text:
        raise UnreadableError("The file is not a text file: export it as text or CSV first.")
    return text


def _json_lines(text: str, audience: Audience, origin: str) -> list[Document]:
    read: list[tuple[str, Entry]] = []
    # Not splitlines(): an entry may hold a sign that only Unicode calls a line's end.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(
                "Line {number}: this is not JSON: write one whole object on each line.",
                where,
                number=number,
            ) from error
        read.append((where, parse(fields, where=where)))
    return _entries(read, audience, origin)


def _csv(name: str, text: str, audience: Audience, origin: str) -> list[Document]:
    headings, body = tables.rows(text)
    if tables.has_entries(headings):
        keyed = tables.keyed(headings, body)
        return _entries(
            [(where, parse(cells, where=where)) for where, cells in keyed], audience, origin
        )
    rows = tables.blocks(headings, body)
    sections = tuple(Section((), (row,)) for row in rows)
    content = Content(source=text, sections=sections)
    return [_whole(content, Kind.CSV, name, audience, origin)]


def _structured(kind: Kind, name: str, content: bytes, audience: Audience, origin: str) -> Reading:
    given = _text(content).encode() if kind is Kind.MARKDOWN else content
    understood = _content(kind, given)
    read_entries = [(where, parse(cells, where=where)) for where, cells in understood.entries]
    documents = _entries(read_entries, audience, origin)
    if understood.sections:
        documents.append(_whole(understood, kind, name, audience, origin))
    return Reading(tuple(documents), understood.notes)


def _content(kind: Kind, content: bytes, *, edited: bool = False) -> Content:
    if len(content) <= MAX_BYTES_HERE and (edited or kind is Kind.MARKDOWN):
        return understanding.understand(kind, content, edited=edited)
    return apart.understand(kind, content, edited=edited)


def _whole(content: Content, kind: Kind, name: str, audience: Audience, origin: str) -> Document:
    """Return a whole file as a document."""
    document_id = slug(name)
    return Document(
        document_id=document_id,
        title=content.title or name,
        shape=Shape.TABLE if kind in (Kind.CSV, Kind.WORKBOOK) else Shape.TEXT,
        audience=audience,
        origin=origin,
        source=content.source,
        passages=passages(document_id, content.sections),
    )


def _entries(read: Iterable[tuple[str, Entry]], audience: Audience, origin: str) -> list[Document]:
    read = list(read)
    places: dict[str, str] = {}
    for where, entry in read:
        if entry.id and entry.id in places:
            raise UnreadableError(
                "{place}: the id {id} was used before, in {before}: give every entry its own.",
                where,
                place=where.capitalize(),
                id=entry.id,
                before=places[entry.id],
            )
        places.setdefault(entry.id, where)
    given = {entry.id for _, entry in read}
    used: Counter[str] = Counter()
    documents = []
    for _, entry in read:
        own = slug(entry.question)
        if not entry.id:
            used[own] += 1
            while (free := own if used[own] == 1 else f"{own}-{used[own]}") in given:
                used[own] += 1
            given.add(free)
            own = free
        documents.append(document(entry, audience=audience, origin=origin, document_id=own))
    return documents
