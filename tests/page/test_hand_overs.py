"""A person takes over, with a browser: chosen how, taken, files both ways, given back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long


def say(page: Page, label: str, text: str, files: list[Path] | None = None) -> None:
    page.get_by_label(label).fill(text)
    if files:
        page.get_by_label("Files").set_input_files(files)
    page.locator("#composer button[type=submit]").click()


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def test_how_it_goes_is_chosen_in_plain_words_and_what_does_not_fit_is_said(page: Page, desk: Desk):
    page.goto(f"{desk.url}/hand-overs")
    form = page.locator("form").filter(has=page.get_by_role("heading", name="How it goes"))
    form.get_by_label("Customers who write one of these words").fill("heart attack\n\nallergic")
    form.get_by_label("Nobody has taken it after").fill("soon")
    form.get_by_label("The business's name").check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Write minutes as a number from 1 to 1440.")
    expect(form.get_by_label("The business's name")).to_be_checked()
    form.get_by_label("Nobody has taken it after").fill("10")
    form.get_by_label("Customers whose question it could not answer").check()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("It holds from now on")
    page.reload()
    expect(form.get_by_label("Nobody has taken it after")).to_have_value("10")
    words = form.get_by_label("Customers who write one of these words")
    expect(words).to_have_value("heart attack\nallergic")
    expect(form.get_by_label("Customers whose question it could not answer")).to_be_checked()
    expect(form.get_by_label("Customers who write that they are upset")).to_be_checked()
    # As it was, for the other suites that share this server.
    words.fill("")
    form.get_by_label("The colleague's name").check()
    form.get_by_label("Customers whose question it could not answer").uncheck()
    form.get_by_role("button", name="Save").click()


def test_a_colleague_takes_a_customer_over_in_the_team_s_room_and_files_go_both_ways(
    page: Page, desk: Desk, tmp_path: Path
):
    plan, photo = tmp_path / "my plan.pdf", tmp_path / "photo.png"
    plan.write_bytes(b"plan")
    photo.write_bytes(b"photo")
    page.goto(f"{desk.url}/questions")
    page.get_by_label("The team's room here").fill("colleagues")
    page.get_by_role("button", name="Save", exact=True).click()
    customer = page.context.new_page()
    customer.goto(f"{desk.url}/test-chat")
    say(customer, "Your question", "a person, please")
    expect(customer.locator("#chat")).to_contain_text("I have put this on the list")

    page.goto(f"{desk.url}/test-chat")
    page.get_by_role("link", name="The team's room").click()
    post = page.locator(".bubble.said").filter(has_text="would like to talk to a person").last
    post.get_by_role("button", name="I take it").click()
    expect(customer.locator("#chat")).to_contain_text("is here now and reads along")
    post = page.locator(".bubble.said").filter(has_text="has it: what you write below").last
    post.get_by_role("link", name="Reply").click()
    say(page, "Your reply", "Here it is.", [plan])
    expect(customer.locator("#chat")).to_contain_text("Here it is.")
    assert saved(customer, "my plan.pdf") == b"plan"

    say(customer, "Your question", "", [photo])
    expect(page.locator("#chat")).to_contain_text("photo.png")
    assert saved(page, "photo.png") == b"photo"
    customer.close()
    page.goto(f"{desk.url}/hand-overs")
    expect(page.get_by_text("has it since")).to_be_visible()
    page.get_by_role("button", name="Give back").first.click()
    expect(page.get_by_text("Answered by").first).to_be_visible()
