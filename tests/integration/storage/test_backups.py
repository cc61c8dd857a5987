"""A backup of either database, and back; PostgreSQL's by its own programs."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.storage import copies, dumps
from bot.storage.database import Database
from bot.storage.dumps import ToolMissingError
from bot.storage.people import PersonRows
from bot.storage.secrets import SecretRows
from bot.storage.settings import SettingRows
from bot.storage.whole_persons import WholePersonRows
from bot.upkeep import erasures
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.proving import look_through
from bot.upkeep.backup.restoring import restore, undo
from bot.upkeep.backup.writing import write_backup
from connectors.messages import Author
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


async def seen(url: str) -> dict[str, object]:
    """Return the settings and secrets of a database, of which SQLite's file is another by now."""
    opened = Database(url)
    kept = await SettingRows(opened).all() | await SecretRows(opened, key=KEY).all()
    await opened.close()
    return kept


async def test_a_restore_is_undone_and_done_again_and_what_was_heard_stays(any_database, tmp_path):
    settings = SettingRows(any_database)
    folder = tmp_path / "box"
    (folder / "skills" / "cake").mkdir(parents=True)
    skill = folder / "skills" / "cake" / "SKILL.md"
    skill.write_text("before")
    (folder / "secret.key").write_bytes(KEY)
    box, file = Box(folder, any_database), tmp_path / "file"
    with pytest.raises(BackupError, match="no restore to undo"):
        await undo(box, now=START)
    await settings.put("note", "before", now=START)
    await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    await settings.put("note", "after", now=START)
    await SecretRows(any_database, key=KEY).put("slack_bot_token", "xoxb-1", now=START)
    skill.write_text("after")
    (folder / "files").mkdir()
    (folder / "files" / "kept-1").write_bytes(b"picture")
    await restore(file, box, passphrase=lambda: "", now=START)
    again = Database(any_database.url)
    await SettingRows(again).put("heard slack", "later", now=START)
    await again.close()
    token = {"slack_bot_token": "xoxb-1", "heard slack": "later"}
    states = [("after", True), ("before", False), ("after", True)]
    for number, (words, has_file) in enumerate(states):
        now = START + timedelta(minutes=1 + number)
        undone = await undo(box, now=now)
        # What an undo has put aside is what the next one brings.
        assert undone.restored_at == (now - timedelta(minutes=1) if number else START)
        assert await seen(any_database.url) == {"note": words, **token}
        assert skill.read_text() == words
        assert (folder / "files" / "kept-1").exists() is has_file
        assert len([*folder.glob("before-restore-*")]) == 1
    assert [each for each in folder.iterdir() if each.name.startswith(".")] == []
    assert not (folder / "restoring").exists()


async def test_who_was_erased_after_a_restore_stays_so_when_it_is_undone(any_database, tmp_path):
    box, file = Box(tmp_path / "box", any_database), tmp_path / "file"
    box.folder.mkdir()
    carla = Author("U1", "Carla Quuxington")
    await PersonRows(any_database).ensure("slack", carla)
    await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    await restore(file, box, passphrase=lambda: "", now=START)
    erased = START + timedelta(minutes=1)
    erasures.write(box.erased, {erasures.mark("slack", "U1"): erased})
    await undo(box, now=START + timedelta(minutes=2))
    again = Database(any_database.url)
    assert await WholePersonRows(again).find("slack/U1") == []
    assert await WholePersonRows(again).everybody() != []
    await again.close()


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
