"""Writes a backup while everything goes on."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.storage import snapshots
from bot.upkeep.backup import archive
from bot.upkeep.backup.archive import Progress
from bot.upkeep.backup.box import DATABASES, KEY, WRITING, Box
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.backup.manifest import FORMAT, Manifest, Origin, own_version

log = logging.getLogger(__name__)


async def write_backup(
    box: Box,
    target: Path,
    *,
    origin: Origin,
    passphrase: str,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Write everything that matters into one file, as it is at one moment.

    Args:
        box: What is written.
        target: The file; its folder is made. It is there as a whole or not at all.
        origin: Why.
        passphrase: It is sealed with this; "" leaves it open, and the secrets out of it.
        now: The moment.
        progress: Told bytes done and all, on the loop.

    Raises:
        BackupError: It could not be written.
        StorageError: The database could not be copied.
    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=WRITING, dir=box.folder))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        manifest, members = await _gathered(box, scratch, origin, now, secrets=bool(passphrase))
        written = await asyncio.to_thread(
            archive.write,
            target,
            manifest,
            members,
            scratch=scratch,
            passphrase=passphrase,
            progress=_on_loop(progress),
        )
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    log.info(
        "wrote backup origin=%s rows=%s sealed=%s", origin.value, written.rows, bool(passphrase)
    )
    return written


async def _gathered(
    box: Box, scratch: Path, origin: Origin, now: datetime, *, secrets: bool
) -> tuple[Manifest, Mapping[str, Path]]:
    kind = snapshots.kind_of(box.database)
    name = DATABASES[kind]
    taken = await snapshots.take(box.database, scratch / name, with_secrets=secrets)
    # After the rows: a file that they name is there before they are.
    members = {name: taken.file} | dict(await asyncio.to_thread(lambda: list(box.files())))
    if secrets and box.key.exists():
        members[KEY] = box.key
    return (
        Manifest(
            format=FORMAT,
            deskhand=own_version(),
            schema_version=taken.schema_version,
            database=kind,
            made_at=now,
            origin=origin,
            secrets=secrets,
            counts=taken.counts,
            members={},
        ),
        members,
    )


def _on_loop(progress: Progress) -> Progress:
    """Return what a thread tells how far it is, so that it is told on the loop."""
    loop = asyncio.get_running_loop()

    def told(done: int, total: int) -> None:
        loop.call_soon_threadsafe(progress, done, total)

    return told


def _unwritable(target: Path, error: OSError) -> BackupError:
    return BackupError(
        "The backup could not be written to {folder} ({why}): see whether the disk is there and has"
        " room.",
        folder=target.parent,
        why=error.strerror,
    )
