"""The model page and a model's answers, with a stub in Ollama's place."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.fakes.ollama import fails, says
from tests.page.conftest import Desk, set_up, wide
from tests.page.model_stub import Stub

pytestmark = pytest.mark.long

BAKERY = (Path(__file__).parents[1] / "scenario/bakery.jsonl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stub(browser: Browser) -> Iterator[Stub]:
    running = Stub()
    yield running
    running.close()


@pytest.fixture(scope="module")
def desk(stub: Stub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running = Desk(tmp_path_factory.mktemp("data") / "desk", ollama_url=stub.ollama.url)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    opened = wide(browser)
    page = opened.new_page()
    set_up(page, desk)
    page.goto(f"{desk.url}/model")
    page.get_by_label("tiny:1b").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.close()
    yield opened
    opened.close()


def test_chosen_model_stays_chosen_and_those_that_cannot_answer_are_not_offered(
    page: Page, desk: Desk
):
    page.goto(f"{desk.url}/model")
    expect(page.get_by_label("tiny:1b")).to_be_checked()
    expect(page.locator("input[name=name][value='embed:latest']")).to_have_count(0)


def test_a_test_question_is_answered_by_the_model_itself(page: Page, desk: Desk, stub: Stub):
    stub.ollama.script(says("Good morning from the oven."))
    page.goto(f"{desk.url}/model")
    page.get_by_label("Test question").fill("Say good morning.")
    page.locator("#test").get_by_role("button", name="Ask").click()
    expect(page.locator("#tested")).to_contain_text("Good morning from the oven.")
    assert stub.ollama.chats[-1].body["messages"][-1]["content"] == "Say good morning."


def test_a_model_that_fails_the_test_question_says_what_to_do(page: Page, desk: Desk, stub: Stub):
    stub.ollama.script(*[fails(500, "model requires more system memory")] * 3)
    page.goto(f"{desk.url}/model")
    page.locator("#test").get_by_role("button", name="Ask").click()
    expect(page.locator("#tested")).to_contain_text("memory")


def test_the_sheet_for_the_ai_act_tells_the_model_that_answers_and_what_was_changed(
    page: Page, desk: Desk, tmp_path: Path
):
    def taken(language: str) -> str:
        page.get_by_role("link", name="AI Act sheet").click()
        with page.expect_download() as download:
            page.get_by_role("main").get_by_role("link", name=language).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        # As somebody reads it who opens the file.
        reader = page.context.new_page()
        reader.goto(file.as_uri())
        text = reader.locator("body").inner_text()
        reader.close()
        return text

    english = taken("English")
    assert "Deskhand at Crumb & Co." in english
    assert re.search(r"Name\s+tiny:1b\s+Digest\s+abc\s+Size\s+1 MB, 1B, Q4_K_M", english)
    assert "the team is told again after 15 minutes of opening hours" in english
    page.goto(f"{desk.url}/hand-overs")
    page.get_by_label("Nobody has taken it after").fill("22")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert "erfährt es das Team nach 22 Minuten Öffnungszeit" in taken("Deutsch")


def test_a_download_shows_how_far_it_is_and_ends_with_the_model_on_offer(page: Page, desk: Desk):
    page.goto(f"{desk.url}/model")
    page.get_by_label("Its name").fill("small:2b")
    page.get_by_role("button", name="Download").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(page.locator("[data-words]")).to_contain_text("small:2b")
    # The element's own value is what the script sets while the page stays where it is.
    seen: set[float] = set()
    while bar.count():
        # At its end the page is loaded anew, maybe just while it is looked at.
        with contextlib.suppress(Error):
            seen |= set(bar.evaluate_all("bars => bars.map(bar => bar.value)"))
        page.wait_for_timeout(100)
    assert len(seen) >= 3, seen
    expect(page.get_by_text("small:2b is on this box.")).to_be_visible()
    expect(page.get_by_label("small:2b")).to_be_visible()


def test_a_download_of_an_unknown_model_says_so(page: Page, desk: Desk):
    page.goto(f"{desk.url}/model")
    page.get_by_label("Its name").fill("no-such-model:9b")
    page.get_by_role("button", name="Download").click()
    expect(page.locator("#download").get_by_role("status")).to_contain_text("no-such-model:9b")
    page.get_by_label("Its name").fill("../../etc/passwd")
    page.get_by_role("button", name="Download").click()
    expect(page.locator("#download-error")).to_contain_text("no model's name")


def test_a_composed_answer_grows_sentence_by_sentence_and_is_explained(
    page: Page, desk: Desk, stub: Stub
):
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill("Is there anything for people who eat no meat?")
    page.get_by_label("Answer", exact=True).fill(
        "The lentil pie and the leek quiche are made without meat."
    )
    page.get_by_label("Staff only").check()
    page.get_by_role("button", name="Save").click()
    first, second = (
        "The lentil pie is made without meat.",
        "The leek quiche is made without meat.",
    )
    stub.ollama.answer = lambda body: says(f"{first} {second}", gap_s=0.25)
    page.goto(f"{desk.url}/test-chat?role=staff")
    page.get_by_label("Your question").fill("which pie or quiche can a vegetarian colleague have")
    page.get_by_role("button", name="Ask").click()
    foot = page.locator(".bubble.said .foot")
    said = page.locator(".bubble.said")
    seen: list[str] = []
    while not foot.count():
        seen += said.all_inner_texts()
        page.wait_for_timeout(50)
    assert [text for text in seen if first in text and second not in text]
    expect(foot).to_contain_text("composed")
    foot.get_by_role("link", name="How it came about").click()
    expect(page.locator("main")).to_contain_text("tiny:1b")
    page.get_by_text("What the model was sent").click()
    expect(page.locator("pre").first).to_contain_text("vegetarian colleague")
    page.get_by_text("What the model said, before the checks").click()
    expect(page.locator("pre").last).to_contain_text("lentil pie")
    stub.ollama.answer = lambda body: None


def test_another_embedder_reads_everything_and_then_finds(context: BrowserContext, desk: Desk):
    page = context.new_page()
    page.goto(f"{desk.url}/model")
    page.get_by_label("embed:latest").check()
    page.get_by_role("button", name="Let it find").click()
    page.wait_for_url("**/model?*")
    expect(page.get_by_label("embed:latest")).to_be_checked()
    expect(page.locator("#embedder progress")).to_have_count(0)
    page.goto(f"{desk.url}/overview/health?fresh")
    expect(page.get_by_text("ollama embed:latest finds.")).to_be_visible()


def test_an_embedder_that_cannot_read_is_not_taken(context: BrowserContext, desk: Desk, stub: Stub):
    page = context.new_page()
    page.goto(f"{desk.url}/model")
    page.get_by_label("Built in").check()
    page.get_by_role("button", name="Let it find").click()
    page.wait_for_url("**/model?*")
    stub.ollama.every = fails(500, "out of memory")
    page.get_by_label("embed:latest").check()
    page.get_by_role("button", name="Let it find").click()
    expect(page.locator("#embedder-error")).to_be_visible()
    stub.ollama.every = None
    page.goto(f"{desk.url}/model")
    expect(page.get_by_label("Built in")).to_be_checked()


def wait_until_it_finds(page: Page, desk: Desk, embedder: str) -> None:
    """Wait until an embedder of a name finds, and none is prepared."""
    alone = page.get_by_text(re.compile(rf"{embedder} ((?! finds\.).)+ finds\.\s*$"))
    for _ in range(60):
        page.goto(f"{desk.url}/overview/health?fresh")
        if alone.count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{embedder} does not find")


def test_another_model_is_tried_on_the_owner_s_questions_and_refused_and_then_confirmed(
    page: Page, desk: Desk, stub: Stub
):
    """The entry has both pies in one sentence; only a composed answer has one alone."""
    wait_until_it_finds(page, desk, "builtin")
    said = "The lentil pie is made without meat."
    stub.ollama.answer = lambda body: says(said if body["model"] == "tiny:1b" else "Hm, 77 pies.")
    page.goto(f"{desk.url}/evaluate")
    page.get_by_label("Question", exact=True).fill(
        "which pie or quiche can a vegetarian colleague have"
    )
    page.get_by_label("These words are in the answer").check()
    page.get_by_label("Words", exact=True).fill("lentil pie is made")
    page.locator("#add").get_by_label("A colleague").check()
    page.get_by_role("button", name="Add the question").click()
    expect(page.get_by_role("status")).to_contain_text("It is on your list.")
    for button, answers in (("Keep tiny:1b", "tiny:1b"), ("Use small:2b all the same", "small:2b")):
        page.goto(f"{desk.url}/model")
        page.get_by_label("small:2b").check()
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/model/change")
        expect(page.get_by_role("status")).to_contain_text("Less is right with small:2b.")
        expect(page.get_by_role("row").filter(has_text="small:2b")).to_contain_text("1 worse")
        line = page.get_by_role("listitem").filter(has_text="vegetarian colleague")
        expect(line).to_contain_text("was right before")
        page.goto(f"{desk.url}/model")
        expect(page.get_by_label("tiny:1b")).to_be_checked()
        page.get_by_role("link", name="See and decide").click()
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/model?*")
        expect(page.get_by_label(answers)).to_be_checked()
    stub.ollama.answer = lambda body: None
    page.goto(f"{desk.url}/evaluate")
    row = page.get_by_role("listitem").filter(has_text="which pie")
    row.get_by_text("Remove", exact=True).click()
    row.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status")).to_contain_text("off your list")


# No word of these stands in their entries.
IN_OTHER_WORDS = {
    "have you got a place for my car": "parking",
    "may my puppy come along": "dogs",
    "can somebody bring it to my home": "delivery",
}


def upload(page: Page, where: str, label: str, name: str, content: str) -> None:
    page.goto(where)
    file = {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
    page.get_by_label(label).set_input_files(file)
    if label == "Files":
        page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("Added|On your list"))


def test_an_embedder_that_does_worse_waits_and_is_refused_and_then_confirmed(
    page: Page, desk: Desk, stub: Stub
):
    wait_until_it_finds(page, desk, "builtin")
    upload(page, f"{desk.url}/knowledge/upload", "Files", "bakery.jsonl", BAKERY)
    lines = [
        json.dumps({"question": question, "expect_document": document})
        for question, document in IN_OTHER_WORDS.items()
    ]
    upload(page, f"{desk.url}/evaluate", "Questions file", "own.jsonl", "\n".join(lines))
    decision = page.locator("#embedder").get_by_role("status")
    for button, finds in (("Keep the one before", "builtin"), ("Use it all the same", "ollama")):
        page.goto(f"{desk.url}/model")
        page.get_by_label("embed:latest").check()
        page.get_by_role("button", name="Let it find").click()
        expect(decision).to_contain_text("does worse on your questions")
        expect(page.locator("#embedder table")).to_contain_text("3 of 3")
        expect(page.locator("#embedder table")).to_contain_text("worse")
        page.goto(f"{desk.url}/overview/health?fresh")
        expect(page.get_by_text("waits for you to decide")).to_be_visible()
        page.goto(f"{desk.url}/model")
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/model?*")
        expect(page.locator("#embedder table")).to_have_count(0)
        expect(page.locator("#embedder progress")).to_have_count(0)
        wait_until_it_finds(page, desk, finds)


def test_each_of_several_hosts_is_shown_and_one_is_drained_and_used_again(
    browser: Browser, stub: Stub, tmp_path: Path
):
    other = Stub()
    desk = Desk(tmp_path / "desk", ollama_url=f"{stub.ollama.url},{other.ollama.url}")
    opened = wide(browser)
    try:
        page = opened.new_page()
        set_up(page, desk)
        page.goto(f"{desk.url}/model")
        first, second = page.locator("#hosts li").all()
        expect(first).to_contain_text(stub.ollama.url)
        expect(second).to_contain_text(other.ollama.url)
        first.get_by_role("button", name="Drain").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        expect(first).to_contain_text("drained")
        expect(second.get_by_text("drained")).to_have_count(0)
        first.get_by_role("button", name="Use again").click()
        expect(first.get_by_text("drained")).to_have_count(0)
    finally:
        opened.close()
        desk.stop()
        other.close()
