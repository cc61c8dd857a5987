"""The owner takes everything along, and brings it in again, by the browser."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk
from tests.page.test_first_day import add_entry, ask, last_answer

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def desk(own_desk: Desk) -> Desk:
    return own_desk


def downloaded(page: Page, desk: Desk, folder: Path) -> Path:
    page.goto(f"{desk.url}/knowledge")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    name = download.value.suggested_filename
    assert name.startswith("deskhand-knowledge-")
    file = folder / name
    download.value.save_as(file)
    return file


def choose(page: Page, desk: Desk, file: Path) -> None:
    page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="Import such a file").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="See what is in it").click()


def test_what_was_downloaded_comes_back_after_it_was_lost(page: Page, desk: Desk, tmp_path: Path):
    add_entry(page, desk, "Where is the ladder?", "In the shed.")
    file = downloaded(page, desk, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert "In the shed." in archive.read("entries.jsonl").decode()

    page.goto(f"{desk.url}/knowledge/remove?id=where-is-the-ladder")
    page.get_by_role("button", name="Remove").click()
    add_entry(page, desk, "Where is the saw?", "Lent out.")

    choose(page, desk, file)
    main = page.locator("main")
    expect(main).to_contain_text("1 entry")
    expect(main).to_contain_text("where-is-the-saw")
    page.get_by_label("Remove what the file does not hold").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Came in: 1 entry")
    expect(page.get_by_role("status")).to_contain_text("1 document removed")

    page.goto(f"{desk.url}/test-chat")
    ask(page, "Where is the ladder?")
    expect(last_answer(page)).to_contain_text("In the shed.")


def test_settings_come_along_when_that_is_chosen(page: Page, desk: Desk, tmp_path: Path):
    file = downloaded(page, desk, tmp_path)
    page.goto(f"{desk.url}/business")
    page.get_by_label("Name of the business").fill("Renamed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    choose(page, desk, file)
    page.get_by_label("Take its settings over as well").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Came in:")
    page.goto(f"{desk.url}/business")
    expect(page.get_by_label("Name of the business")).to_have_value("Crumb & Co.")


def test_a_file_that_is_none_is_refused_beside_the_field(page: Page, desk: Desk, tmp_path: Path):
    file = tmp_path / "holiday.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("beach.txt", "sand")
    choose(page, desk, file)
    expect(page.locator("#file-error")).to_contain_text("no export of Deskhand's")
