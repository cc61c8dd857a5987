"""Somebody is looked up and erased, as a person does it."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long


def test_somebody_is_looked_up_by_typing_and_erased_by_typing_their_name(page: Page, desk: Desk):
    page.goto(f"{desk.url}/test-chat")
    page.get_by_label("Your question").fill("do you bake for weddings?")
    page.locator("#composer button[type=submit]").click()
    expect(page.locator("#chat .foot").first).to_be_visible()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_label("Name").press_sequentially("TEST ch")
    # Others asked there too, as the team.
    row = page.locator("#people").get_by_role("link", name="test chat").first
    expect(row).to_contain_text("last seen")
    listed = page.locator("#people li")
    expect(listed.filter(has_not_text="test chat")).to_have_count(0)
    before = listed.count()
    row.click()
    expect(page.get_by_role("heading", name="test chat", level=1)).to_be_visible()
    page.get_by_role("link", name="Erase …").click()
    page.get_by_label("Type the name to go on").fill("somebody else")
    page.get_by_role("button", name="Erase test chat").click()
    expect(page.get_by_text("Type the name just as it stands above.")).to_be_visible()
    page.get_by_label("Type the name to go on").fill("Test  chat")
    page.get_by_role("button", name="Erase test chat").click()
    expect(page.get_by_role("status")).to_contain_text("messages of theirs")
    page.get_by_role("link", name="Everybody else").click()
    page.get_by_label("Name").press_sequentially("TEST ch")
    expect(listed).to_have_count(before - 1)
