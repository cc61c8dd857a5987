"""A start with no room to write: what goes wrong comes out as what it is, not as a group of it."""

from pathlib import Path

import pytest

from bot.data_dir import DataDirectoryError
from bot.serving import serve
from bot.settings import Settings
from bot.storage.errors import DiskFullError
from bot.web.accounts import Accounts


async def started(folder: Path) -> None:
    settings = Settings(data_dir=folder, model="", ollama_url="http://127.0.0.1:9", port=0)
    await serve(settings, ready=lambda *_: pytest.fail("it started"), kinds={})


async def test_a_folder_that_takes_no_file_is_told_with_what_to_look_at(tmp_path: Path):
    # In the way of the file in which it says where it listens.
    (tmp_path / "server.json.new").mkdir()
    with pytest.raises(DataDirectoryError, match=r"server\.json cannot be written .* disk is full"):
        await started(tmp_path)


async def test_a_link_that_cannot_be_kept_is_told_as_the_storage_words_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def full(_: Accounts) -> str:
        raise DiskFullError("The disk is full: free some space; nothing was lost.")

    monkeypatch.setattr(Accounts, "fresh_setup_link", full)
    with pytest.raises(DiskFullError):
        await started(tmp_path)
