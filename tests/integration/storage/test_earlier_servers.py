"""A server's database of every earlier version: backed up, restored, brought up, and read."""

import asyncio
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import revision, revisions
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.restoring import restore
from bot.upkeep.backup.writing import write_backup
from tests.fakes.postgresql import new_database
from tests.scenario.earlier_reading import read
from tests.scenario.room import START
from tests.scenario.test_updates import found_since, up_to


async def brought_up_and_read(url: str, folder: Path, version: str) -> None:
    """Hold a version's data against what was read then, after a restore and an update each."""
    await asyncio.to_thread(folder.mkdir)
    database = Database(url)
    for each in revisions()[: revisions().index(version) + 1]:
        await database.write(lambda connection, each=each: up_to(connection, each))
    box, file = Box(folder, database), folder / "file"
    told = await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    assert told.schema_version == version
    assert await migrate(database) is (version != revisions()[-1])
    assert await read(database) == found_since(version)
    await database.write(lambda each: each.exec_driver_sql("DELETE FROM passages"))
    await restore(file, box, passphrase=lambda: "", now=START)
    assert await revision(database) == revisions()[-1]
    # It was not sealed: the secrets are those that were there.
    assert await read(database) == found_since(version)
    await database.close()


@pytest.mark.timeout(600)
async def test_data_of_each_earlier_version_are_brought_up_restored_and_read(
    server, request, tmp_path
):
    for version in revisions():
        with new_database(request.config.option.postgresql) as url:
            await brought_up_and_read(url, tmp_path / version, version)
