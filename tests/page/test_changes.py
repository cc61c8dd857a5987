"""What was changed, looked up by the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk
from tests.page.test_first_day import add_entry

pytestmark = pytest.mark.long

QUESTION = "Do you lend ladders?"


def test_who_changed_what_is_found_with_what_it_was_before(page: Page, desk: Desk):
    add_entry(page, desk, QUESTION, "Yes, for a day.")
    page.goto(f"{desk.url}/knowledge?query=ladders")
    page.get_by_role("link", name=QUESTION).click()
    page.get_by_label("Answer", exact=True).fill("No, not any more.")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/knowledge?said=*", wait_until="load")

    page.get_by_role("link", name="Log of changes").click()
    newest = page.locator("main").get_by_role("listitem").first
    expect(newest).to_contain_text("Entry")
    expect(newest).to_contain_text("owner ·")
    expect(newest.get_by_role("deletion")).to_have_text("Yes, for a day.")
    expect(newest.get_by_role("insertion")).to_have_text("No, not any more.")

    page.get_by_label("What", exact=True).select_option("Model that waited")
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("main")).to_contain_text("Nothing of this kind was changed.")
    page.get_by_label("What", exact=True).select_option("Entry")
    page.get_by_label("Who", exact=True).select_option("owner")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_label("What", exact=True)).to_have_value("entry")
    page.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_label("Answer", exact=True)).to_have_value("No, not any more.")
