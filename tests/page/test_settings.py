"""All settings on one page, and how long words are kept, by the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long


def test_words_are_kept_less_long_once_the_owner_has_read_what_goes(page: Page, desk: Desk):
    page.goto(f"{desk.url}/overview")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name="How long words are kept"
    ).click()
    card = page.get_by_role("region", name="How long words are kept")
    card.get_by_label("Days for rooms of the public").fill("0")
    card.get_by_role("button", name="Save").click()
    field = card.get_by_label("Days for rooms of the public")
    expect(field).to_have_accessible_description("Write days as a whole number from 1 to 36500.")
    field.fill("60")
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Keep words less long?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("is kept for 90 days. With 60, all that is older")
    page.get_by_role("button", name="Yes, keep them less long").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(field).to_have_value("60")
    expect(field).to_have_accessible_description(
        "Then questions and answers are emptied. (set here)"
    )
