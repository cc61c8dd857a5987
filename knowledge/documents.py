"""Documents and the passages they are found by."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class Audience(StrEnum):
    """Who may read a document."""

    PUBLIC = "public"
    STAFF = "staff"
    ROOMS = "rooms"  # whoever is in one of the document's rooms, and nobody anywhere else


Anywhere = Literal[Audience.PUBLIC, Audience.STAFF]
"""An audience that is the same people in every room."""

EVERY_ROOM = "*"
"""The room of who may read what is for any room: the owner at the page and the terminal."""


class Shape(StrEnum):
    """How a document is written."""

    ENTRY = "entry"  # a question and its answer
    TEXT = "text"  # Markdown or plain text, passages by heading
    TABLE = "table"  # a passage a row


@dataclass(frozen=True, slots=True)
class Passage:
    """The piece of a document that is found, shown and cited.

    Attributes:
        passage_id: Unique over all documents, stable while its text is: "<document id>#<n>".
        heading: Headings above it, outermost first, joined by " › "; an entry's question.
        text: What is shown; for an entry the answer, word for word.
        ways: Ways to ask for it, the entry's own question first; empty for text and tables.
        drafted: More ways, which a model wrote: they serve finding by meaning only and are never
            taken for what the business wrote. None: none were written yet for this text.
    """

    passage_id: str
    document_id: str
    position: int
    heading: str
    text: str
    ways: tuple[str, ...] = ()
    drafted: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document with what the business says about it.

    Attributes:
        document_id: The owner's own id, or the slug of the file's name with its ending.
        origin: Where it came from: a file's name, "page", "question 12"; for people.
        language: ISO 639-1, "" when unknown.
        valid_from: The first day it holds, that day included; None: from the beginning.
        valid_until: The last day it holds, that day included; None: no end.
        approved: Written, imported or confirmed by a person: may be shown word for word.
        source: The text it was read from, to show and edit.
        note: For colleagues. Neither searched nor shown in a chat nor given to a model.
        rooms: Where it may be read, for the audience ROOMS; each "platform/channel".
        version: 1 at first, one more with each change; see `following`.
    """

    document_id: str
    title: str
    shape: Shape
    audience: Audience
    origin: str
    source: str
    language: str = ""
    valid_until: date | None = None
    approved: bool = True
    passages: tuple[Passage, ...] = field(default=())
    valid_from: date | None = None
    note: str = ""
    version: int = 1
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """A passage's vectors, one for each way it can be found.

    Attributes:
        vectors: Shape (ways, dimension), float32; at least one row.
        embedder: Name and version of what made them.
        content_hash: Of everything that was embedded, with the embedder: equal hash, equal vectors.
    """

    passage_id: str
    embedder: str
    content_hash: str
    vectors: Vector


def following(document: Document, before: Document | None) -> Document:
    """Return a document as it is stored in place of the one of its id: with its version.

    What comes to where nothing was keeps the version it brings. Ways that a model drafts are no
    change: nobody has said them.
    """
    if before is None:
        return document
    changed = _said(replace(document, version=before.version)) != _said(before)
    return replace(document, version=before.version + changed)


def _said(document: Document) -> Document:
    passages = tuple(replace(passage, drafted=None) for passage in document.passages)
    return replace(document, passages=passages)


def holds(valid_from: date | None, valid_until: date | None, day: date) -> bool:
    """Return whether something holds on a day; both its own days are included."""
    return (valid_from is None or valid_from <= day) and (valid_until is None or day <= valid_until)
