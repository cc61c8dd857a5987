"""Puts a backup in place of what is there, and keeps that aside."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, count
from pathlib import Path

from bot.exchange import Move, clear, exchange, stage
from bot.storage import copies, dumps, snapshots
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamagedError
from bot.storage.migrate import migrate
from bot.storage.schema import revision, revisions
from bot.upkeep import erasures
from bot.upkeep.backup import archive
from bot.upkeep.backup.box import DATABASES, FILES, INDEX, KEY, SKILLS, Box
from bot.upkeep.backup.errors import BackupError, DamagedError, NewerError, UnsuitableError
from bot.upkeep.backup.manifest import Manifest
from bot.upkeep.persons import erase_again

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        aside: The folder in which what was there before is kept; None where nothing was.
    """

    manifest: Manifest
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
    aside = await asyncio.to_thread(_aside, box.folder, now)
    try:
        staged = await asyncio.to_thread(stage, box.folder)
        manifest = await asyncio.to_thread(
            archive.unpack,
            file,
            staged,
            passphrase=passphrase,
            suits=partial(check_suits, kind=snapshots.kind_of(box.database)),
        )
        here = staged / DATABASES[manifest.database]
        if box.database.is_sqlite:
            await _ready(here, manifest, box)
        else:
            await _load(here, manifest, box, aside)
        await asyncio.to_thread(exchange, box.folder, _moves(staged, manifest, box, aside))
    except OSError as error:
        raise BackupError(
            f"The backup could not be put in place ({error.strerror}): see whether the disk is"
            " there and has room, and try again."
        ) from error
    finally:
        await asyncio.to_thread(clear, box.folder)
    if not box.database.is_sqlite:
        await migrate(box.database)
        await erase_again(
            box.database,
            box.folder / FILES,
            await asyncio.to_thread(erasures.read, box.erased),
            made_at=manifest.made_at,
        )
    log.info("restored rows=%s made_at=%s", manifest.rows, manifest.made_at.isoformat())
    return Restored(manifest, aside if aside.exists() else None)


def _aside(folder: Path, now: datetime) -> Path:
    """Return the path of a folder that is not there yet."""
    named = folder / f"before-restore-{now:%Y-%m-%d-%H%M%S}"
    later = (named.with_name(f"{named.name}-{number}") for number in count(2))
    return next(each for each in chain([named], later) if not each.exists())


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
            f"This backup is of {manifest.database}, and DESKHAND_DATABASE_URL names {kind}: use"
            " the same one, or take everything along by `deskhand knowledge export`."
        )
    if DATABASES[kind] not in manifest.members:
        raise DamagedError("The backup is damaged: it holds no database.")


async def _ready(here: Path, manifest: Manifest, box: Box) -> None:
    """Make a copy of SQLite's ready to be used."""
    await asyncio.to_thread(copies.prove, here)
    if await asyncio.to_thread(copies.counts, here) != manifest.counts:
        raise DamagedError("The backup is damaged: it does not hold what it says.")
    database = Database(f"sqlite:///{here}")
    try:
        await migrate(database)
        await _forget_again(database, here.parent, manifest, box)
    finally:
        await database.close()
    before = copies.file_of(box.database.url)
    if before is not None and before.exists():
        try:
            await asyncio.to_thread(
                copies.keep_of_box, here, before.absolute(), secrets=not manifest.secrets
            )
        except DatabaseDamagedError:
            log.warning("kept nothing of the database that was here: it is damaged")


async def _forget_again(database: Database, staged: Path, manifest: Manifest, box: Box) -> None:
    erased = await asyncio.to_thread(_joined, staged, box)
    await erase_again(database, staged / FILES, erased, made_at=manifest.made_at)


def _joined(staged: Path, box: Box) -> dict[str, datetime]:
    """Return who was erased here or where the backup was made, and stage the list of them."""
    erased = erasures.joined(erasures.read(box.erased), erasures.read(staged / erasures.FILE))
    if erased:
        erasures.write(staged / erasures.FILE, erased)
    return erased


async def _load(here: Path, manifest: Manifest, box: Box, aside: Path) -> None:
    """Put a copy of PostgreSQL's in place of what its database holds, that kept aside."""
    if await revision(box.database):
        await asyncio.to_thread(aside.mkdir, mode=0o700, parents=True)
        await dumps.dump(box.database, aside / here.name, with_secrets=True)
    await asyncio.to_thread(_joined, here.parent, box)
    await dumps.load(here, box.database, keeping_secrets=not manifest.secrets)
    await asyncio.to_thread(here.unlink)


def _moves(staged: Path, manifest: Manifest, box: Box, aside: Path) -> list[Move]:
    def of_folder(name: str) -> Move:
        fresh = staged / name
        return Move(box.folder / name, aside / name, fresh if fresh.exists() else None)

    moves = [of_folder(SKILLS), of_folder(FILES), of_folder(INDEX)]
    if (staged / erasures.FILE).exists():
        moves.append(of_folder(erasures.FILE))
    if manifest.secrets:
        moves.append(of_folder(KEY))
    database = copies.file_of(box.database.url)
    if database is None:
        return moves
    fresh = staged / DATABASES[manifest.database]
    if database.absolute().parent != box.folder.absolute():
        # Perhaps on another disk, across which nothing can be renamed.
        beside = database.with_name(f".{database.name}.restoring")
        shutil.copyfile(fresh, beside)
        fresh, aside = beside, database.parent / aside.name
    logs = [database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")]
    # The log belongs to the file that is there: it goes with it, and first.
    moves += [Move(each, aside / each.name, None) for each in logs]
    return [*moves, Move(database, aside / database.name, fresh)]
