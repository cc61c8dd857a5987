"""The owner says which words mean the same, by the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk
from tests.page.test_first_day import add_entry, ask, last_answer

pytestmark = pytest.mark.long


def test_words_that_mean_the_same_hold_from_the_next_question_on(page: Page, desk: Desk):
    add_entry(page, desk, "Do you lend bicycles?", "Yes, for a day, at the counter.")
    page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="How things are found").click()
    page.get_by_label("Words that mean the same").fill("alone\nbicycles, zweirad")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A group has 2 to 20 words or phrases: see alone.")).to_be_visible()
    page.get_by_label("Words that mean the same").fill("bicycles ,  zweirad,")
    page.get_by_label("While nobody asks").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("Words that mean the same")).to_have_value("bicycles, zweirad")
    expect(page.get_by_label("While nobody asks")).not_to_be_checked()

    page.goto(f"{desk.url}/test-chat")
    ask(page, "lend zweirad")
    expect(last_answer(page)).to_contain_text("Yes, for a day, at the counter.")
