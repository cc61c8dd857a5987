"""A whole database copied into another, empty one: SQLite or PostgreSQL, either way."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError

from bot.storage.copies import file_of
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamagedError, DatabaseUnavailableError, StorageError
from bot.storage.migrate import upgrade
from bot.storage.tables import metadata

# Rows that are in memory at a time: an answer's holds its whole prompt.
_BULK = 1_000
_HASH_BYTES = 16
_POSTGRESQL_PORT = 5432
# In place of a password; SQLAlchemy's own.
_HIDDEN = "***"

# Rows done and all there are to do; each is written once and read back once.
Progress = Callable[[int, int], None]
Row = dict[str, object]


class MoveError(StorageError):
    """It was not copied; both databases are as they were."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """What rows come to, in whatever order they are read: how many, and their hashes' sum."""

    rows: int = 0
    hashes: int = 0

    def with_rows(self, rows: Sequence[Row]) -> "_Sum":
        hashes = self.hashes + sum(map(_hash, rows))
        return _Sum(self.rows + len(rows), hashes % (1 << 8 * _HASH_BYTES))


def destination(url: str) -> Database:
    """Return the database that an address names, of which nothing is opened yet.

    Raises:
        MoveError: It names none in which an office can be kept.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise MoveError(
            "That is no database's address: give one such as postgresql://desk@localhost/desk, or"
            " sqlite:////data/deskhand.db."
        ) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise MoveError(
            f"Deskhand keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}:"
            " name one of these."
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise MoveError("Name a file, such as sqlite:////data/deskhand.db.")
    return Database(url)


def shown(database: Database) -> str:
    """Return a database's address as people write it, without its password."""
    url = make_url(database.url)
    # libpq takes one among what follows the question mark, too.
    hidden = {name: _HIDDEN for name in url.query if "password" in name}
    bare = url.set(drivername=url.get_backend_name()).update_query_dict(hidden)
    return bare.render_as_string(hide_password=True)


async def move(source: Database, target: Database, *, progress: Progress) -> int:
    """Copy every row of a database into an empty one, where the tables are made first.

    All of it is one transaction at the target, which is committed once each table read back from
    it comes to the same as what was read at the source; whatever ends it before leaves the target
    as it was. The source is only read.

    Args:
        source: With tables of this version; nothing else uses it.
        target: Another one, with nothing in it.
        progress: Told on the loop.

    Returns:
        How many rows there are.

    Raises:
        MoveError: The target cannot take it, or the source is in use.
        StorageError: The source failed.
    """
    if _place(source) == _place(target):
        raise MoveError("That is the database in use: name another one.")
    loop, stopped = asyncio.get_running_loop(), threading.Event()

    def told(done: int, total: int) -> None:
        if stopped.is_set():
            raise MoveError("It was stopped; nothing was copied.")
        loop.call_soon_threadsafe(progress, done, total)

    try:
        return await asyncio.to_thread(_move, source, target, told)
    finally:
        # Whoever waits no longer has it end before its next rows.
        stopped.set()


def _move(source: Database, target: Database, progress: Progress) -> int:
    with source.reads() as reading:
        _hold_still(reading)
        with _into(target) as writing:
            tables = metadata.sorted_tables
            total, done = sum(_count(reading, table) for table in tables), 0

            def step(rows: int) -> None:
                nonlocal done
                done += rows
                progress(done, 2 * total)

            sums = {table: _copy(reading, writing, table, step) for table in tables}
            _go_on_counting(reading, writing)
            for table, read in sums.items():
                written = _sum(writing, table, step)
                if written != read:
                    raise MoveError(
                        f"The rows of {table.name} are not the same on both sides ({read.rows:,}"
                        f" and {written.rows:,}); nothing was copied."
                    )
    return total


def _hold_still(reading: Connection) -> None:
    """See all of the source as it is at one moment, and nobody else at work in it."""
    if reading.dialect.name != "postgresql":
        return
    reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    others = reading.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    )
    if others:
        raise MoveError(
            f"Others use the database that is to be moved ({others} connections): stop every"
            " `deskhand worker`, and whatever else looks into it."
        )


