"""Tokens are kept where only the data directory's own key opens them."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.data_dir import DataDirectory, DataDirectoryError
from bot.storage.database import Database
from bot.storage.secrets import SecretRows
from tests.fakes import tables

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TOKEN = "xoxb-very-secret"


async def opened(folder: Path) -> tuple[Database, SecretRows]:
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    await tables.migrate(database)
    return database, SecretRows(database, key=DataDirectory(folder).secret_key())


async def test_a_token_is_given_back_after_a_restart_and_stands_in_no_file(tmp_path):
    database, rows = await opened(tmp_path)
    await rows.put("slack_bot_token", "an older one", now=NOW)
    await rows.put("slack_bot_token", TOKEN, now=NOW)
    await database.close()
    database, rows = await opened(tmp_path)
    assert await rows.all() == {"slack_bot_token": TOKEN}
    await database.close()
    assert not any(TOKEN.encode() in each.read_bytes() for each in tmp_path.iterdir())


async def test_a_forgotten_token_is_gone(tmp_path):
    database, rows = await opened(tmp_path)
    await rows.put("slack_bot_token", TOKEN, now=NOW)
    await rows.put("slack_bot_token", "", now=NOW)
    assert await rows.all() == {}
    await database.close()


async def test_what_another_key_sealed_is_as_if_it_were_not_there(tmp_path):
    database, rows = await opened(tmp_path)
    await rows.put("slack_bot_token", TOKEN, now=NOW)
    assert await SecretRows(database, key=Fernet.generate_key()).all() == {}
    await database.close()


def test_the_key_is_made_once_and_read_by_this_user_alone(tmp_path):
    directory = DataDirectory(tmp_path)
    key = directory.secret_key()
    assert directory.secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_key_that_is_none_is_told_with_what_to_do(tmp_path):
    (tmp_path / "secret.key").write_text("no key")
    with pytest.raises(DataDirectoryError, match="enter the platforms' tokens again"):
        DataDirectory(tmp_path).secret_key()
