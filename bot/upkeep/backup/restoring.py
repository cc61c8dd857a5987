"""Puts a backup in place of what is there, and keeps that aside; and back again."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.exchange import clear, stage
from bot.storage import copies, snapshots
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamagedError
from bot.storage.schema import revisions, tables
from bot.storage.tables import workers
from bot.storage.workers import LATE, WorkerRows
from bot.upkeep import erasures
from bot.upkeep.backup import archive, set_aside
from bot.upkeep.backup.box import DATABASES, FILES, KEY, SKILLS, Box
from bot.upkeep.backup.errors import BackupError, DamagedError, NewerError, UnsuitableError
from bot.upkeep.backup.manifest import Manifest
from bot.upkeep.backup.placing import Staged, place, settle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        aside: The folder in which what was there before is kept; None where nothing was.
    """

    manifest: Manifest
    aside: Path | None


@dataclass(frozen=True, slots=True)
class Undone:
    """A restore that was undone.

    Attributes:
        restored_at: When it was done; what was there until then is there again.
        aside: The folder in which what was there since is kept; None where nothing was.
    """

    restored_at: datetime
    aside: Path | None


async def restore(
    file: Path, box: Box, *, passphrase: Callable[[], str], now: datetime
) -> Restored:
    """Put a backup in place of everything that is there; nothing runs meanwhile.

    All of it is read, held against its hashes and brought up to this version before anything is
    touched. Whatever happens after that, either all of it or nothing is in place. The index is made
    anew from the rows at the next start.

    Args:
        file: The backup.
        box: Whose place it takes; its folder is held by the caller.
        passphrase: Asked when it is sealed; "" when there is none.
        now: The moment.

    Raises:
        UnsuitableError: It is damaged, newer, or no backup for this box.
        PassphraseError: It is sealed, and the passphrase is missing or another one.
        BackupError: It cannot be read or put in place.
        StorageError: The database failed.
    """
    aside = await asyncio.to_thread(set_aside.fresh, box.folder, now)
    async with _staging(box) as staged:
        manifest = await asyncio.to_thread(
            archive.unpack,
            file,
            staged,
            passphrase=passphrase,
            suits=partial(check_suits, kind=snapshots.kind_of(box.database)),
        )
        if box.database.is_sqlite:
            await _prove(staged / DATABASES[manifest.database], manifest)
        fresh = Staged(staged, manifest.made_at, keeps_secrets=not manifest.secrets, now=now)
        await place(fresh, box, aside)
    log.info("restored rows=%s made_at=%s", manifest.rows, manifest.made_at.isoformat())
    return Restored(manifest, aside if aside.exists() else None)


async def undo(box: Box, *, now: datetime) -> Undone:
    """Put what the last restore has set aside back in its place; nothing runs meanwhile.

    It is done as a restore is: all of it or nothing, and what is there is set aside in turn, so
    that the same again brings it back. Who was erased since stays so; what was heard since is
    not heard anew.

    Args:
        box: Its folder is held by the caller.
        now: The moment.

    Raises:
        BackupError: There is nothing to be undone, or it cannot be put in place.
        StorageError: The database failed.
    """
    before = await asyncio.to_thread(set_aside.last, box)
    if before is None:
        raise BackupError(
            f"There is no restore to undo: {box.folder} has no folder {set_aside.BEGINS}… with what"
            " was there before one."
        )
    was, database = before
    kept = box.folder / was.folder.name
    aside = await asyncio.to_thread(set_aside.fresh, box.folder, now)
    async with _staging(box) as staged:
        await _take_back(kept, database, staged, box)
        fresh = Staged(staged, was.at, keeps_secrets=False, now=now)
        await place(fresh, box, aside, used_up=kept)
    # Where the database is in another folder than all else.
    await asyncio.to_thread(shutil.rmtree, was.folder, ignore_errors=True)
    log.info("undid restore restored_at=%s", was.at.isoformat())
    return Undone(was.at, aside if aside.exists() else None)


@asynccontextmanager
async def _staging(box: Box) -> AsyncIterator[Path]:
    """Give a folder for what is to come in place; what is left of it is seen to afterwards."""
    try:
        await settle(box)
        await _check_alone(box)
        try:
            yield await asyncio.to_thread(stage, box.folder)
        finally:
            await asyncio.to_thread(clear, box.folder)
            await settle(box)
    except OSError as error:
        raise BackupError(
            f"The backup could not be put in place ({error.strerror}): see whether the disk is"
            " there and has room, and try again."
        ) from error


async def _check_alone(box: Box) -> None:
    """See that no other process serves the database: what it does would be in neither.

    Raises:
        BackupError: One does.
    """
    rows = WorkerRows(box.database, run="")
    if not rows.shared or workers.name not in await tables(box.database):
        return
    alive = [each.name for each in await rows.all() if each.silent_s < LATE.total_seconds()]
    if alive:
        raise BackupError(
            f"Other processes use this database ({', '.join(alive)}): stop every `deskhand worker`"
            f" first; one that died is taken for gone after {LATE.total_seconds():.0f} seconds."
        )


async def _take_back(kept: Path, database: Path, staged: Path, box: Box) -> None:
    """Stage what was set aside."""
    here = staged / DATABASES[snapshots.kind_of(box.database)]
    if box.database.is_sqlite:
        before = Database(f"sqlite:///{database}")
        try:
            await copies.copy_to(before, here, with_secrets=True)
            await asyncio.to_thread(copies.prove, here)
        except DatabaseDamagedError as error:
            raise DamagedError(
                f"What was set aside is damaged ({database}): nothing was changed."
            ) from error
        finally:
            await before.close()
    else:
        await asyncio.to_thread(shutil.copyfile, database, here)
    for name in (SKILLS, FILES):
        if (kept / name).exists():
            await asyncio.to_thread(shutil.copytree, kept / name, staged / name, symlinks=True)
    for name in (erasures.FILE, KEY):
        if (kept / name).exists():
            await asyncio.to_thread(shutil.copy2, kept / name, staged / name)


async def _prove(here: Path, manifest: Manifest) -> None:
    await asyncio.to_thread(copies.prove, here)
    if await asyncio.to_thread(copies.counts, here) != manifest.counts:
        raise DamagedError("The backup is damaged: it does not hold what it says.")


def check_suits(manifest: Manifest, kind: str) -> None:
    """See that a backup can be put in place of a database.

    Args:
        manifest: What it says of itself.
        kind: Of the database.

    Raises:
        NewerError: Its tables are those of a newer Deskhand.
        UnsuitableError: It is of another kind of database.
    """
    if manifest.schema_version not in revisions():
        raise NewerError(
            f"Deskhand {manifest.deskhand} made this backup, which is newer than this one: install"
            " that version first. Nothing was changed."
        )
    if manifest.database != kind:
        raise UnsuitableError(
            f"This backup is of {manifest.database}, and DESKHAND_DATABASE_URL names {kind}: put it"
            " back into the same kind, and take that over by `deskhand move`."
        )
    if DATABASES[kind] not in manifest.members:
        raise DamagedError("The backup is damaged: it holds no database.")
