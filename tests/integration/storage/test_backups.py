"""A backup of either database, and back; PostgreSQL's by its own programs."""

import sqlite3
from contextlib import closing

import pytest

from bot.storage import copies, dumps
from bot.storage.database import Database
from bot.storage.dumps import ToolMissingError
from bot.storage.secrets import SecretRows
from bot.storage.settings import SettingRows
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.proving import look_through
from bot.upkeep.backup.restoring import restore
from bot.upkeep.backup.writing import write_backup
from tests.scenario.room import START

KEY = b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.mark.parametrize("passphrase", ["", "flour water salt"])
async def test_what_was_there_comes_back_and_what_came_since_is_kept_aside(
    any_database, tmp_path, passphrase
):
    settings, secrets = SettingRows(any_database), SecretRows(any_database, key=KEY)
    await settings.put("note", "before", now=START)
    await secrets.put("slack_bot_token", "xoxb-1", now=START)
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "secret.key").write_bytes(KEY)
    box, file = Box(tmp_path / "box", any_database), tmp_path / "file"
    told = await write_backup(box, file, origin=Origin.ASKED, passphrase=passphrase, now=START)
    assert (told.counts["settings"], told.counts["secrets"]) == (1, 1 if passphrase else 0)
    await look_through(box, file, passphrase=passphrase)
    await settings.put("note", "after", now=START)
    await settings.put("more", "after", now=START)
    await settings.put("heard slack", "later", now=START)
    restored = await restore(file, box, passphrase=lambda: passphrase, now=START)
    # SQLite's file is another one by now.
    again = Database(any_database.url)
    assert await SettingRows(again).all() == {"note": "before", "heard slack": "later"}
    # This box's own secrets stay where the file has none.
    assert await SecretRows(again, key=KEY).all() == {"slack_bot_token": "xoxb-1"}
    await again.close()
    if restored.aside is not None:
        assert any(each.stat().st_size for each in restored.aside.iterdir())
    assert [each for each in (tmp_path / "box").iterdir() if each.name.startswith(".")] == []


async def test_what_was_deleted_before_is_in_no_page_of_a_copy(any_database, tmp_path):
    if not any_database.is_sqlite:
        pytest.skip("PostgreSQL's dumps hold rows alone")
    put = "INSERT INTO settings VALUES ('long', :words, 1, '2026-11-24')"
    file = copies.file_of(any_database.url)
    with closing(sqlite3.connect(file)) as careless:
        careless.execute("PRAGMA secure_delete = OFF")
        careless.execute(put, {"words": '"' + "zebra-striped " * 2_000 + '"'})
        careless.commit()
        careless.execute("DELETE FROM settings")
        careless.commit()
        careless.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"zebra-striped" in file.read_bytes()
    await copies.copy_to(any_database, tmp_path / "copy", with_secrets=True)
    assert b"zebra-striped" not in (tmp_path / "copy").read_bytes()
    await copies.scrub(any_database)
    assert not any(b"zebra-striped" in each.read_bytes() for each in file.parent.glob("deskhand*"))


async def test_without_the_programs_of_postgresql_it_says_what_to_install(
    any_database, tmp_path, monkeypatch
):
    if any_database.is_sqlite:
        pytest.skip("SQLite needs none")
    monkeypatch.setattr(dumps.shutil, "which", lambda _name: None)
    with pytest.raises(ToolMissingError, match="postgresql-client"):
        await write_backup(
            Box(tmp_path, any_database),
            tmp_path / "file",
            origin=Origin.ASKED,
            passphrase="",
            now=START,
        )
    assert not (tmp_path / "file").exists()
