"""The database: nothing lost, nothing half done, and a sentence for each way it can fail."""

import asyncio
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, text

from bot.storage import errors
from bot.storage.database import PRAGMAS, Database
from bot.storage.inbox import InboxRows
from bot.storage.migrate import migrate
from bot.storage.settings import SettingRows
from bot.storage.tables import metadata
from connectors.messages import Address, Author, IncomingMessage
from tests.fakes import tables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TASKS, UPDATES = 5, 20
PATIENCE_S = 60
FULL = 2  # sqlite.org/pragma.html#pragma_synchronous


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await tables.migrate(opened)
    yield opened
    await opened.close()


def path_of(database: Database) -> Path:
    return Path(database.url.partition(":///")[2])


async def put(database: Database, value: object = "x") -> None:
    await SettingRows(database).put("note", value, now=NOW)  # type: ignore[arg-type]


async def note(database: Database) -> object:
    return (await SettingRows(database).all()).get("note")


# Nothing is lost


def count(connection: Connection) -> int:
    value = connection.scalar(text("SELECT value FROM settings WHERE name = 'count'"))
    return int(str(value))


def count_up(connection: Connection) -> None:
    """Read, think, write: what loses updates when another may write in between."""
    value = count(connection)
    time.sleep(0.001)
    connection.execute(
        text("UPDATE settings SET value = :value WHERE name = 'count'"), {"value": str(value + 1)}
    )


async def test_five_tasks_reading_then_writing_lose_no_update(database):
    await SettingRows(database).put("count", 0, now=NOW)

    async def work() -> None:
        for _ in range(UPDATES):
            await database.write(count_up)

    await asyncio.gather(*(work() for _ in range(TASKS)))
    assert await database.read(count) == TASKS * UPDATES


async def test_five_programs_reading_then_writing_lose_no_update(database):
    """Each with an engine of its own: the lock inside one process does not reach them."""
    await SettingRows(database).put("count", 0, now=NOW)
    others = [Database(database.url) for _ in range(TASKS)]

    async def work(own: Database) -> None:
        for _ in range(UPDATES):
            await own.write(count_up)

    await asyncio.gather(*map(work, others))
    for each in others:
        await each.close()
    assert await database.read(count) == TASKS * UPDATES


async def test_a_transaction_that_fails_leaves_nothing(database):
    class MindChangedError(Exception):
        pass

    def change_ones_mind(connection: Connection) -> None:
        connection.execute(text("DELETE FROM alembic_version"))
        raise MindChangedError

    with pytest.raises(MindChangedError):
        await database.write(change_ones_mind)
    assert await migrate(database) is False


async def test_a_begun_transaction_is_whole_although_nobody_waits_for_it_any_more(database):
    begun, may_end = threading.Event(), threading.Event()

    def linger(connection: Connection) -> None:
        put_in = "INSERT INTO settings VALUES (:name, '1', 1, '2026-11-24')"
        connection.execute(text(put_in), {"name": "first"})
        begun.set()
        may_end.wait(PATIENCE_S)
        connection.execute(text(put_in), {"name": "second"})

    task = asyncio.create_task(database.write(linger))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    may_end.set()
    await put(database)
    assert {"first", "second"} < (await SettingRows(database).all()).keys()


async def test_closing_waits_for_a_transaction_that_has_begun(database):
    begun = threading.Event()

    def linger(connection: Connection) -> None:
        begun.set()
        time.sleep(0.2)
        connection.execute(text("INSERT INTO settings VALUES ('note', '1', 1, '2026-11-24')"))

    task = asyncio.create_task(database.write(linger))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    await database.close()
    await task
    again = Database(database.url)
    assert await note(again) == 1
    await again.close()


async def test_the_same_message_twice_at_once_is_stored_once(database):
    message = IncomingMessage(
        "m1", Address("test", "room"), Author("ann", "Ann"), "hello", to_bot=True, sent_at=NOW
    )
    rows = InboxRows(database)
    stored = await asyncio.gather(*(rows.store(message, now=NOW) for _ in range(TASKS)))
    assert sum(each is not None for each in stored) == 1


# Live connections


