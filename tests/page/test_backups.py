"""The owner makes a backup, takes it away, and is told when its folder cannot be used."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long


def press(page: Page, desk: Desk) -> None:
    """Have one made, and wait until it is over."""
    page.goto(f"{desk.url}/backups")
    made = page.get_by_role("region", name="What became of the last ones").get_by_role("listitem")
    before = made.count()
    page.get_by_role("button", name="Back up now").click()
    expect(made).to_have_count(before + 1)


def choose(page: Page, desk: Desk, folder: Path | str) -> None:
    page.goto(f"{desk.url}/backups")
    page.get_by_label("Folder").fill(str(folder))
    page.get_by_role("button", name="Save").click()


@pytest.fixture
def disk(page: Page, desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """A second disk; backups are kept in the data directory again afterwards."""
    yield tmp_path / "disk"
    choose(page, desk, "")
    expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()


def test_a_backup_is_made_told_of_and_downloaded(page: Page, desk: Desk, tmp_path: Path):
    page.get_by_role("link", name="Backups").click()
    press(page, desk)
    lead = page.locator("main .lead")
    expect(lead).to_have_text(re.compile(r"Last restored and tested .+: \d+ rows"))
    results = page.get_by_role("region", name="What became of the last ones")
    expect(results.get_by_text("tested", exact=True).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the backup of").first.click()
    assert re.fullmatch(r"deskhand-asked-\d{8}T\d{6}Z\.zip", download.value.suggested_filename)
    file = tmp_path / "taken.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as backup:
        told = json.loads(backup.read("manifest.json"))
    rows = f"{sum(told['counts'].values()):,} rows"
    expect(lead).to_contain_text(rows)
    expect(results.get_by_role("listitem").first).to_contain_text(rows)


def test_a_folder_that_cannot_be_written_is_refused_beside_its_field(
    page: Page, desk: Desk, tmp_path: Path
):
    (tmp_path / "file").write_text("in the way")
    for wrong, sentence in (
        (tmp_path / "file" / "backups", "Nothing can be written there: Not a directory."),
        ("backups", "whole path"),
    ):
        choose(page, desk, wrong)
        expect(page.locator("#folder-error")).to_contain_text(sentence)
        expect(page.get_by_label("Folder")).to_have_value(str(wrong))
    page.goto(f"{desk.url}/backups")
    expect(page.get_by_label("Folder")).to_have_value("")


def test_a_disk_that_is_away_is_told_when_the_next_one_is_made(page: Page, desk: Desk, disk: Path):
    choose(page, desk, disk)
    expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
    disk.rmdir()
    disk.write_text("what is left of it")
    press(page, desk)
    failed = page.get_by_role("status").filter(has_text="The last one failed.")
    expect(failed).to_contain_text(str(disk))
    expect(failed).to_contain_text("see whether its disk is there and has room")
    results = page.get_by_role("region", name="What became of the last ones")
    expect(results.get_by_role("listitem").first).to_contain_text("failed")
    disk.unlink()
    press(page, desk)
    expect(failed).to_have_count(0)
    assert [each.suffix for each in disk.iterdir()] == [".zip"]