@contextmanager
def _into(target: Database) -> Iterator[Connection]:
    """Hold the target's transaction, in which the tables are there; it is empty before."""
    file = file_of(target.url)
    new, opened = file is not None and not file.exists(), False
    try:
        with target.writes() as writing:
            opened = True
            _check_empty(writing, target)
            upgrade(writing)
            yield writing
    except BaseException as error:
        if new and file is not None:
            _remove(file)
        if not opened and isinstance(error, DatabaseUnavailableError | DatabaseDamagedError):
            raise MoveError(
                f"{shown(target)} cannot be opened: see whether it is there, is a database, and"
                " lets you write in it."
            ) from error
        raise


def _check_empty(writing: Connection, target: Database) -> None:
    if inspect(writing).get_table_names():
        raise MoveError(
            f"{shown(target)} is not empty: name a database with nothing in it. What an earlier"
            " move has put there is whole; one that was cut off leaves nothing."
        )


def _copy(
    reading: Connection, writing: Connection, table: Table, step: Callable[[int], None]
) -> _Sum:
    """Copy a table's rows, and return what they come to as they were read."""
    read, insert = _Sum(), table.insert()
    for rows in _bulks(reading, table):
        read = read.with_rows(rows)
        try:
            writing.execute(insert, rows)
        except (DataError, IntegrityError) as error:
            why = str(error.orig).strip().splitlines()[0]
            raise MoveError(
                f"A row of {table.name} cannot be kept there ({why}); nothing was copied."
            ) from error
        step(len(rows))
    return read


def _sum(connection: Connection, table: Table, step: Callable[[int], None]) -> _Sum:
    found = _Sum()
    for rows in _bulks(connection, table):
        found = found.with_rows(rows)
        step(len(rows))
    return found


def _bulks(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """Yield a table's rows by key, so that one that names another of its table comes after it."""
    names = table.columns.keys()
    ordered = select(table).order_by(*table.primary_key).execution_options(yield_per=_BULK)
    found = connection.execute(ordered)
    for rows in found.partitions():
        yield [dict(zip(names, row, strict=True)) for row in rows]


def _hash(row: Row) -> int:
    told = repr([_alike(value) for value in row.values()]).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=_HASH_BYTES).digest())


def _alike(value: object) -> object:
    """Return a value as either database gives it: a moment comes in the zone of its server."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return value


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _go_on_counting(reading: Connection, writing: Connection) -> None:
    """Have new rows get numbers that no row has, nor had where that matters."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = max(_last_number(reading, table), writing.scalar(select(func.max(column))) or 0)
        if not last:
            continue
        if writing.dialect.name == "postgresql":
            writing.execute(
                text("SELECT setval(pg_get_serial_sequence(:of, :named), :last)"),
                {"of": table.name, "named": column.name, "last": last},
            )
        elif _keeps_numbers(table):
            writing.execute(
                text("DELETE FROM sqlite_sequence WHERE name = :of"), {"of": table.name}
            )
            writing.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:of, :last)"),
                {"of": table.name, "last": last},
            )


def _last_number(connection: Connection, table: Table) -> int:
    """Return the last number a table gave out, as far as the database knows; 0 for none."""
    if connection.dialect.name == "postgresql":
        column = table.autoincrement_column
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:of, :named)"),
            {"of": table.name, "named": "" if column is None else column.name},
        )
        told = text(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 - its own
        return connection.scalar(told) or 0
    if not _keeps_numbers(table):
        return 0
    told = text("SELECT seq FROM sqlite_sequence WHERE name = :of")
    return connection.scalar(told, {"of": table.name}) or 0


def _keeps_numbers(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _place(database: Database) -> tuple[object, ...]:
    file = file_of(database.url)
    if file is not None:
        return ("sqlite", file.resolve())
    url = make_url(database.url)
    return (url.host or "localhost", url.port or _POSTGRESQL_PORT, url.database or url.username)


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
