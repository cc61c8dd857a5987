"""Files: the ending of a name says how its content is read."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import PurePath

from knowledge.documents import Audience, Document
from knowledge.errors import UnreadableError
from knowledge.readers import prose, tables
from knowledge.readers.entries import Entry, document, parse, slug

MAX_BYTES = 20_000_000  # about 40,000 entries
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")

_Read = Callable[[str, str, Audience, str], list[Document]]


def read(name: str, content: bytes, *, audience: Audience, origin: str) -> list[Document]:
    """Return the documents in a file: one an entry, or one for all of it.

    Args:
        name: The file's name; its ending decides: .jsonl, .csv, .md, .markdown, .txt.
        content: In UTF-8, or UTF-16 with its mark.
        audience: For what does not say it itself.
        origin: What people are told the documents came from.

    Raises:
        UnreadableError: One sentence on what is wrong and what to do; nothing of it is kept.
    """
    ending = PurePath(name).suffix.lower()
    by_ending = _BY_ENDING.get(ending)
    if by_ending is None:
        raise UnreadableError(
            f"Files ending in {ending or 'nothing'} cannot be read: "
            f"give one of {', '.join(sorted(_BY_ENDING))}."
        )
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"The file is over {MAX_BYTES // 1_000_000} MB: split it.")
    documents = by_ending(PurePath(name).name, _text(content), audience, origin)
    if not any(document.passages for document in documents):
        raise UnreadableError("The file is empty: there is nothing in it to answer from.")
    return documents


def readable(name: str) -> bool:
    """Return whether files of a name's ending can be read at all."""
    return PurePath(name).suffix.lower() in _BY_ENDING


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


def _json_lines(_name: str, text: str, audience: Audience, origin: str) -> list[Document]:
    read: list[tuple[str, Entry]] = []
    # Not splitlines(): an entry may hold a sign that only Unicode calls a line's end.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            fields = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UnreadableError(
                f"Line {number}: this is not JSON: write one whole object on each line.", where
            ) from error
        read.append((where, parse(fields, where=where)))
    return _entries(read, audience, origin)


def _csv(name: str, text: str, audience: Audience, origin: str) -> list[Document]:
    headings, body = tables.rows(text)
    if {"question", "answer"} <= {heading.casefold() for heading in headings}:
        keyed = tables.keyed(headings, body)
        return _entries(
            [(where, parse(cells, where=where)) for where, cells in keyed], audience, origin
        )
    return [
        tables.table(
            text,
            headings,
            body,
            document_id=slug(name),
            name=name,
            audience=audience,
            origin=origin,
        )
    ]


def _markdown(name: str, text: str, audience: Audience, origin: str) -> list[Document]:
    return [
        prose.markdown(text, document_id=slug(name), name=name, audience=audience, origin=origin)
    ]


def _plain(name: str, text: str, audience: Audience, origin: str) -> list[Document]:
    return [prose.plain(text, document_id=slug(name), name=name, audience=audience, origin=origin)]


def _entries(read: Iterable[tuple[str, Entry]], audience: Audience, origin: str) -> list[Document]:
    read = list(read)
    places: dict[str, str] = {}
    for where, entry in read:
        if entry.id and entry.id in places:
            raise UnreadableError(
                f"{where.capitalize()}: the id {entry.id} was used before, in {places[entry.id]}: "
                "give every entry its own.",
                where,
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


_BY_ENDING: dict[str, _Read] = {
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
}
