"""A larger import on the page: tried on the owner's questions, refused, and used all the same."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.upkeep.import_approval import FEW
from tests.page.conftest import Desk
from tests.page.test_evaluate import PARKING, teach
from tests.page.test_transfer import choose, downloaded

pytestmark = pytest.mark.long

ASKED = "is there a place for my car to park"
STATIONS = [
    {
        "question": f"Is there a place for my car to park at station {n}?",
        "answer": "No.",
        "audience": "public",
    }
    for n in range(FEW)
]
LINES = "".join(f"{json.dumps(each)}\n" for each in STATIONS)
TAKE = "Use it all the same"
LEAVE = "Leave everything as it is"


@pytest.fixture(scope="module")
def desk(own_desk: Desk) -> Desk:
    return own_desk


@pytest.fixture(scope="module", autouse=True)
def _parking(context: BrowserContext, desk: Desk) -> None:
    """Put a question on the list that the parking entry answers."""
    page = context.new_page()
    teach(page, desk, PARKING, "There are two spaces in the yard.")
    page.goto(f"{desk.url}/evaluate")
    page.get_by_label("Question", exact=True).fill(ASKED)
    page.get_by_label("Document", exact=True).fill(PARKING)
    page.get_by_role("button", name="Add the question").click()
    expect(page.get_by_role("status")).to_contain_text("It is on your list.")
    page.close()


def expect_question(page: Page) -> None:
    expect(page.get_by_role("status")).to_contain_text("Less of your questions is found with it.")
    expect(page.locator("main")).to_contain_text("1 of 1")
    fallen = page.get_by_role("listitem").filter(has_text=ASKED)
    expect(fallen).to_contain_text(f"Expected: “{PARKING}”")
    expect(fallen).to_contain_text("Now: found first")
    expect(fallen).to_contain_text("station")


def documents(page: Page, desk: Desk) -> str:
    page.goto(f"{desk.url}/overview/health?fresh")
    found = re.search("Finds passages; ([0-9]+) document", page.locator("main").inner_text())
    assert found
    return found[1]


def upload(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/knowledge/upload")
    page.get_by_label("Files").set_input_files(
        {"name": "stations.jsonl", "mimeType": "application/jsonl", "buffer": LINES.encode()}
    )
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Add them").click()
    expect_question(page)


def test_an_export_is_tried_and_left_out(page: Page, desk: Desk, tmp_path: Path):
    before = documents(page, desk)
    export = downloaded(page, desk, tmp_path)
    file = tmp_path / "more.zip"
    with zipfile.ZipFile(export) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            more = LINES.encode() if name == "entries.jsonl" else b""
            new.writestr(name, old.read(name) + more)
    choose(page, desk, file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect_question(page)
    page.get_by_role("button", name=LEAVE).click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was changed")
    assert documents(page, desk) == before


def test_what_the_folder_brings_waits_and_is_left_out(page: Page, desk: Desk, tmp_path: Path):
    before = documents(page, desk)
    (tmp_path / "stations.jsonl").write_text(LINES)
    page.goto(f"{desk.url}/knowledge/folder")
    page.get_by_label("The folder's whole path").fill(str(tmp_path))
    page.get_by_role("button", name="Save").click()
    waiting = page.get_by_text("Files of the watched folder wait for you to decide")
    while not waiting.count():
        page.wait_for_timeout(500)
        page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="Decide").click()
    expect_question(page)
    page.get_by_role("button", name=LEAVE).click()
    expect(page.get_by_role("status").first).to_contain_text("Done within seconds")
    row = page.get_by_role("listitem").filter(has_text="stations.jsonl")
    while not row.filter(has_text="You left it out").count():
        page.wait_for_timeout(500)
        page.goto(f"{desk.url}/knowledge/folder")
    assert documents(page, desk) == before


def test_files_wait_on_every_first_page_and_are_used_all_the_same(page: Page, desk: Desk):
    before = documents(page, desk)
    upload(page, desk)
    for path in ("overview", "knowledge"):
        page.goto(f"{desk.url}/{path}")
        expect(page.locator("main")).to_contain_text("Files you gave it wait for you to decide")
    assert documents(page, desk) == before
    page.goto(f"{desk.url}/overview")
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name=TAKE).click()
    expect(page.get_by_role("status")).to_contain_text(f"Added: {FEW} documents")
    assert int(documents(page, desk)) == int(before) + FEW
