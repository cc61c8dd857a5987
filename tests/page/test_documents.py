"""What the owner says about a document, and the folder they have watched."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.conftest import Desk
from tests.page.test_platforms import connected

pytestmark = pytest.mark.long

PROGRAM = """
import asyncio
from bot.serving import serve
from bot.settings import load
from bot.upkeep import folder
from tests.fakes.platform import Town, kinds, room

def ready(door, setup_link):
    print(f"The link: {setup_link}", flush=True)

folder.LOOK_S = 0.2
slack = Town("slack", [
    room("slack", "C1", "counter"), room("slack", "C2", "kitchen", private=True),
    room("slack", "D1", "Ann", direct=True),
])
asyncio.run(serve(load(), ready=ready, kinds=kinds(slack, Town("discord"))))
"""
QUESTION = "What is the code of the cellar?"


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running = Desk(tmp_path_factory.mktemp("data") / "desk", program=PROGRAM)
    yield running
    running.stop()


def test_without_a_platform_no_rooms_are_offered(page: Page, desk: Desk):
    page.goto(f"{desk.url}/knowledge/add")
    expect(page.get_by_label("Staff only")).to_be_visible()
    expect(page.get_by_label("Chosen rooms")).to_have_count(0)


def test_an_entry_for_a_chosen_room_says_so_and_the_test_chat_does_not_know_it(
    page: Page, desk: Desk
):
    connected(page, desk)
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.get_by_label("Answer", exact=True).fill("It is 7312.")
    page.get_by_label("Chosen rooms whoever").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#audience-error")).to_contain_text("Choose the rooms")
    page.get_by_label("kitchen").check()
    page.get_by_role("button", name="Save").click()
    line = page.get_by_role("link", name=QUESTION)
    expect(line).to_contain_text("chosen rooms")
    line.click()
    expect(page.get_by_label("kitchen")).to_be_checked()
    expect(page.get_by_label("counter")).not_to_be_checked()
    expect(page.get_by_label("Ann")).to_have_count(0)
    page.goto(f"{desk.url}/test-chat?role=staff")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last).to_contain_text("I don't know")
    expect(page.get_by_text("7312")).to_have_count(0)


def test_dates_and_a_note_are_kept_and_what_ends_soon_is_listed(page: Page, desk: Desk):
    last_day = date.today() + timedelta(days=7)  # noqa: DTZ011 - some day soon, in any zone
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill("Is there stollen?")
    page.get_by_label("Answer", exact=True).fill("By the slice.")
    page.get_by_label("Everybody").check()
    page.get_by_label("Valid from").fill("2026-11-01")
    page.get_by_label("Valid until").fill("2025-11-01")
    page.get_by_label("Note for colleagues").fill("Ann knows the recipe.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#valid_until-error")).to_contain_text("before the first day")
    page.get_by_label("Valid until").fill(last_day.isoformat())
    page.get_by_role("button", name="Save").click()
    ending = page.get_by_role("region", name="Ending soon")
    expect(ending).to_contain_text(f"last day {last_day.day} {last_day:%b %Y}")
    page.goto(f"{desk.url}/overview")
    page.get_by_role("region", name="Ending soon").get_by_role("link").click()
    expect(page.get_by_label("Note for colleagues")).to_have_value("Ann knows the recipe.")
    expect(page.get_by_text("This is its version 1.")).to_be_visible()
    page.get_by_label("Valid until").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Ending soon")).to_have_count(0)
    page.get_by_role("link", name="Is there stollen?").click()
    expect(page.get_by_text("This is its version 2.")).to_be_visible()


def test_a_folder_is_watched_and_says_what_could_not_be_read(
    page: Page, desk: Desk, tmp_path: Path
):
    folder = tmp_path / "watched"
    page.goto(f"{desk.url}/knowledge/upload")
    page.get_by_role("link", name="a folder that is watched").click()
    path = page.get_by_label("The folder's whole path")
    path.fill(str(folder))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#folder-error")).to_contain_text("There is no folder")
    path.fill("watched")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#folder-error")).to_contain_text("whole path")
    folder.mkdir()
    (folder / "oven.md").write_text("# Oven\n\nThe oven is lit at four.\n")
    (folder / "old.doc").write_bytes(b"x")
    path.fill(str(folder))
    page.get_by_role("button", name="Save").click()
    for _ in range(50):
        if page.get_by_text("oven.md").is_visible() and page.get_by_text("old.doc").is_visible():
            break
        page.wait_for_timeout(200)
        page.reload()
    files = page.get_by_role("region", name="Its files")
    expect(files.get_by_role("listitem").filter(has_text="oven.md")).to_contain_text("1 document")
    expect(files.get_by_role("listitem").filter(has_text="old.doc")).to_contain_text(".docx")
    page.goto(f"{desk.url}/knowledge")
    expect(page.get_by_text("1 file could not be read.")).to_be_visible()
    page.get_by_role("link", name="Oven").click()
    expect(page.get_by_text("From folder: oven.md.")).to_be_visible()
    expect(page.get_by_text("that replaces what you write here")).to_be_visible()
