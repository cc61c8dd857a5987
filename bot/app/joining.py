"""Joins what `deskhand run` has made: its tables, and the key in its data directory."""

import asyncio
import logging

from bot.data_dir import DataDirectory
from bot.storage.database import Database
from bot.storage.errors import SchemaError, StorageError
from bot.storage.schema import revision, revisions

log = logging.getLogger(__name__)

LOOK_S = 1.0
# Tables move on when an update begins, which is seldom; what is written meanwhile is refused by the
# database or fits.
WATCH_S = 5.0


async def joined(database: Database, directory: DataDirectory) -> None:
    """Return once the tables are those of this version and the key of its secrets is there.

    Until then one line in the log says what is waited for.

    Raises:
        SchemaError: The tables are those of a newer Deskhand, for which nobody need wait.
        StorageError: The database cannot be used.
    """
    known, told = revisions(), False
    while True:
        there = await revision(database)
        if there and there not in known:
            raise _moved_on()
        if there == known[-1] and directory.has_key:
            return
        if not told:
            told = True
            log.info(
                "waits for deskhand run of this version: tables=%s wanted=%s key in %s=%s",
                there or "none",
                known[-1],
                directory.path,
                "there" if directory.has_key else "missing",
            )
        await asyncio.sleep(LOOK_S)


async def moved_on(database: Database) -> SchemaError:
    """Return what is to be said once the tables are no longer those of this version."""
    known = revisions()[-1]
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            if await revision(database) != known:
                return _moved_on()
        except StorageError as error:
            log.warning("could not look at the tables: %s", error)


def _moved_on() -> SchemaError:
    return SchemaError(
        "The tables are those of another version of Deskhand by now: start the worker of that"
        " version."
    )
