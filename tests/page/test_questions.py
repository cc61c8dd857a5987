"""Open questions on the page, with a browser: what several people asked, answered once."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long

ASKED = "Hello, where can I leave my umbrella?"
AGAIN = "where can I leave my umbrella? write to me at ann@mail.example"


def ask(page: Page, desk: Desk, text: str) -> None:
    page.goto(f"{desk.url}/test-chat")
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last.locator(".foot")).to_be_visible()


def test_what_two_people_asked_is_one_question_and_answered_once_without_who_they_are(
    page: Page, desk: Desk
):
    ask(page, desk, ASKED)
    ask(page, desk, AGAIN)
    page.goto(f"{desk.url}/questions")
    row = page.get_by_role("listitem").filter(has_text="umbrella")
    expect(row).to_contain_text("Asked 2 times, first ")
    expect(row).to_contain_text("not known")
    row.get_by_role("link", name="Answer").click()
    expect(page.get_by_role("listitem").filter(has_text="ann@mail.example")).to_be_visible()
    expect(page.get_by_label("Question", exact=True)).to_have_value(
        "where can I leave my umbrella?"
    )
    page.get_by_label("Answer", exact=True).fill("In the stand beside the door.")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.get_by_role("status")).to_contain_text("known from now on")
    expect(page.get_by_role("listitem").filter(has_text="umbrella")).to_have_count(0)
    page.goto(f"{desk.url}/knowledge?query=umbrella")
    page.get_by_text("where can I leave my umbrella?").click()
    expect(page.locator("main")).not_to_contain_text("ann@mail.example")


def test_a_wrong_answer_is_put_right_from_where_it_is_explained(page: Page, desk: Desk):
    ask(page, desk, "Do you have a piano?")
    page.goto(f"{desk.url}/conversations")
    page.get_by_role("link").filter(has_text="Do you have a piano").first.click()
    page.get_by_role("link", name="How it came about").click()
    page.get_by_text("Correct it once and for all").click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Do you have a piano?")
    page.get_by_label("The right answer").fill("Yes, and you may play it.")
    page.get_by_role("button", name="Save the right answer").click()
    expect(page.get_by_role("status")).to_contain_text("known from now on")
    ask(page, desk, "Do you have a piano?")
    said = page.locator(".bubble.said").last.locator(".prose")
    expect(said).to_have_text("Yes, and you may play it.")


def test_when_the_team_is_told_is_chosen_and_a_wrong_time_said(page: Page, desk: Desk):
    page.goto(f"{desk.url}/questions")
    expect(page.get_by_label("At once")).to_be_checked()
    page.get_by_label("Once a week").check()
    page.get_by_label("The week's list comes on").select_option("Friday")
    page.get_by_label("At what time").fill("half past")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#at-error")).to_contain_text("This is no time")
    expect(page.get_by_label("Once a week")).to_be_checked()
    page.get_by_label("At what time").fill("16:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It holds from now on")
    expect(page.get_by_label("The week's list comes on")).to_have_value("FR")
    expect(page.get_by_label("At what time")).to_have_value("16:30")


def test_an_answer_that_breaks_off_is_told(page: Page, desk: Desk):
    page.goto(f"{desk.url}/test-chat")
    # As when whatever stands between ends the stream as if all were said.
    begun = 'event: waiting\r\ndata: {"text": "Looking it up"}\r\n\r\n'
    page.route("**/test-chat/stream", lambda route: route.fulfill(body=begun))
    page.get_by_label("Your question").fill("are you open on sundays?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble").last).to_have_text(
        "The answer did not come through. Load the page again."
    )
