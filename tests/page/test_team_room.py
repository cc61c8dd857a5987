"""The team's room on the page, with a browser: a question comes up, is answered and saved."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long

# Far from anything that the other suites teach the server they share.
ASKED = "What is the name of your cat?"
IN_OTHER_WORDS = "hello, what's the name of the cat of yours?"
REPLY = "Mascha, and she sleeps in the window."


def ask(page: Page, text: str) -> Locator:
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".bubble.said").last.locator(".foot")).to_be_visible()
    return page.locator(".bubble.said").last


def test_a_question_is_answered_in_the_team_s_room_on_the_page_and_known_from_then_on(
    page: Page, desk: Desk
):
    page.goto(f"{desk.url}/questions")
    page.get_by_label("The team's room here").fill("the team")
    page.get_by_label("At once").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It holds from now on")

    # The team's room stands open in a tab of its own while a customer asks.
    team = page.context.new_page()
    team.goto(f"{desk.url}/test-chat")
    team.get_by_role("link", name="The team's room").click()
    expect(team.get_by_text("Here the team is told of open questions.")).to_be_visible()

    page.goto(f"{desk.url}/test-chat")
    answer = ask(page, ASKED)
    answer.get_by_role("button", name="Tell me when you know").click()
    expect(answer).to_contain_text("I'll tell you here as soon as the team has taught me")

    notice = team.locator(".bubble.said").filter(has_text=ASKED)
    notice.get_by_role("link", name="Reply").click()
    expect(team.get_by_text("Replying to “I could not answer this")).to_be_visible()
    team.get_by_label("Your reply").fill(REPLY)
    team.get_by_role("button", name="Reply", exact=True).click()
    draft = team.locator(".bubble.said").filter(has_text="Shall I save this?")
    expect(draft).to_contain_text(REPLY)
    draft.get_by_role("button", name="Save for everyone").click()
    expect(draft).to_contain_text("I am saving it")
    expect(team.locator("#chat")).to_contain_text(f"in use from now on: {ASKED}")
    team.close()

    # What comes by itself stands there without loading the page again.
    expect(page.locator("#chat")).to_contain_text("now I know the answer")
    again = ask(page, IN_OTHER_WORDS)
    expect(again).to_contain_text(REPLY)
    expect(again.locator(".foot")).to_contain_text("your own words")


def test_buttons_press_without_a_script_and_a_room_stands_as_it_was_when_it_is_loaded_again(
    page: Page, desk: Desk
):
    context = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(f"{desk.url}/test-chat")
    plain.get_by_label("Your question").fill("where do I leave my skis?")
    plain.get_by_role("button", name="Ask", exact=True).click()
    said = plain.locator(".bubble.said").last
    said.get_by_role("button", name="A person, please").click()
    expect(plain.locator(".bubble.said").last).to_contain_text("Call 555 0134")
    expect(plain.locator(".bubble.asked")).to_have_text("where do I leave my skis?")
    context.close()


def test_a_room_s_name_that_is_too_long_is_said_beside_it(page: Page, desk: Desk):
    page.goto(f"{desk.url}/questions")
    page.get_by_label("The team's room here").fill("x" * 61)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#staff_room-error")).to_contain_text("60 signs are the most")
