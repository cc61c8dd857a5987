"""The watched folder: what is put into it is known, what is taken out is known no longer."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.folder import FolderFile
from bot.storage.folder import FolderRows
from bot.waiting import happened
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import FolderUnreadableError, KnowledgeError, UnreadableError
from knowledge.folder import ChangingError, Look, Seen, content, look
from knowledge.readers.files import Reading, read

log = logging.getLogger(__name__)

# A file that did not change from one look to the next is taken for written to its end.
LOOK_S = 10.0
PUBLIC = "public"
_AWAY = (
    "The folder is empty and is another one than before, as when a network drive is away. "
    "What its files brought stays until they are there again."
)


@dataclass(frozen=True, slots=True)
class FolderState:
    """How the watched folder is.

    Attributes:
        folder: Its path, "" while none is watched.
        problem: Why it cannot be looked into just now, "" when it can.
        files: What became of each file, by path.
    """

    folder: str
    problem: str
    files: tuple[FolderFile, ...]


class WatchedFolder:
    """Looks into the folder again and again, and reads what is new, one file at a time."""

    def __init__(
        self,
        rows: FolderRows,
        knowledge: KnowledgeBase,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Watch the folder that the owner has chosen; read nothing yet."""
        self._rows = rows
        self._knowledge = knowledge
        self._choices = choices
        self._now = now
        self._before: Look | None = None
        self._problem = ""
        self._woken = asyncio.Event()
        choices.on_change(self._chosen)

    async def run(self) -> None:
        """Look until cancelled.

        Raises:
            StorageError: What was read could not be read or written.
        """
        while True:
            self._woken.clear()
            await self.look()
            await happened(self._woken, within_s=LOOK_S)

    async def state(self) -> FolderState:
        """Return how the folder is, as the last look has found it."""
        folder = self._choices.knowledge.folder
        files = await self._rows.all(folder) if folder else []
        return FolderState(folder, self._problem if folder else "", tuple(files))

    async def look(self) -> None:
        """Look once, and take up what has not changed since the look before."""
        folder = self._choices.knowledge.folder
        before, self._before = self._before, None
        if not folder:
            self._tell("")
            return
        try:
            found = await asyncio.to_thread(look, Path(folder))
            await self._take_up(folder, found, before)
        except KnowledgeError as error:
            self._tell(str(error))
        else:
            self._before = found
            self._tell("")

    async def _take_up(self, folder: str, found: Look, before: Look | None) -> None:
        known = {file.path: file for file in await self._rows.all(folder)}
        if not found.files and known and found.root not in await self._rows.roots(folder):
            raise FolderUnreadableError(_AWAY)
        if before is None or before.root != found.root:
            return
        await self._rows.stand_in(folder, found.root)
        gone = known.keys() - found.files.keys() - before.files.keys()
        new = [
            seen
            for path, seen in sorted(found.files.items())
            if before.files.get(path) == seen and not _is_known(seen, known.get(path))
        ]
        for path in sorted(gone):
            await self._forget(folder, known[path])
        for seen in new:
            await self._take(folder, found.root, seen, known.get(seen.path))

    async def _take(self, folder: str, root: str, seen: Seen, before: FolderFile | None) -> None:
        """Read a file that is new or has changed, and put what it holds in place of what it held.

        Raises:
            EmbeddingUnavailableError: Nothing was changed; the next look tries again.
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
                file = replace(file, notes=before.notes, read_at=before.read_at)
            else:
                file = await self._add(file, held)
        except ChangingError:
            return
        except UnreadableError as error:
            file = replace(file, error=str(error))
        if before and replace(before, read_at=file.read_at) == file:
            return
        await self._rows.put(folder, root, file)
        log.info("read folder file documents=%s bad=%s", len(file.document_ids), bool(file.error))

    async def _add(self, file: FolderFile, held: bytes) -> FolderFile:
        """Replace what a file has brought, in one step, and return what it brings now."""
        origin = origin_of(file.path)
        is_public = PurePosixPath(file.path).parts[0] == PUBLIC
        reading: Reading = await asyncio.to_thread(
            read,
            PurePosixPath(file.path).name,
            held,
            audience=Audience.PUBLIC if is_public else Audience.STAFF,
            origin=origin,
        )
        here = {each.document_id: each for each in await self._knowledge.documents()}
        _refuse_others(reading, here, origin)
        today = BusinessCalendar(self._choices.business).day(self._now())
        documents = [_as_said(each, here.get(each.document_id), today) for each in reading]
        await self._knowledge.add_at_once(documents)
        ids = tuple(each.document_id for each in documents)
        await self._remove(set(file.document_ids) - set(ids), here, origin)
        return replace(file, document_ids=ids, notes=reading.notes)

    async def _forget(self, folder: str, file: FolderFile) -> None:
        here = {each.document_id: each for each in await self._knowledge.documents()}
        await self._remove(file.document_ids, here, origin_of(file.path))
        await self._rows.remove(folder, file.path)
        log.info("forgot folder file documents=%s", len(file.document_ids))

    async def _remove(
        self, document_ids: Collection[str], here: Mapping[str, Document], origin: str
    ) -> None:
        """Remove documents that still come from a file; others of their ids stay."""
        for document_id in document_ids:
            if document_id in here and here[document_id].origin == origin:
                await self._knowledge.remove(document_id)

    def _chosen(self, group: str) -> None:
        if group == "knowledge":
            self._woken.set()

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            log.warning("watched folder: %s", problem or "it is there again")
        self._problem = problem


def origin_of(path: str) -> str:
    """Return what people are told that a file's documents came from."""
    return f"folder: {path}"


def _is_known(seen: Seen, file: FolderFile | None) -> bool:
    """Return whether a file need not be read; one that could not be opened is tried again."""
    if file is None or not file.content_hash:
        return False
    return (file.size_bytes, file.mtime_ns) == (seen.size_bytes, seen.mtime_ns)


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
