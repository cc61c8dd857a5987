"""A database as it was at one moment, in one file."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.storage import copies, dumps
from bot.storage.database import Database
from bot.storage.schema import revision

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database in a file.

    Attributes:
        kind: "sqlite" or "postgresql".
        schema_version: Of its tables, "" where it has none.
        counts: Rows by table.
    """

    file: Path
    kind: str
    schema_version: str
    counts: dict[str, int]


def kind_of(database: Database) -> str:
    """Return of which kind a database is."""
    return SQLITE if database.is_sqlite else POSTGRESQL


async def take(database: Database, file: Path, *, with_secrets: bool) -> Snapshot:
    """Copy a database as it is at one moment, while others read and write it.

    Args:
        database: It has tables.
        file: The copy, which is not there yet.
        with_secrets: False leaves the sealed secrets out.

    Raises:
        StorageError: It could not be copied.
    """
    if not database.is_sqlite:
        counted = await dumps.dump(database, file, with_secrets=with_secrets)
        return Snapshot(file, POSTGRESQL, await revision(database), counted)
    await copies.copy_to(database, file, with_secrets=with_secrets)
    counted = await asyncio.to_thread(copies.counts, file)
    version = await asyncio.to_thread(copies.version, file)
    return Snapshot(file, SQLITE, version, counted)
