"""The owner's first day: from the one-time link to answers, without a model."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.page.conftest import PASSWORD, Desk, bakery, wide


@pytest.fixture(scope="module")
def desk(own_desk: Desk) -> Desk:
    return own_desk


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask").click()


def last_answer(page: Page) -> Locator:
    return page.locator(".bubble.said").last


def entry_text(folder: Path, document_id: str) -> str:
    for line in (folder / "faq.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["id"] == document_id:
            return entry["answer"]
    raise AssertionError(document_id)


def add_entry(page: Page, desk: Desk, question: str, answer: str) -> None:
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_label("Answer", exact=True).fill(answer)
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save").click()


def test_overview_after_set_up_names_the_business_and_what_to_do_next(page: Page):
    expect(page.get_by_role("heading", level=1)).to_have_text("Crumb & Co.")
    expect(page.get_by_text("It knows nothing yet.")).to_be_visible()


def test_set_up_link_works_once_only(browser: Browser, desk: Desk, page: Page):
    stranger = wide(browser)
    other = stranger.new_page()
    other.goto(desk.setup_link)
    expect(other.get_by_role("heading", level=1)).to_have_text("This link is over")
    stranger.close()


def test_overview_says_which_parts_work_and_what_to_do_about_the_model(page: Page):
    parts = page.locator("#parts")
    expect(parts.get_by_text("To do:").first).to_be_visible()
    parts.get_by_text(re.compile("^[0-9]+ parts work$")).click()
    expect(parts.get_by_text("Database", exact=True)).to_be_visible()


def test_business_form_says_what_is_wrong_beside_the_field_and_loses_nothing(
    page: Page, desk: Desk
):
    page.goto(f"{desk.url}/business")
    page.get_by_label("Monday").fill("17-9")
    page.get_by_label("Tuesday").fill("9-12:30, 13:30-17")
    page.get_by_label("Time zone").fill("Europe/Dublinn")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#hours_MO-error")).to_contain_text("closes")
    expect(page.get_by_label("Tuesday")).to_have_value("9-12:30, 13:30-17")
    page.get_by_label("Monday").fill("closed")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#zone-error")).to_contain_text("Europe/Berlin")
    page.get_by_label("Time zone").fill("Europe/Dublin")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("Tuesday")).to_have_value("09:00-12:30, 13:30-17:00")
    expect(page.get_by_label("Monday")).to_have_value("closed")


def test_uploaded_files_answer_a_customer_word_for_word(page: Page, desk: Desk):
    folder = bakery()
    page.goto(f"{desk.url}/knowledge/upload")
    page.get_by_label("Files").set_input_files(
        [folder / name for name in ("faq.jsonl", "handbook.md", "price-list.csv")]
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.locator("#audience-error")).to_have_text("Choose who may read this.")
    page.get_by_label("Files").set_input_files(
        [folder / name for name in ("faq.jsonl", "handbook.md", "price-list.csv")]
    )
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("status")).to_contain_text("documents")

    page.goto(f"{desk.url}/test-chat")
    ask(page, "are you open on sundays")
    expect(last_answer(page).locator(".foot")).to_contain_text("your own words")
    said = last_answer(page).locator(".prose").inner_text()
    assert said.split() == entry_text(folder, "opening-hours").split()


def test_an_answer_is_explained_on_its_own_page(page: Page, desk: Desk):
    add_entry(page, desk, "Where is the lost property box?", "Behind the counter, on the left.")
    page.goto(f"{desk.url}/test-chat")
    ask(page, "Where is the lost property box?")
    last_answer(page).get_by_role("link", name="How it came about").click()
    main = page.locator("main")
    expect(main).to_contain_text("Where is the lost property box?")
    expect(main).to_contain_text("Behind the counter, on the left.")
    expect(main.get_by_text("used", exact=True)).to_be_visible()
    expect(main).to_contain_text("It answered in your own words, from “Where is the lost property")
    page.goto(f"{desk.url}/conversations")
    expect(page.locator("main")).to_contain_text("Where is the lost property box?")


def test_an_entry_is_added_changed_and_removed(page: Page, desk: Desk):
    add_entry(page, desk, "Do you bake for dogs?", "Yes, on Fridays.")
    expect(page.get_by_role("status")).to_contain_text("Added")
    page.get_by_role("searchbox").fill("bake for dogs")
    page.locator("#documents").get_by_text("Do you bake for dogs?").click()
    page.get_by_label("Answer", exact=True).fill("Yes, on Saturdays.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.goto(f"{desk.url}/test-chat")
    ask(page, "Do you bake for dogs?")
    expect(last_answer(page)).to_contain_text("Yes, on Saturdays.")

    page.goto(f"{desk.url}/knowledge?query=bake+for+dogs")
    page.get_by_text("Do you bake for dogs?").click()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name=re.compile("Remove .Do you bake for dogs")).click()
    expect(page.get_by_role("status")).to_contain_text("Removed")
    page.goto(f"{desk.url}/test-chat")
    ask(page, "Do you bake for dogs?")
    expect(last_answer(page)).not_to_contain_text("Saturdays")


def test_adding_the_same_question_again_points_to_the_entry_that_is_there(page: Page, desk: Desk):
    add_entry(page, desk, "Do you sell candles?", "At the counter.")
    add_entry(page, desk, "Do you sell candles?", "No.")
    expect(page.locator("#question-error")).to_contain_text("already")
    expect(page.get_by_label("Answer", exact=True)).to_have_value("No.")


def test_an_open_question_is_answered_once_and_found_from_then_on(page: Page, desk: Desk):
    question = "Can I rent the marquee for a garden party?"
    page.goto(f"{desk.url}/test-chat")
    ask(page, question)
    expect(last_answer(page).locator(".foot")).to_be_visible()
    page.goto(f"{desk.url}/questions")
    row = page.get_by_role("listitem").filter(has_text=question)
    row.get_by_role("link", name="Answer").click()
    page.get_by_label("Answer", exact=True).fill("Yes, ask Ann for the marquee two weeks before.")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.get_by_role("status")).to_contain_text("known from now on")
    expect(page.get_by_role("listitem").filter(has_text=question)).to_have_count(0)
    page.goto(f"{desk.url}/test-chat")
    ask(page, question)
    expect(last_answer(page)).to_contain_text("ask Ann for the marquee two weeks before")


def test_a_wish_for_a_person_is_on_the_overview_until_it_is_done(page: Page, desk: Desk):
    page.goto(f"{desk.url}/test-chat")
    ask(page, "Can I talk to a person, please?")
    expect(last_answer(page).locator(".foot")).to_contain_text("a person, please")
    page.goto(f"{desk.url}/overview")
    row = page.get_by_role("listitem").filter(has_text="Can I talk to a person, please?")
    row.get_by_text("Done", exact=True).click()
    expect(row).to_contain_text("nobody is told")
    row.get_by_role("button", name="It is seen to").click()
    expect(page.get_by_text("Nobody waits.")).to_be_visible()


def test_a_follow_up_is_added_in_plain_words_and_cancelled(page: Page, desk: Desk):
    page.goto(f"{desk.url}/follow-ups")
    page.get_by_label("Remind me").fill("call the flour supplier")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#text-error")).to_contain_text("When?")
    page.get_by_label("Remind me").fill("call the flour supplier tomorrow at 9")
    page.get_by_role("button", name="Add").click()
    row = page.get_by_role("listitem").filter(has_text="call the flour supplier")
    expect(row).to_contain_text("09:00")
    row.get_by_role("button", name="Cancel").click()
    row = page.get_by_role("listitem").filter(has_text="call the flour supplier")
    expect(row).to_contain_text("cancelled")


def test_staff_see_in_the_test_chat_what_customers_do_not(page: Page, desk: Desk):
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill("What is the alarm code of the shop?")
    page.get_by_label("Answer", exact=True).fill("It is 7412, and the star.")
    page.get_by_label("Staff only").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{desk.url}/test-chat?role=staff")
    ask(page, "What is the alarm code of the shop?")
    expect(last_answer(page)).to_contain_text("7412")
    page.get_by_role("link", name="As a customer").click()
    ask(page, "What is the alarm code of the shop?")
    expect(last_answer(page).locator(".foot")).to_be_visible()
    expect(page.locator("#chat")).not_to_contain_text("7412")


def test_signing_out_ends_the_session_and_the_password_opens_a_new_one(
    browser: Browser, desk: Desk, page: Page
):
    other = wide(browser)
    tab = other.new_page()
    tab.goto(f"{desk.url}/overview")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in")
    tab.get_by_label("Password").fill("not the password")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.locator("#password-error")).to_have_text("This is not the password.")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/overview")
    cookies = other.cookies()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.add_cookies(cookies)
    tab.goto(f"{desk.url}/overview")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.close()
