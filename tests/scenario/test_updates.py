"""Data of every earlier version: kept before an update, brought up, and read; and back again."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Time,
    select,
)
from sqlalchemy.types import TypeEngine

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import migrations, revision, revisions
from bot.storage.tables import metadata
from bot.upkeep.backup.before_update import keep_before_update
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.restoring import restore
from bot.upkeep.backup.writing import write_backup
from tests.scenario.room import START, bot_in_a_room

# Where a column's own kind says too little: words that stand for a choice.
WORDS = {
    "role": "public",
    "audience": "public",
    "shape": "entry",
    "zone": "UTC",
    "rule": "",
    "document_id": "entry",
    "passage_id": "entry#0",
    "language": "en",
    "told": "weekly",
}
STATES = {"turns": "done", "outbox": "sent", "follow_ups": "pending"}
# Of these nothing goes into a backup.
KEYS = {"sessions", "setup_links", "sign_in_attempts"}
SAME = ("persons", "conversations", "messages", "documents", "passages", "follow_ups")


# The first that fits.
VALUES: list[tuple[type[TypeEngine[Any]], object]] = [
    (Boolean, False),
    (Integer, 1),
    (DateTime, START.replace(tzinfo=None)),
    (Date, START.date()),
    (Time, START.time()),
    (LargeBinary, b"\x00\x00\x80?"),
    (JSON, []),
]


def a_row(table: Table) -> dict[str, object]:
    """Return a row for a table of any version, each column filled, keys all 1."""
    return {column.name: a_value(table.name, column) for column in table.columns}


def a_value(table: str, column: Column[Any]) -> object:
    if column.foreign_keys and column.nullable:
        return None
    for kind, value in VALUES:
        if isinstance(column.type, kind):
            return value
    if column.name == "state":
        return STATES.get(table, "x")
    return WORDS.get(column.name, f"{table[:8]} x")


def filled_as_of(connection: Connection, version: str) -> dict[str, dict[str, object]]:
    """Make the tables of a version with a row in each, and return the rows."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, version)
    there = MetaData()
    there.reflect(connection)
    rows = {}
    for table in there.sorted_tables:
        if table.name not in {"alembic_version", "settings", "secrets", "trials"}:
            rows[table.name] = a_row(table)
            connection.execute(table.insert().values(rows[table.name]))
    return rows


async def of_version(folder: Path, version: str) -> dict[str, dict[str, object]]:
    await asyncio.to_thread(folder.mkdir)
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    rows = await database.write(lambda connection: filled_as_of(connection, version))
    await database.close()
    return rows


def stored(connection: Connection, table: Table) -> dict[str, object]:
    row = connection.execute(select(table)).mappings().one()
    return dict(row)


@pytest.mark.parametrize("version", revisions()[:-1])
async def test_data_of_an_earlier_version_are_restored_and_read(version, tmp_path):
    rows = await of_version(tmp_path / "old", version)
    before = Database(f"sqlite:///{tmp_path / 'old' / 'deskhand.db'}")
    file = tmp_path / "old.zip"
    box = Box(tmp_path / "old", before)
    told = await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    assert told.schema_version == version
    await before.close()
    after = Database(f"sqlite:///{tmp_path / 'new' / 'deskhand.db'}")
    (tmp_path / "new").mkdir()
    await restore(file, Box(tmp_path / "new", after), passphrase=lambda: "", now=START)
    assert await revision(after) == revisions()[-1]
    for name in (each for each in SAME if each in rows):
        found = await after.read(
            lambda connection, name=name: stored(connection, metadata.tables[name])
        )
        for column in ("text", "subject", "name", "title", "user_id", "channel"):
            if column in rows[name]:
                assert found[column] == rows[name][column], (name, column)
    await after.close()


async def test_what_an_update_changes_is_kept_before_and_the_old_version_can_put_it_back(tmp_path):
    first, *_, newest = revisions()
    await of_version(tmp_path / "old", first)
    shutil.copytree(tmp_path / "old", tmp_path / "data")
    async with bot_in_a_room(tmp_path / "data") as room:
        assert [each.origin for each in await room.app.services.backups.kept()] == [
            Origin.BEFORE_UPDATE
        ]
        assert await room.says("hello")
    [kept] = (tmp_path / "data" / "backups").iterdir()
    assert "before-update" in kept.name
    database = Database(f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}")
    assert await revision(database) == newest
    # Up to date, there is nothing to be kept.
    assert await keep_before_update(Box(tmp_path / "data", database), now=START) is None
    await database.close()
    with pytest.MonkeyPatch.context() as older:
        # The version from before knows its own tables alone.
        older.setattr("bot.upkeep.backup.restoring.revisions", lambda: [first])
        older.setattr("bot.upkeep.backup.restoring.migrate", _as_it_is)
        back = Database(f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}")
        box = Box(tmp_path / "data", back)
        await restore(kept, box, passphrase=lambda: "", now=START)
        await back.close()
    assert tables_of(tmp_path / "data") == tables_of(tmp_path / "old")


async def test_an_update_that_cannot_be_backed_up_changes_nothing(tmp_path):
    await of_version(tmp_path / "data", revisions()[0])
    (tmp_path / "data" / "backups").write_text("in the way")
    with pytest.raises(Exception, match="could not be written"):
        async with bot_in_a_room(tmp_path / "data"):
            pass
    database = Database(f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}")
    assert await revision(database) == revisions()[0]
    await database.close()


async def test_a_new_box_has_nothing_to_keep(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    assert await keep_before_update(Box(tmp_path, database), now=START) is None
    assert await migrate(database)
    assert not (tmp_path / "backups").exists()
    await database.close()


async def _as_it_is(_database: Database) -> bool:
    return False


def tables_of(folder: Path) -> dict[str, list[object]]:
    with closing(sqlite3.connect(folder / "deskhand.db")) as database:
        names = [
            cast("str", row[0])
            for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: database.execute(f'SELECT * FROM "{name}"').fetchall()
            for name in names
            if name not in KEYS
        }
