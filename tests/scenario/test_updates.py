"""Data of every earlier version: kept before an update, brought up, and read; and back again."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from bot.domain.conversations import Kind
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import KEYS, revision, revisions
from bot.upkeep.backup.before_update import keep_before_update
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.restoring import restore
from bot.upkeep.backup.writing import write_backup
from tests.scenario.earlier_data import KEY, PARTS, up_to
from tests.scenario.earlier_reading import read
from tests.scenario.room import START, bot_in_a_room


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of each version, with the rows of all up to it."""
    folder = tmp_path_factory.mktemp("versions")

    async def make() -> None:
        for version in revisions():
            database = Database(f"sqlite:///{folder / 'growing'}")
            await database.write(lambda connection, version=version: up_to(connection, version))
            await database.close()
            shutil.copyfile(folder / "growing", folder / version)

    asyncio.run(make())
    return folder


def of_version(versions: Path, version: str, folder: Path) -> None:
    """Make a data directory as a version left it."""
    folder.mkdir()
    shutil.copyfile(versions / version, folder / "deskhand.db")
    (folder / "secret.key").write_bytes(KEY)


def found_since(version: str) -> dict[str, list[str]]:
    """Return what is read of the rows of all versions up to this one."""
    lines: dict[str, list[str]] = {}
    for each in revisions()[: revisions().index(version) + 1]:
        for kind, told in PARTS[each].found.items():
            lines.setdefault(kind, []).extend(told)
    return {kind: sorted(told) for kind, told in lines.items()}


async def test_each_version_has_its_part_and_each_of_its_tables_a_row(versions, tmp_path):
    assert tuple(PARTS) == revisions()
    for version in revisions():
        of_version(versions, version, tmp_path / version)
        assert [name for name, rows in tables_of(tmp_path / version).items() if not rows] == []


@pytest.mark.parametrize("version", revisions())
async def test_data_of_an_earlier_version_are_brought_up_and_read(version, versions, tmp_path):
    of_version(versions, version, tmp_path / "data")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}")
    assert await migrate(database) is (version != revisions()[-1])
    assert await read(database) == found_since(version)
    await database.close()


@pytest.mark.parametrize(
    "version",
    [
        version if number % 4 == 0 else pytest.param(version, marks=pytest.mark.long)
        for number, version in enumerate(reversed(revisions()))
    ],
)
async def test_a_backup_of_an_earlier_version_is_restored_and_read(version, versions, tmp_path):
    of_version(versions, version, tmp_path / "old")
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
    # It was not sealed, and no backup lets anybody in.
    left_out = ("secret", "session", "invitation")
    assert await read(after) == {
        kind: told for kind, told in found_since(version).items() if kind not in left_out
    }
    await after.close()


async def test_what_an_update_changes_is_kept_before_and_the_old_version_can_put_it_back(
    versions, tmp_path
):
    first, *_, newest = revisions()
    of_version(versions, first, tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "data")
    async with bot_in_a_room(tmp_path / "data") as room:
        assert [each.origin for each in await room.app.services.backups.kept()] == [
            Origin.BEFORE_UPDATE
        ]
        said = await room.says("is there parking?")
        assert (said.outcome.kind, said.outcome.text) == (Kind.VERBATIM, "Two spaces in the yard.")
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
        older.setattr("bot.upkeep.backup.placing.migrate", _as_it_is)
        older.setattr("bot.upkeep.backup.placing._write_down", _nothing)
        back = Database(f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}")
        box = Box(tmp_path / "data", back)
        await restore(kept, box, passphrase=lambda: "", now=START)
        await back.close()
    assert tables_of(tmp_path / "data") == tables_of(tmp_path / "old")


async def test_an_update_that_cannot_be_backed_up_changes_nothing(versions, tmp_path):
    of_version(versions, revisions()[0], tmp_path / "data")
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


async def _nothing(*_given: object) -> None:
    pass


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