def pragmas(connection: Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    return {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}


async def test_every_connection_is_durable_patient_and_strict(database):
    expected = {"journal_mode": "wal", "synchronous": FULL, "busy_timeout": 10_000}
    together = threading.Barrier(3)

    def pragmas_of_one_of_three(connection: Connection) -> dict[str, object]:
        together.wait(PATIENCE_S)
        return pragmas(connection)

    for found in await asyncio.gather(
        database.write(pragmas_of_one_of_three),
        database.read(pragmas_of_one_of_three),
        database.read(pragmas_of_one_of_three),
    ):
        assert found == expected | {"foreign_keys": 1}


async def test_a_write_begins_immediate_and_a_read_does_not(database):
    begun: list[str] = []

    def seen(statement: str) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    @event.listens_for(database._engine, "checkout")
    def traced(connection, *_rest):
        connection.set_trace_callback(seen)

    await put(database)
    await note(database)
    assert begun == ["BEGIN IMMEDIATE", "BEGIN"]


async def test_a_read_goes_on_while_another_writes(database):
    await put(database, "before")
    written, may_end = threading.Event(), threading.Event()

    def change(connection: Connection) -> None:
        connection.execute(text("UPDATE settings SET value = '\"after\"'"))
        written.set()
        may_end.wait(PATIENCE_S)

    changing = asyncio.create_task(database.write(change))
    await asyncio.to_thread(written.wait, PATIENCE_S)
    assert await note(database) == "before"
    may_end.set()
    await changing
    assert await note(database) == "after"


# Ways to fail


async def test_a_full_database_says_so_and_keeps_what_it_has(database):
    await put(database, "before")

    @event.listens_for(database._engine, "begin")
    def no_more_pages(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(errors.DiskFullError, match="free some space"):
        await put(database, "x" * 1_000_000)
    assert await note(database) == "before"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB, where we may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_full_disk_says_so_loses_nothing_and_is_used_again_once_there_is_room(small_disk):
    database = Database(f"sqlite:///{small_disk / 'deskhand.db'}")
    await migrate(database)
    await put(database, "before")
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 1_000_000)
    with pytest.raises(errors.DiskFullError, match="free some space"):
        await put(database, "x" * 1_500_000)
    assert await note(database) == "before"
    filler.unlink()
    await put(database, "after")
    assert await note(database) == "after"
    await database.close()


async def test_a_locked_database_says_who_may_be_to_blame(database, monkeypatch):
    quick = tuple(pragma.replace("10000", "100") for pragma in PRAGMAS)
    monkeypatch.setattr("bot.storage.database.PRAGMAS", quick)
    impatient = Database(database.url)
    with closing(sqlite3.connect(path_of(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(errors.DatabaseLockedError, match="Another program holds"):
            await put(impatient)
        other.execute("ROLLBACK")
    await put(impatient)
    await impatient.close()


async def test_a_lock_that_is_let_go_in_time_is_waited_for(database):
    with closing(sqlite3.connect(path_of(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(put(database))
        await asyncio.sleep(0.3)
        assert not writing.done()
        other.execute("ROLLBACK")
        await writing


@pytest.mark.parametrize("start", [0, 4096], ids=["its header", "its pages"])
async def test_a_damaged_file_is_told_from_everything_else(database, start):
    await put(database)
    await database.close()
    path = path_of(database)
    content = bytearray(path.read_bytes())
    content[start:] = b"\x5a" * len(content[start:])
    path.write_bytes(content)
    damaged = Database(database.url)

    async def use() -> None:
        await migrate(damaged)
        await put(damaged)

    with pytest.raises(errors.DatabaseDamagedError, match="last backup"):
        await use()
    await damaged.close()


async def test_a_database_that_may_not_be_written_says_what_to_check(database):
    await put(database, "before")

    @event.listens_for(database._engine, "begin")
    def read_only(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    with pytest.raises(errors.DatabaseUnavailableError, match="belongs to the user"):
        await put(database)
    assert await note(database) == "before"


async def test_a_place_that_does_not_exist_says_what_to_check(tmp_path):
    nowhere = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'deskhand.db'}")
    with pytest.raises(errors.DatabaseUnavailableError, match="data directory"):
        await migrate(nowhere)
    await nowhere.close()


async def test_a_server_that_does_not_answer_says_what_to_check():
    # Port 9 is "discard": nothing listens there.
    nowhere = Database("postgresql://deskhand@127.0.0.1:9/deskhand")
    with pytest.raises(errors.DatabaseUnavailableError, match="DESKHAND_DATABASE_URL"):
        await migrate(nowhere)
    await nowhere.close()


def test_another_kind_of_database_is_refused():
    with pytest.raises(errors.DatabaseUnavailableError, match="DESKHAND_DATABASE_URL"):
        Database("mysql://localhost/deskhand")


# Tables


async def test_migrations_and_tables_agree(any_database):
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await any_database.read(differences) == []


async def test_tables_of_a_newer_version_are_refused_and_left_alone(any_database):
    def become_newer(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await any_database.write(become_newer)
    with pytest.raises(errors.SchemaError, match="newer Deskhand"):
        await migrate(any_database)
    version = text("SELECT version_num FROM alembic_version")
    assert await any_database.read(lambda connection: connection.scalar(version)) == "9999"


async def test_tables_are_made_once(any_database):
    assert await migrate(any_database) is False
