"""From nothing to the first right answer, and everything still there after a stop."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.conftest import Stack
from tests.page.conftest import set_up, sign_in, wide

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800)]

QUESTION = "are you open on sundays?"
ANSWER = "From 8:30 to 13:00."


def ask(browser: Browser, stack: Stack) -> None:
    page = wide(browser).new_page()
    if stack.owned:
        sign_in(page, stack)
    else:
        set_up(page, stack)
        page.goto(f"{stack.url}/knowledge/add")
        page.get_by_label("Question", exact=True).fill("Are you open on Sundays?")
        page.get_by_label("Answer", exact=True).fill(ANSWER)
        page.get_by_label("Everybody").check()
        page.get_by_role("button", name="Save").click()
    page.goto(f"{stack.url}/test-chat")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last).to_contain_text(ANSWER)


def promises(stack: Stack) -> list[str]:
    return [each["subject"] for each in json.loads(stack.deskhand("followups", "list", "--json"))]


def test_what_was_set_up_answered_and_promised_is_there_after_a_stop(
    stack: Stack, browser: Browser
):
    ask(browser, stack)
    said = json.loads(stack.deskhand("ask", "remind me in 3 days to call the mill", "--json"))
    assert said["kind"] == "action"
    stack.compose("down")
    stack.up("up again")
    ask(browser, stack)
    assert promises(stack) == ["call the mill"]
