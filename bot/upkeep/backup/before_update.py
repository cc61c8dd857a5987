"""Keeps everything as it is before an update changes its tables."""

import logging
from datetime import datetime
from pathlib import Path

from bot.storage.dumps import ToolMissingError
from bot.storage.schema import revision, revisions, tables
from bot.storage.secrets import SecretRows
from bot.storage.tables import secrets
from bot.upkeep.backup.box import BACKUPS, Box
from bot.upkeep.backup.keeping import name_of
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.proving import look_through
from bot.upkeep.backup.service import PASSPHRASE
from bot.upkeep.backup.writing import write_backup

log = logging.getLogger(__name__)


async def keep_before_update(box: Box, *, now: datetime) -> Path | None:
    """Back everything up where the tables are older than this version's, before they are changed.

    It is sealed where the owner has set a passphrase. The version from before can restore it.

    Args:
        box: Nothing of it runs.
        now: The moment.

    Returns:
        The backup; None where there is nothing to be kept, and where PostgreSQL's own programs are
        missing, which the log says.

    Raises:
        BackupError: It could not be written, or is no good.
        StorageError: The database could not be copied.
    """
    there = await revision(box.database)
    if not there:
        return None
    known = revisions()
    if there not in known[:-1]:
        return None
    words = await _passphrase(box)
    target = box.folder / BACKUPS / name_of(Origin.BEFORE_UPDATE, now, sealed=bool(words))
    try:
        await write_backup(box, target, origin=Origin.BEFORE_UPDATE, passphrase=words, now=now)
    except ToolMissingError as error:
        log.warning("updating the tables without a backup: %s", error)
        return None
    await look_through(box, target, passphrase=words)
    log.warning(
        "tables are updated from=%s to=%s; to go back, install the version from before and run"
        " deskhand restore %s",
        there,
        known[-1],
        target,
    )
    return target


async def _passphrase(box: Box) -> str:
    """Return the owner's passphrase, "" where there is none."""
    if secrets.name not in await tables(box.database) or not box.key.exists():
        return ""
    rows = SecretRows(box.database, key=box.key.read_bytes().strip())
    return (await rows.all()).get(PASSPHRASE, "")
