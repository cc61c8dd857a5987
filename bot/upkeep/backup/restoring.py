"""Puts a backup in place of what is there, and keeps that aside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, count
from pathlib import Path

from bot.exchange import clear, stage
from bot.storage import copies, snapshots
from bot.storage.schema import revisions
from bot.upkeep.backup import archive
from bot.upkeep.backup.box import DATABASES, Box
from bot.upkeep.backup.errors import BackupError, DamagedError, NewerError, UnsuitableError
from bot.upkeep.backup.manifest import Manifest
from bot.upkeep.backup.placing import Staged, place, settle

log = logging.getLogger(__name__)

_BEFORE, _STAMP = "before-restore-", "%Y-%m-%d-%H%M%S"


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
        fresh = Staged(staged, manifest.made_at, keeps_secrets=not manifest.secrets)
        await place(fresh, box, aside)
    log.info("restored rows=%s made_at=%s", manifest.rows, manifest.made_at.isoformat())
    return Restored(manifest, aside if aside.exists() else None)


@asynccontextmanager
async def _staging(box: Box) -> AsyncIterator[Path]:
    """Give a folder for what is to come in place; what is left of it is seen to afterwards."""
    try:
        await settle(box)
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


def _aside(folder: Path, now: datetime) -> Path:
    """Return the path of a folder that is not there yet."""
    named = folder / f"{_BEFORE}{now:{_STAMP}}"
    later = (named.with_name(f"{named.name}-{number}") for number in count(2))
    return next(each for each in chain([named], later) if not each.exists())


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
            f"This backup is of {manifest.database}, and DESKHAND_DATABASE_URL names {kind}: use"
            " the same one, or take everything along by `deskhand knowledge export`."
        )
    if DATABASES[kind] not in manifest.members:
        raise DamagedError("The backup is damaged: it holds no database.")
