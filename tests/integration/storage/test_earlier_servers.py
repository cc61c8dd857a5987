"""A server's database of every earlier version: backed up, restored, brought up, and read."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection

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

_COUNTERS = """
    SELECT counter.oid::regclass::text, owner.oid::regclass::text, part.attname
    FROM pg_class counter
    JOIN pg_depend ON pg_depend.objid = counter.oid AND pg_depend.deptype = 'a'
    JOIN pg_class owner ON owner.oid = pg_depend.refobjid
    JOIN pg_attribute part
        ON part.attrelid = owner.oid AND part.attnum = pg_depend.refobjsubid
    WHERE counter.relkind = 'S'
"""


def counted_on(connection: Connection) -> None:
    """Have each table's numbers go on after those that its data were put in with."""
    for counter, table, column in connection.exec_driver_sql(_COUNTERS).all():
        connection.exec_driver_sql(
            f"SELECT setval('{counter}', max({column})) FROM {table} HAVING count(*) > 0"
        )


async def brought_up_and_read(url: str, folder: Path, version: str) -> None:
    """Hold a version's data against what was read then, after a restore and an update each."""
    await asyncio.to_thread(folder.mkdir)
    database = Database(url)
    for each in revisions()[: revisions().index(version) + 1]:
        await database.write(lambda connection, each=each: up_to(connection, each))
    await database.write(counted_on)
    box, file = Box(folder, database), folder / "file"
    told = await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    assert told.schema_version == version
    assert await migrate(database) is (version != revisions()[-1])
    assert await read(database) == found_since(version)
    await database.write(lambda each: each.exec_driver_sql("DELETE FROM passages"))
    await restore(file, box, passphrase=lambda: "", now=START)
    assert await revision(database) == revisions()[-1]
    # It was not sealed: the secrets are those that were there. And no backup lets anybody in.
    left_out = ("session", "invitation")
    assert await read(database) == {
        kind: told for kind, told in found_since(version).items() if kind not in left_out
    }
    await database.close()


@pytest.mark.timeout(600)
async def test_data_of_each_earlier_version_are_brought_up_restored_and_read(
    server, request, tmp_path
):
    for version in revisions():
        with new_database(request.config.option.postgresql) as url:
            await brought_up_and_read(url, tmp_path / version, version)
