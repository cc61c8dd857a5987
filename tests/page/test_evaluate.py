"""The owner's own questions on the page, with a browser: written, asked, and compared."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long

PARKING = "Where can I park?"
# Asked unlike any entry that the suites beside this one add.
UNKNOWN = "Who won the football last night?"


def teach(page: Page, desk: Desk, question: str, answer: str) -> None:
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_label("Answer", exact=True).fill(answer)
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/knowledge?said=*")


def ask_all(page: Page, desk: Desk, button: str) -> None:
    page.goto(f"{desk.url}/evaluate")
    before = page.locator("#history ~ .wide tr").count()
    page.get_by_role("button", name=button).click()
    expect(page.locator("#run progress")).to_have_count(0)
    page.goto(f"{desk.url}/evaluate")
    expect(page.locator("#history ~ .wide tr")).to_have_count(before + (1 if before else 2))


def test_a_question_is_written_asked_and_named_when_it_is_right_no_more(page: Page, desk: Desk):
    teach(page, desk, PARKING, "There are two spaces in the yard.")
    page.goto(f"{desk.url}/evaluate")
    expect(page.locator("#run")).to_contain_text("Nothing to ask yet")
    page.get_by_label("Question", exact=True).fill("is there a place for my car to park")
    page.get_by_role("button", name="Add the question").click()
    expect(page.locator("#document-error")).to_contain_text("Choose the document")
    expect(page.get_by_label("Question", exact=True)).to_have_value(
        "is there a place for my car to park"
    )
    page.get_by_label("Document", exact=True).fill("no such thing")
    page.get_by_role("button", name="Add the question").click()
    expect(page.locator("#document-error")).to_contain_text("no such document")
    expect(page.locator("datalist option")).to_contain_text([PARKING])
    page.get_by_label("Document", exact=True).fill(PARKING)
    page.get_by_role("button", name="Add the question").click()
    expect(page.get_by_role("status")).to_contain_text("It is on your list.")
    page.get_by_label("Question", exact=True).fill(UNKNOWN)
    page.get_by_label("It should not know").check()
    page.get_by_role("button", name="Add the question").click()
    ask_all(page, desk, "Ask for the answers")
    last = page.locator("#last")
    expect(last).to_contain_text("1 of 1 known and right")
    expect(last).to_contain_text("1 of 1 rightly not known")
    expect(last).to_contain_text("Everything was right.")
    page.goto(f"{desk.url}/knowledge/remove?id=where-can-i-park")
    page.get_by_role("button", name="Remove").click()
    teach(page, desk, "Is the yard open at night?", "The yard is locked at ten.")
    ask_all(page, desk, "Ask for the answers")
    line = last.get_by_role("listitem").filter(has_text="place for my car")
    expect(line).to_contain_text("was right before")
    expect(line).to_contain_text("which is not there any more")
    expect(page.locator("#history ~ .wide tr").nth(1)).to_contain_text("1 worse")
    ask_all(page, desk, "Try the search alone")
    expect(last).to_contain_text("0 of 1 first")


def test_a_file_of_questions_is_added_whole_or_not_and_one_is_removed(page: Page, desk: Desk):
    lines = [
        {"question": "may I bring my dog", "expect_contains": "lead", "kind": "far"},
        {"question": "do you bake at sea", "expect_unknown": True},
    ]

    def choose(content: str) -> None:
        page.get_by_label("Questions file").set_input_files(
            {"name": "own.jsonl", "mimeType": "text/plain", "buffer": content.encode()}
        )
        page.get_by_role("button", name="Add them").click()

    page.goto(f"{desk.url}/evaluate")
    whole = "\n".join(json.dumps(line) for line in lines)
    choose(f'{whole}\n{{"question": "and this?"}}')
    expect(page.locator("#file-error")).to_contain_text("Line 3 needs exactly one")
    expect(page.get_by_role("listitem").filter(has_text="bake at sea")).to_have_count(0)
    choose(whole)
    expect(page.get_by_role("status")).to_contain_text("2 questions more")
    choose(whole)
    expect(page.get_by_role("status")).to_contain_text("0 questions more")
    row = page.get_by_role("listitem").filter(has_text="bake at sea")
    row.get_by_text("Remove", exact=True).click()
    row.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status")).to_contain_text("off your list")
    expect(page.get_by_role("listitem").filter(has_text="bake at sea")).to_have_count(0)


def test_what_people_asked_is_taken_with_one_press(page: Page, desk: Desk):
    teach(page, desk, "Is there a kettle for guests?", "Beside the sink.")
    for words in ("can I rent a velvet throne", "please, a velvet throne to rent?"):
        page.goto(f"{desk.url}/test-chat")
        page.get_by_label("Your question").fill(words)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".bubble.said").last.locator(".foot")).to_be_visible()
    page.goto(f"{desk.url}/questions")
    row = page.get_by_role("listitem").filter(has_text="velvet throne")
    row.get_by_role("link", name="Answer").click()
    page.get_by_label("Question", exact=True).fill("Are thrones for rent?")
    page.get_by_label("Answer", exact=True).fill("Only on Thursdays.")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save the answer").click()
    page.goto(f"{desk.url}/evaluate")
    suggested = page.locator("#suggested").get_by_role("listitem")
    row = suggested.filter(has_text="velvet throne").first
    expect(row).to_contain_text("should be answered from “Are thrones for rent?”")
    row.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("status")).to_contain_text("It is on your list.")
    listed = page.locator("section[aria-labelledby=list]").get_by_role("listitem")
    expect(listed.filter(has_text="velvet throne")).to_contain_text("asked by people")
