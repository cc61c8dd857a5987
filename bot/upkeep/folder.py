"""The watched folder: what is put into it is known, what is taken out is known no longer."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.choices import Choices
from bot.domain.changes import Actor, By, acting, together
from bot.domain.folder import FolderFile
from bot.domain.trials import Comparison
from bot.storage.folder import FolderRows
from bot.upkeep.folder_reading import Brought, FolderReading, origin_of
from bot.upkeep.import_approval import ImportApproval, Tried
from bot.waiting import happened
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.errors import FolderUnreadableError, KnowledgeError
from knowledge.folder import Look, Seen, look

log = logging.getLogger(__name__)

# A file that did not change from one look to the next is taken for written to its end.
LOOK_S = 10.0
_AWAY = (
    "The folder is empty and is another one than before, as when a network drive is away. "
    "What its files brought stays until they are there again."
)


_LEFT_OUT = (
    "You left it out, since less of your questions was found with it. "
    "Save it anew to have it tried again."
)


@dataclass(frozen=True, slots=True)
class FolderState:
    """How the watched folder is.

    Attributes:
        folder: Its path, "" while none is watched.
        problem: Why it cannot be looked into just now, "" when it can.
        files: What became of each file, by path.
        waiting: How the owner's questions do without and with what waits for the owner to decide;
            None when nothing does.
        waiting_files: How many files that are.
    """

    folder: str
    problem: str
    files: tuple[FolderFile, ...]
    waiting: Comparison | None = None
    waiting_files: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What the owner has to decide on: files as they were seen, and what they bring."""

    folder: str
    root: str
    seen: list[Seen]
    brought: list[Brought]
    tried: Tried


class WatchedFolder:
    """Looks into the folder again and again, and reads what is new.

    Where the owner has questions, all that is new at a look is read before any of it is used: where
    it is much and does worse on them it waits for the owner, while the rest goes on.
    """

    def __init__(
        self,
        rows: FolderRows,
        knowledge: KnowledgeBase,
        approval: ImportApproval,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Watch the folder that the owner has chosen; read nothing yet."""
        self._rows = rows
        self._knowledge = knowledge
        self._approval = approval
        self._choices = choices
        self._reading = FolderReading(knowledge, choices, now=now)
        self._before: Look | None = None
        self._problem = ""
        self._waiting: _Waiting | None = None
        self._decided: bool | None = None
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
        problem, waiting = self._problem if folder else "", self._waiting
        if waiting is None or waiting.folder != folder:
            return FolderState(folder, problem, tuple(files))
        comparison = waiting.tried.comparison
        return FolderState(folder, problem, tuple(files), comparison, len(waiting.seen))

    def decide(self, *, take: bool) -> bool:
        """Let what waits be used, or leave it out, from the next look on; False: nothing waits."""
        if self._waiting is None or self._decided is not None:
            return False
        self._decided = take
        self._woken.set()
        return True

    async def look(self) -> None:
        """Look once, and take up what has not changed since the look before."""
        with acting(Actor(By.FOLDER)):
            await self._look()

    async def _look(self) -> None:
        folder = self._choices.knowledge.folder
        before, self._before = self._before, None
        if not folder:
            self._tell("")
            return
        try:
            await self._settle(folder)
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
        if self._waiting is not None:
            if self._waiting.seen == new:
                return
            self._waiting = self._decided = None
        if new and await self._approval.asks():
            await self._take_together(folder, found.root, new, known)
            return
        for seen in new:
            brought = await self._reading.read(folder, seen, known.get(seen.path), {})
            if brought is not None:
                await self._use(folder, found.root, brought)

    async def _take_together(
        self, folder: str, root: str, new: list[Seen], known: Mapping[str, FolderFile]
    ) -> None:
        """Read all files that are new, and use them unless they have to wait for the owner."""
        ahead: dict[str, Document] = {}
        brought: list[Brought] = []
        for seen in new:
            each = await self._reading.read(folder, seen, known.get(seen.path), ahead)
            if each is not None:
                brought.append(each)
                ahead |= {document.document_id: document for document in each.documents or ()}
        tried = await self._approval.tried(list(ahead.values()))
        if tried is not None and tried.comparison.worse:
            log.info("waiting for the owner folder files=%s", len(new))
            self._waiting = _Waiting(folder, root, new, brought, tried)
            return
        if tried is not None:
            with together(folder):
                await self._knowledge.put(tried.ready)
        for each in brought:
            await self._use(folder, root, each, in_force=tried is not None)

    async def _settle(self, folder: str) -> None:
        """Do what the owner has decided on what waits."""
        waiting, decided = self._waiting, self._decided
        if waiting is None or waiting.folder != folder:
            self._waiting = self._decided = None
        elif decided is not None:
            if decided:
                with together(folder):
                    await self._knowledge.put(waiting.tried.ready)
            self._waiting = self._decided = None
            for each in waiting.brought:
                if decided or each.documents is None:
                    await self._use(folder, waiting.root, each, in_force=decided)
                else:
                    ids = each.before.document_ids if each.before else ()
                    left = replace(each.file, document_ids=ids, notes=(), error=_LEFT_OUT)
                    await self._rows.put(folder, waiting.root, left)

    async def _use(
        self, folder: str, root: str, brought: Brought, *, in_force: bool = False
    ) -> None:
        """Put what a file holds in place of what it held, in one step.

        Args:
            folder: Its path.
            root: Which one stands there.
            brought: What was read.
            in_force: Its documents are stored already, in one step with those of others.

        Raises:
            EmbeddingUnavailableError: Nothing was changed; the next look tries again.
        """
        file, before = brought.file, brought.before
        if brought.documents is not None:
            here = {each.document_id: each for each in await self._knowledge.documents()}
            stale = set(before.document_ids if before else ()) - set(file.document_ids)
            with together(file.path):
                if not in_force:
                    await self._knowledge.add_at_once(brought.documents)
                await self._remove(stale, here, origin_of(file.path))
        if before and replace(before, read_at=file.read_at) == file:
            return
        await self._rows.put(folder, root, file)
        log.info("read folder file documents=%s bad=%s", len(file.document_ids), bool(file.error))

    async def _forget(self, folder: str, file: FolderFile) -> None:
        here = {each.document_id: each for each in await self._knowledge.documents()}
        with together(file.path):
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


def _is_known(seen: Seen, file: FolderFile | None) -> bool:
    """Return whether a file need not be read; one that could not be opened is tried again."""
    if file is None or not file.content_hash:
        return False
    return (file.size_bytes, file.mtime_ns) == (seen.size_bytes, seen.mtime_ns)
