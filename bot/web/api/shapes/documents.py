"""The shapes of documents and of what is found in them, as JSON."""

from datetime import date

from pydantic import Field

from bot.domain.people import Role
from bot.web.api.shapes.base import MAX_TEXT_CHARS, Shown, Wanted
from knowledge.documents import Anywhere, Audience


class DocumentShown(Shown):
    """A document without its words.

    Attributes:
        ended: Its last day is over.
    """

    document_id: str
    title: str
    shape: str
    audience: Audience
    origin: str
    language: str
    valid_from: date | None
    valid_until: date | None
    approved: bool
    note: str
    version: int
    rooms: tuple[str, ...]
    ended: bool


class PassageShown(Shown):
    """A passage; `ways` are the ways to ask for an entry."""

    heading: str
    text: str
    ways: list[str]


class DocumentWhole(DocumentShown):
    """A document with its passages and the text they were read from."""

    source: str
    passages: list[PassageShown]


class Added(Shown):
    """What a file brought.

    Attributes:
        documents: How many, of which `replaced` were there before under the same id and
            `unchanged` word for word.
        staff: How many of them only staff may read.
        rooms: How many of them only those who are in certain rooms may read.
        idle: How many of them do not hold today: not yet, or no more.
        notes: What could not be read, a sentence each.
    """

    documents: int
    passages: int
    replaced: int
    staff: int
    rooms: int = 0
    idle: int = 0
    unchanged: int = 0
    notes: tuple[str, ...] = ()


class PageWanted(Wanted):
    """A page of the web to add.

    Attributes:
        rooms: For those who are in one of these alone, in place of the audience.
    """

    url: str = Field(min_length=1, max_length=2_000)
    audience: Anywhere = Audience.STAFF
    rooms: tuple[str, ...] = ()


class Searching(Wanted):
    """A search of the knowledge as a role may read it."""

    query: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    role: Role = Role.OWNER
    limit: int = Field(default=6, ge=1, le=50)
