"""Puts a backup into a scratch place and sees that it holds what was there."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.domain.people import Role
from bot.domain.trials import SHOWN
from bot.storage import copies, dumps
from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.own_questions import OwnQuestionRows
from bot.storage.schema import revision, revisions
from bot.upkeep.backup import archive
from bot.upkeep.backup.box import DATABASES, PROVING, Box
from bot.upkeep.backup.errors import UnprovedError
from bot.upkeep.backup.manifest import Manifest
from bot.upkeep.evaluation import Question, searched
from bot.upkeep.trials import as_asked
from knowledge.base import KnowledgeBase
from knowledge.documents import Shape
from knowledge.search import Hit

QUESTIONS = 5

Asked = tuple[Question, Role]
Search = Callable[[DocumentRows, Path], KnowledgeBase]
"""Makes what searches rows, with its index in a folder; it is not started."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a backup was found to hold.

    Attributes:
        rows: In all tables.
        asked: How many questions its rows were searched for; each found what it finds here.
    """

    rows: int
    asked: int


class Proving:
    """Tries backups; nothing of what runs is touched."""

    def __init__(
        self,
        box: Box,
        knowledge: KnowledgeBase,
        search: Search,
        *,
        today: Callable[[], date],
        now: Callable[[], datetime],
    ) -> None:
        """Hold backups against what this knowledge finds."""
        self._box = box
        self._knowledge = knowledge
        self._search = search
        self._today = today
        self._now = now

    async def prove(self, file: Path, *, passphrase: str) -> Proof:
        """See that a backup can be put back, and that its rows find what is found here.

        Args:
            file: The backup, made with the tables of this version.
            passphrase: It was sealed with this, "" when it is not.

        Raises:
            BackupError: It cannot, or they do not.
            StorageError: The database in it is damaged, or could not be tried.
        """
        async with _put_back(self._box, file, passphrase) as tried:
            if await revision(tried.database) != revisions()[-1]:
                raise UnprovedError("The backup has the tables of another version.")
            asked = await self._found_as_here(tried.database, tried.scratch / "index")
            return Proof(tried.manifest.rows, asked)

    async def _found_as_here(self, database: Database, index: Path) -> int:
        """Search a backup's rows for some questions and return how many there were.

        Raises:
            UnprovedError: One finds here what it does not find there.
        """
        rows = DocumentRows(database, now=self._now)
        questions = await self._questions(rows, OwnQuestionRows(database, now=self._now))
        if not questions:
            return 0
        there = {each.document_id for each in await rows.documents()}
        knowledge = self._search(rows, index)
        lost = 0
        try:
            await knowledge.start()
            for question, role in questions:
                rank, found = await searched(
                    self._knowledge, question, role=role, today=self._today()
                )
                # What came in since is not in it.
                known = rank is not None and _named(question, found.hits[rank]) in there
                again, _ = await searched(knowledge, question, role=role, today=self._today())
                lost += known and _right(rank) and not _right(again)
        finally:
            await knowledge.close()
        if lost:
            raise UnprovedError(
                f"{lost} of {len(questions)} questions find here what they do not find in the"
                " backup: make another one."
            )
        return len(questions)

    async def _questions(self, rows: DocumentRows, own: OwnQuestionRows) -> list[Asked]:
        """Return the owner's own questions; where there are too few, what entries answer."""
        asked = [(as_asked(each), each.role) for each in await own.all() if not each.unknown]
        entries = [
            (Question(question=each.title, expect_document=each.document_id), Role.OWNER)
            for each in await rows.documents()
            if each.shape is Shape.ENTRY and each.approved
        ]
        chosen = _spread(asked, QUESTIONS)
        return [*chosen, *_spread(entries, QUESTIONS - len(chosen))]


async def look_through(box: Box, file: Path, *, passphrase: str) -> None:
    """See that a backup of any version can be put back, and holds the rows that it says.

    Raises:
        BackupError: It cannot, or does not.
        StorageError: The database in it is damaged, or could not be tried.
    """
    async with _put_back(box, file, passphrase):
        pass


@dataclass(frozen=True, slots=True)
class _Tried:
    manifest: Manifest
    database: Database
    scratch: Path


@asynccontextmanager
async def _put_back(box: Box, file: Path, passphrase: str) -> AsyncIterator[_Tried]:
    """Give a backup put into a scratch place, with as many rows as it says."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix=PROVING, dir=box.folder))
        try:
            manifest = await asyncio.to_thread(
                archive.unpack, file, scratch, passphrase=lambda: passphrase
            )
            here = scratch / DATABASES[manifest.database]
            async with _opened(box, here, manifest) as database:
                yield _Tried(manifest, database, scratch)
        finally:
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    except OSError as error:
        raise UnprovedError(
            f"The backup could not be tried ({error.strerror}): see to the disk."
        ) from error


@asynccontextmanager
async def _opened(box: Box, here: Path, manifest: Manifest) -> AsyncIterator[Database]:
    if box.database.is_sqlite:
        await asyncio.to_thread(copies.prove, here)
        _same(await asyncio.to_thread(copies.counts, here), manifest)
        database = Database(f"sqlite:///{here}")
        try:
            yield database
        finally:
            await database.close()
        return
    async with dumps.scratch_database(box.database.url) as url:
        database = Database(url)
        try:
            await dumps.load(here, database)
            _same(await dumps.counts(database), manifest)
            yield database
        finally:
            await database.close()


def _same(counts: dict[str, int], manifest: Manifest) -> None:
    other = [name for name in manifest.counts if counts.get(name) != manifest.counts[name]]
    if other or counts.keys() != manifest.counts.keys():
        raise UnprovedError("The backup does not hold the rows that it says: make another one.")


def _named(question: Question, hit: Hit) -> str:
    return question.expect_document or hit.document_id


def _right(rank: int | None) -> bool:
    return rank is not None and rank < SHOWN


def _spread(asked: Sequence[Asked], count: int) -> list[Asked]:
    """Return at most so many of them, from the first to the last alike."""
    if len(asked) <= count:
        return list(asked)
    return [asked[number * len(asked) // count] for number in range(count)]
