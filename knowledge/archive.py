"""All documents as plain files that people open and other programs read, and back."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers import entries
from knowledge.readers.files import reread
from knowledge.zipped import packed, unpacked

FORMAT: Final = "deskhand-knowledge"
# Raised when a Deskhand of before could not read it rightly; not for one more key.
VERSION = 1

MANIFEST = "manifest.json"
ENTRIES = "entries.jsonl"
FOLDER = "documents/"
# ext4 and NTFS take 255; room for a number and an ending.
MAX_NAME_BYTES = 200

# Texts as they are read again; what was read from other kinds of files is Markdown.
_PLAIN = frozenset({".md", ".markdown", ".txt", ".csv"})
# Names that Windows keeps for itself, whatever follows their first dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class Described(BaseModel):
    """What the business says about a document: all of it but its words.

    A new field of `Document` is added here and nowhere else.

    Attributes:
        file: Where its text is in the zip; "" for an entry.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)

    document_id: str = Field(min_length=1, max_length=200)
    title: str
    shape: Shape
    audience: Audience = Audience.STAFF
    origin: str = ""
    language: str = Field(default="", max_length=8)
    valid_from: date | None = None
    valid_until: date | None = None
    approved: bool = True
    note: str = ""
    version: int = Field(default=1, ge=1)
    rooms: tuple[str, ...] = ()
    file: str = ""


class _Manifest(BaseModel):
    """What the zip says about itself."""

    format: Literal["deskhand-knowledge"] = FORMAT
    version: int = VERSION
    made_at: datetime
    documents: list[Described] = []


_DRAFTED = TypeAdapter(tuple[str, ...] | None)
# In the line of an entry these are called otherwise, or go without saying.
_SAID_OTHERWISE = {"document_id", "title", "shape", "file", "rooms"}
# What the reader of entries makes of a line stands.
_READ = ("document_id", "title", "shape", "audience", "valid_from", "valid_until", "note", "rooms")


@dataclass(frozen=True, slots=True)
class Archive:
    """What is in an export.

    Attributes:
        made_at: When it was made.
        documents: Entries first, then the others.
        others: Files that are not documents, by name.
    """

    made_at: datetime
    documents: tuple[Document, ...]
    others: Mapping[str, bytes]


def write(archive: Archive) -> bytes:
    """Return an export as a zip; the same documents and moment give the same bytes.

    Raises:
        KnowledgeError: It is too much for one file.
    """
    known = sorted(archive.documents, key=lambda document: document.document_id)
    is_entry = {each.document_id: each.shape is Shape.ENTRY for each in known}
    texts = [each for each in known if not is_entry[each.document_id]]
    files = _file_names(texts)
    described = [
        Described.model_validate(each).model_copy(update={"file": file})
        for file, each in zip(files, texts, strict=True)
    ]
    manifest = _Manifest(made_at=archive.made_at, documents=described)
    lines = [_line(each) for each in known if is_entry[each.document_id]]
    return packed(
        {
            **archive.others,
            MANIFEST: f"{manifest.model_dump_json(indent=2)}\n".encode(),
            ENTRIES: "".join(lines).encode(),
            **{file: each.source.encode() for file, each in zip(files, texts, strict=True)},
        },
        at=archive.made_at,
    )


def read(content: bytes) -> Archive:
    """Return what an export holds, each document read anew from its text.

    Blocks for seconds where there is much; a thread may call it.

    Raises:
        UnreadableError: It is damaged, none of ours, or of a newer Deskhand; one sentence says
            what is wrong and where.
    """
    files = unpacked(content)
    manifest = _manifest(files.pop(MANIFEST, None))
    found = [
        *_entries(_text(files, ENTRIES)),
        *(_document(each, _text(files, each.file)) for each in manifest.documents),
    ]
    seen: set[str] = set()
    for each in found:
        if each.document_id in seen:
            raise UnreadableError(
                "The id {id} is in it twice: give every document its own.", id=each.document_id
            )
        seen.add(each.document_id)
    return Archive(manifest.made_at, tuple(found), files)


