"""Entries: a question, its answer and what else the business says about them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from knowledge.documents import Audience, Document, Passage, Shape
from knowledge.errors import UnreadableError

MAX_SLUG_CHARS = 80
MAX_NOTE_CHARS = 2_000
MAX_ROOMS = 200
MAX_ROOM_CHARS = 240  # of the longest platform and channel there are rows for


class Entry(BaseModel):
    """An entry as a stranger's file has it; unknown keys are ignored.

    Attributes:
        id: The owner's own id, kept as it is; "" when there is none.
        alternatives: Other ways to ask, without the question itself.
        audience: None when the entry leaves it to the file.
        valid_from: The first day it holds, that day included.
        valid_until: The last day it holds, that day included.
        note: For colleagues; never shown in a chat.
        rooms: Where it may be read, for the audience "rooms" only: "platform/channel".
    """

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    id: str = Field(default="", max_length=200)
    question: str = Field(min_length=1, max_length=2_000)
    answer: str = Field(min_length=1, max_length=20_000)
    alternatives: tuple[str, ...] = Field(default=(), max_length=200)
    audience: Audience | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = Field(default="", max_length=MAX_NOTE_CHARS)
    rooms: tuple[str, ...] = Field(default=(), max_length=MAX_ROOMS)

    @model_validator(mode="before")
    @classmethod
    def _rooms_of_others_are_no_concern(cls, value: object) -> object:
        """Leave out what a hotel's table calls rooms."""
        if not isinstance(value, dict) or _plain(value.get("audience")) == Audience.ROOMS:
            return value
        return {name: held for name, held in value.items() if name != "rooms"}

    @field_validator("id", "note", mode="before")
    @classmethod
    def _number_is_text(cls, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return "" if value is None else value

    @field_validator("alternatives", "rooms", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if value is None:
            return ()
        if isinstance(value, str):  # a cell of a table: by bars or by lines
            value = re.split(r"[|\n]", value)
        if isinstance(value, list):
            return tuple(way for way in value if not isinstance(way, str) or way.strip())
        return value

    @field_validator("audience", mode="before")
    @classmethod
    def _written_anyhow(cls, value: object) -> object:
        return _plain(value)

    @field_validator("valid_from", "valid_until", mode="before")
    @classmethod
    def _iso_day(cls, value: object) -> object:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            raise ValueError("a date is text")  # noqa: TRY004 - what pydantic turns into its own
        return date.fromisoformat(value.strip())

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Entry":
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from: it would never hold.")
        if self.audience is Audience.ROOMS and not self.rooms:
            raise ValueError("the rooms are missing: name them, or write another audience.")
        return self

    @field_validator("rooms")
    @classmethod
    def _places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for room in value:
            checked_room(room)
        return tuple(dict.fromkeys(value))


def entry(
    *,
    question: str,
    answer: str,
    audience: Audience,
    origin: str,
    document_id: str = "",
    alternatives: Iterable[str] = (),
    valid_until: date | None = None,
    approved: bool = True,
) -> Document:
    """Return an entry as a document of one passage; without an id, the question's slug is it.

    Raises:
        UnreadableError: The question or the answer is empty or too long.
    """
    checked = parse(
        {
            "id": document_id,
            "question": question,
            "answer": answer,
            "alternatives": list(alternatives),
            "valid_until": valid_until.isoformat() if valid_until else None,
        },
        where="",
    )
    return document(checked, audience=audience, origin=origin, approved=approved)


def parse(fields: object, *, where: str) -> Entry:
    """Return the entry that these fields hold.

    Raises:
        UnreadableError: With one sentence on the first thing that is wrong.
    """
    if not isinstance(fields, dict):
        raise UnreadableError(
            f"{_place(where)}is not an entry: write an object with question and answer.", where
        )
    try:
        return Entry.model_validate(fields)
    except ValidationError as error:
        raise UnreadableError(_place(where) + _fault(error), where) from error


def document(
    read: Entry, *, audience: Audience, origin: str, approved: bool = True, document_id: str = ""
) -> Document:
    """Return an entry's document; its own audience and id stand before those given here."""
    own_id = read.id or document_id or slug(read.question)
    passage = Passage(
        passage_id=f"{own_id}#0",
        document_id=own_id,
        position=0,
        heading=read.question,
        text=read.answer,
        ways=(
            read.question,
            *dict.fromkeys(way for way in read.alternatives if way != read.question),
        ),
    )
    return Document(
        document_id=own_id,
        title=read.question,
        shape=Shape.ENTRY,
        audience=read.audience or audience,
        rooms=read.rooms,
        origin=origin,
        source=read.answer,
        valid_from=read.valid_from,
        valid_until=read.valid_until,
        note=read.note,
        approved=approved,
        passages=(passage,),
    )


def checked_room(room: str) -> str:
    """Return a room as it was given.

    Raises:
        ValueError: It is not written as "platform/channel"; the text says so.
    """
    platform, _, channel = room.partition("/")
    if not platform or not channel or len(room) > MAX_ROOM_CHARS:
        raise ValueError(f"“{room[:60]}” is no room: write it like slack/C0123456789.")
    return room


def slug(text: str) -> str:
    """Return a text as a short id of small letters, digits, dots and hyphens; never empty.

    Letters of other scripts stay; accents are folded.
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    words = re.sub(r"[^\w.]+|_", " ", unicodedata.normalize("NFC", plain))
    words = "-".join(words.split()).strip("-.")
    return words[:MAX_SLUG_CHARS].strip("-.") or "entry"


def _plain(value: object) -> object:
    return (value.strip().lower() or None) if isinstance(value, str) else value


def _place(where: str) -> str:
    return f"{where.capitalize()}: " if where else ""


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if field in {"valid_from", "valid_until"}:
        return f"{field} is not a date: write it as 2026-12-31."
    if field == "audience":
        return "audience is neither public nor staff: write one of the two."
    if first["type"] == "value_error":  # a sentence of ours
        return first["msg"].removeprefix("Value error, ")
    if first["type"] in {"missing", "string_too_short"}:
        return f"the {field} is missing: give every entry a question and an answer."
    if first["type"] in {"string_too_long", "too_long"}:
        limit = (first.get("ctx") or {}).get("max_length")
        return f"the {field} is too long: {limit} is the most, so split the entry."
    return f"the {field} is not text: write it in quotation marks."
