"""The set-up assistant without scripts, without a model and with most of it put off."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.conftest import Desk, wide
from tests.page.test_assistant import at, choose_password

pytestmark = pytest.mark.long


def later(page: Page) -> None:
    page.get_by_role("button", name="Later").click()


def test_everything_can_be_put_off_but_a_first_answer_comes_without_scripts(
    browser: Browser, own_desk: Desk
):
    context = wide(browser, java_script_enabled=False)
    page = context.new_page()
    choose_password(page, own_desk.setup_link)
    at(page, "business", 2)
    later(page)
    at(page, "model", 3)
    # Ollama is nowhere: what to do is said, and nothing stands in the way.
    expect(page.get_by_role("heading", name="Ollama is not found")).to_be_visible()
    page.get_by_role("button", name="Go on without a model").click()
    at(page, "knowledge", 4)
    page.get_by_text("Play with a sample first").click()
    page.get_by_role("button", name="Add the sample").click()
    page.get_by_role("button", name="Go on").click()
    at(page, "platforms", 5)
    later(page)
    # Without a platform there are no rooms to see to.
    at(page, "try", 7)
    page.get_by_role("link", name="Back").click()
    at(page, "rooms", 6)
    expect(page.get_by_text("No platform is connected yet")).to_be_visible()
    later(page)
    at(page, "try", 7)
    page.get_by_label("Your question").fill("how can i pay?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said")).to_contain_text("debit card or credit card")
    page.get_by_role("button", name="Go on").click()
    at(page, "done", 8)
    page.goto(f"{own_desk.url}/overview")
    # What was put off first is offered first.
    page.get_by_role("link", name="Go on with: Business").click()
    at(page, "business", 2)
    page.get_by_role("link", name="Finish later").click()
    page.get_by_role("button", name="Do not ask again").click()
    page.wait_for_url("**/overview")
    expect(page.get_by_text("Go on setting up")).to_have_count(0)
    context.close()
