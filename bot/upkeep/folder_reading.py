"""Files of the watched folder, read: what each brings in place of what it brought before."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.folder import FolderFile
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.folder import ChangingError, Seen, content
from knowledge.readers.files import Reading, read

# What is in this folder of it is for everybody.
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was read.

    Attributes:
        file: As it is stored once its documents are in force.
        before: As it was stored.
        documents: What it brings in place of what it brought; None where all of that stays.
    """

    file: FolderFile
    before: FolderFile | None
    documents: tuple[Document, ...] | None = None


class FolderReading:
    """Reads one file after the other; changes nothing."""

    def __init__(
        self, knowledge: KnowledgeBase, choices: Choices, *, now: Callable[[], datetime]
    ) -> None:
        """Read what is to come beside this knowledge."""
        self._knowledge = knowledge
        self._choices = choices
        self._now = now

    async def read(
        self,
        folder: str,
        seen: Seen,
        before: FolderFile | None,
        ahead: Mapping[str, Document],
    ) -> Brought | None:
        """Read a file that is new or has changed; None where it is being written.

        Args:
            folder: Where it is.
            seen: The file.
            before: As it is stored.
            ahead: What other files bring that is not used yet, by id.
        """
        file = FolderFile(
            path=seen.path,
            size_bytes=seen.size_bytes,
            mtime_ns=seen.mtime_ns,
            content_hash="",
            document_ids=before.document_ids if before else (),
            notes=(),
            error="",
            read_at=self._now(),
        )
        try:
            held = await asyncio.to_thread(content, Path(folder), seen)
            file = replace(file, content_hash=hashlib.sha256(held).hexdigest())
            if before and before.content_hash == file.content_hash and not before.error:
                return Brought(replace(file, notes=before.notes, read_at=before.read_at), before)
            reading, documents = await self._documents(file.path, held, ahead)
        except ChangingError:
            return None
        except UnreadableError as error:
            return Brought(replace(file, error=str(error)), before)
        ids = tuple(each.document_id for each in documents)
        return Brought(
            replace(file, document_ids=ids, notes=reading.notes), before, tuple(documents)
        )

    async def _documents(
        self, path: str, held: bytes, ahead: Mapping[str, Document]
    ) -> tuple[Reading, list[Document]]:
        """Return what a file holds, with what was said on the page about what it replaces."""
        origin = origin_of(path)
        is_public = PurePosixPath(path).parts[0] == PUBLIC
        reading: Reading = await asyncio.to_thread(
            read,
            PurePosixPath(path).name,
            held,
            audience=Audience.PUBLIC if is_public else Audience.STAFF,
            origin=origin,
        )
        here = {each.document_id: each for each in await self._knowledge.documents()}
        _refuse_others(reading, {**here, **ahead}, origin)
        today = BusinessCalendar(self._choices.business).day(self._now())
        return reading, [_as_said(each, here.get(each.document_id), today) for each in reading]


def origin_of(path: str) -> str:
    """Return what people are told that a file's documents came from."""
    return f"folder: {path}"


def _refuse_others(reading: Reading, here: Mapping[str, Document], origin: str) -> None:
    """See that no document would take the place of one that came another way.

    Raises:
        UnreadableError: One would; the sentence names it.
    """
    for document in reading:
        other = here.get(document.document_id)
        if other is not None and other.origin != origin:
            raise UnreadableError(
                f"There is a document {document.document_id} already, from {other.origin}: "
                "remove that one and save this file anew, or give this one another name."
            )


def _as_said(new: Document, old: Document | None, today: date) -> Document:
    """Return a text with what was said on the page about the one it replaces.

    An entry says it itself. A last day that is over was the old text's.
    """
    if old is None or new.shape is Shape.ENTRY:
        return new
    over = old.valid_until is not None and old.valid_until < today
    said = replace(
        new,
        note=old.note,
        valid_from=None if over else old.valid_from,
        valid_until=None if over else old.valid_until,
    )
    if old.audience is Audience.ROOMS:
        said = replace(said, audience=old.audience, rooms=old.rooms)
    return said
