"""Whole copies of a SQLite database: made while it is written, looked at, and put to use."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from bot.storage.database import BUSY_TIMEOUT_MS, Database
from bot.storage.errors import DatabaseDamagedError, DatabaseLockedError, DiskFullError
from bot.storage.schema import KEYS

_SECRETS = "secrets"
# How far each platform was heard, as the lookout of bot/inbox notes it.
_HEARD = "heard %"
# A reader that has begun holds the log's end back until it is done.
_TRIES, _PAUSE_S = 50, 0.1


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database's URL; None for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


async def copy_to(database: Database, target: Path, *, with_secrets: bool) -> None:
    """Copy a SQLite database as it is at one moment, while others read and write it.

    Whoever is signed in is left out, and every trace of what was deleted.

    Args:
        database: Of SQLite.
        target: The file, which is not there yet; it needs no other beside it.
        with_secrets: False leaves the sealed secrets out, too.

    Raises:
        StorageError: It could not be copied; what there is of the file is worth nothing.
    """

    def copied(connection: Connection) -> None:
        # All pages at once: one moment, however much is written meanwhile; writers do not wait.
        source = connection.connection.driver_connection
        with _own_errors(), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)  # type: ignore[union-attr]  # sqlite3's own
            copy.execute("PRAGMA journal_mode = DELETE")
            there = _tables(copy)
            for table in (*KEYS, *(() if with_secrets else (_SECRETS,))):
                if table in there:
                    copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            copy.commit()
            # Pages that are free still hold what was deleted, erased persons' words as well.
            copy.execute("VACUUM")

    await database.read(copied)


async def scrub(database: Database) -> None:
    """Have nothing that was deleted or replaced be found in a database's files any more.

    PostgreSQL does the like by itself, in its own time.

    Raises:
        StorageError: Something else used the database just then: try again.
    """
    file = file_of(database.url)
    if file is not None:
        await asyncio.to_thread(_scrub, file)


def _scrub(file: Path) -> None:
    with _opened(file, writable=True) as database:
        database.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        # Pages that are free, or were moved, hold what was in them; and so does the log.
        database.execute("VACUUM")
        for _ in range(_TRIES):
            busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            time.sleep(_PAUSE_S)
    raise DatabaseLockedError("The database is in use without a break: try again in a minute.")


def counts(file: Path) -> dict[str, int]:
    """Return how many rows each table of a copy has.

    Raises:
        DatabaseDamagedError: It is no sound database.
    """
    with _opened(file) as copy:
        return {
            table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in sorted(_tables(copy))
        }


def version(file: Path) -> str:
    """Return the version of a copy's tables, "" where it has none.

    Raises:
        DatabaseDamagedError: It is no sound database.
    """
    with _opened(file) as copy:
        if "alembic_version" not in _tables(copy):
            return ""
        found = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else ""


def prove(file: Path) -> None:
    """See that every page of a copy is sound, and that no row refers to one that is not there.

    Raises:
        DatabaseDamagedError: It is not so.
    """
    with _opened(file) as copy:
        told = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if told != ["ok"]:
            raise DatabaseDamagedError(f"The copy is damaged: {told[0]}.")
        stray = copy.execute("PRAGMA foreign_key_check").fetchone()
        if stray is not None:
            raise DatabaseDamagedError(
                f"The copy is damaged: rows of {stray[0]} lack their others."
            )


def keep_of_box(file: Path, before: Path, *, secrets: bool) -> None:
    """Keep in a copy what is true of this box: how far it has heard, and what it may open.

    Without that it would answer again what was written since the copy was made.

    Args:
        file: The copy, with the tables of this version.
        before: The database whose place it takes.
        secrets: Keep this box's secrets, too, for a copy that was made without any.

    Raises:
        StorageError: One of the two is damaged, or there is no room.
    """
    kept = [("settings", f"name LIKE '{_HEARD}'"), *([(_SECRETS, "true")] if secrets else [])]
    with _opened(file, writable=True) as copy:
        for table, where in kept:
            _carry(copy, before, table, where)
        copy.commit()


def _carry(copy: sqlite3.Connection, before: Path, table: str, where: str) -> None:
    """Put rows of the database from before in place of the copy's, as far as columns are alike."""
    with _opened(before) as old:
        columns = [name for name in _columns(old, table) if name in _columns(copy, table)]
        if not columns:
            return  # One of the two is too old to have it.
        rows = old.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}").fetchall()  # noqa: S608
    marks = ", ".join("?" for _ in columns)
    copy.executemany(
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
        rows,
    )


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def _tables(database: sqlite3.Connection) -> set[str]:
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {row[0] for row in database.execute(wanted)}


@contextmanager
def _opened(file: Path, *, writable: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "rw" if writable else "ro"
    with _own_errors(), closing(sqlite3.connect(f"{file.as_uri()}?mode={mode}", uri=True)) as it:
        yield it


@contextmanager
def _own_errors() -> Iterator[None]:
    """Turn the driver's errors about a copy into ours: they are not about the database in use."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise DiskFullError("The disk is full: free some space; nothing was lost.") from error
        raise DatabaseDamagedError(f"The copy cannot be used: {error}.") from error
