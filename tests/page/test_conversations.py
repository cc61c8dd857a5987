"""Conversations on the page, with a browser: looked through, followed as they come, explained."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long

QUESTION = "Is the quillwork cabinet open to visitors?"
ANSWER = "The quillwork cabinet is open on the first Sunday."


def add_entry(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.get_by_label("Answer", exact=True).fill(ANSWER)
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("Added|already"))


def ask(page: Page, desk: Desk, text: str) -> None:
    page.goto(f"{desk.url}/test-chat")
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last.locator(".foot")).to_be_visible()


def test_a_conversation_is_found_by_a_word_and_its_answer_explained(page: Page, desk: Desk):
    add_entry(page, desk)
    ask(page, desk, QUESTION)
    page.goto(f"{desk.url}/conversations")
    page.get_by_role("searchbox").fill("QUILLWORK sunday")
    expect(page).to_have_url(f"{desk.url}/conversations?words=QUILLWORK+sunday")
    rows = page.locator("#list").get_by_role("link")
    expect(rows.filter(has_text=QUESTION)).to_have_count(1)
    expect(rows).to_have_count(1)
    rows.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Test chat or terminal")
    expect(page.locator(".bubble.asked")).to_have_text(QUESTION)
    page.get_by_role("link", name="How it came about").click()
    main = page.locator("main")
    expect(main).to_contain_text("It answered in your own words")
    expect(main).to_contain_text("An entry has this question word for word.")
    expect(main).to_contain_text("nobody rated it")
    page.get_by_text("How long each step took").click()
    expect(page.get_by_role("row").filter(has_text="Looking it up")).to_be_visible()
    page.get_by_text("Versions", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Deskhand")).to_be_visible()


def test_what_is_not_there_is_said_with_the_way_back(page: Page, desk: Desk):
    page.goto(f"{desk.url}/conversations?words=nobody-ever-said-this")
    expect(page.locator("#list")).to_contain_text("Nothing was found.")
    page.get_by_role("link", name="Show all conversations").click()
    expect(page).to_have_url(f"{desk.url}/conversations")


def test_a_kind_is_chosen_and_stands_in_the_address(page: Page, desk: Desk):
    ask(page, desk, "hello there")
    page.goto(f"{desk.url}/conversations")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Kind of answer").select_option("small talk")
    expect(page).to_have_url(f"{desk.url}/conversations?kind=social")
    expect(page.locator("#list")).to_contain_text("hello there")
    expect(page.locator("#list")).not_to_contain_text("quillwork")
    page.reload()
    expect(page.get_by_label("Kind of answer")).to_have_value("social")


def test_a_new_answer_is_told_and_shown_at_a_press(page: Page, context: BrowserContext, desk: Desk):
    page.goto(f"{desk.url}/conversations")
    other = context.new_page()
    ask(other, desk, "good morning, quaggas")
    other.close()
    line = page.locator("[data-arrivals]")
    expect(line).to_contain_text("1 new answer: show it")
    expect(page.locator("#list")).not_to_contain_text("quaggas")
    line.get_by_role("link").click()
    expect(page.locator("#list")).to_contain_text("quaggas")
    expect(line).to_be_hidden()