def _manifest(content: bytes | None) -> _Manifest:
    try:
        told = json.loads(content) if content is not None else None
    except (ValueError, RecursionError) as error:
        raise UnreadableError(_damaged(MANIFEST)) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UnreadableError(
            "This is no export of Deskhand's: in one there is a file {file} that says so.",
            file=MANIFEST,
        )
    version = told.get("version")
    if isinstance(version, int) and version > VERSION:
        raise UnreadableError(
            "This was exported by a newer Deskhand: update this one, then import it."
        )
    try:
        return _Manifest.model_validate(told)
    except ValidationError as error:
        raise UnreadableError(_damaged(MANIFEST, error)) from error


def _line(document: Document) -> str:
    passage = document.passages[0]
    described = Described.model_validate(document)
    fields: dict[str, JsonValue] = {
        "id": document.document_id,
        "question": document.title,
        "answer": passage.text,
        "alternatives": list(passage.ways[1:]),
        **described.model_dump(mode="json", exclude=_SAID_OTHERWISE),
        **({"rooms": list(document.rooms)} if document.rooms else {}),
    }
    # They decide what is found: without them the other Deskhand would answer otherwise.
    if passage.drafted is not None:
        fields["drafted"] = list(passage.drafted)
    return f"{json.dumps(fields, ensure_ascii=False)}\n"


def _entries(text: str) -> Iterator[Document]:
    # Not splitlines(): an entry may hold a sign that only Unicode calls a line's end.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _entry(line, f"Line {number} of {ENTRIES}")


def _entry(line: str, where: str) -> Document:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"{where} is not JSON: write one whole object on each line.", where
        ) from error
    told = entries.parse(fields, where=where)
    made = entries.document(told, audience=Audience.STAFF, origin="")
    own = {name: getattr(made, name) for name in _READ}
    try:
        described = Described.model_validate({**fields, **own})
        drafted = _DRAFTED.validate_python(fields.get("drafted"))
    except ValidationError as error:
        raise UnreadableError(_damaged(where, error)) from error
    passages = tuple(replace(each, drafted=drafted) for each in made.passages)
    return Document(**described.model_dump(exclude={"file"}), source=made.source, passages=passages)


def _document(described: Described, text: str) -> Document:
    if described.shape is Shape.ENTRY:
        raise UnreadableError(f"{described.file} is called an entry: write it into {ENTRIES}.")
    blank = Document(**described.model_dump(exclude={"file"}), source=text)
    try:
        made = reread(blank, text, audience=described.audience)
    except UnreadableError as error:
        raise UnreadableError(f"{described.file}: {error}", error.where) from error
    return replace(blank, passages=made.passages)


def _file_names(documents: Sequence[Document]) -> list[str]:
    used: set[str] = set()
    return [FOLDER + _free(_file_name(document), used) for document in documents]


def _file_name(document: Document) -> str:
    """Return a name that every system takes and that says how the text is written.

    An id can be a stranger's, and can be any text: none of it may lead out of a folder.
    """
    plain = re.sub(r"[^\w.-]+", "-", document.document_id).strip(".-")
    plain = plain.encode()[:MAX_NAME_BYTES].decode(errors="ignore").rstrip(".-")
    name = f"_{plain}" if _DEVICES.match(plain) or not plain else plain
    if PurePath(name).suffix.lower() in _PLAIN:
        return name
    ending = PurePath(document.origin).suffix.lower()
    return name + (ending if ending in _PLAIN else ".md")


def _free(name: str, used: set[str]) -> str:
    """Return a name, numbered where another differs from it in nothing or in capitals only."""
    path = PurePath(name)
    tries: Iterable[str] = (
        name,
        *(f"{path.stem}-{n}{path.suffix}" for n in range(2, len(used) + 3)),
    )
    free = next(each for each in tries if each.casefold() not in used)
    used.add(free.casefold())
    return free


def _text(files: dict[str, bytes], name: str) -> str:
    """Take a file's text out of the files."""
    content = files.pop(name, None)
    if content is None:
        raise UnreadableError(f"The file is not whole: {name or 'a document'} is missing in it.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name} is not text in UTF-8: save it again as that.") from error


def _damaged(where: str, error: ValidationError | None = None) -> str:
    if error is None:
        return f"{where} is damaged: export again and import the new file."
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{where} cannot be read: {place}: {first['msg']}."
