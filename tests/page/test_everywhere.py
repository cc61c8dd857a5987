"""Every page: on a phone, in the dark, without scripts, with strangers' words, and as axe sees it.

Strangers speak wherever they can: in questions, names of people, rooms, files and documents, and
the model in its answers.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.language.catalogue import PAGE, translations
from script.words import template
from tests.fakes.ollama import says
from tests.page.conftest import PATIENCE_MS, Desk, set_up, wide
from tests.page.model_stub import Stub
from tests.page.pages import addresses, unlisted

ATTACK = """<img src=x onerror=alert(1)><script>alert(2)</script>"'><svg onload=alert(3)>"""
# Stays within a tag, where it stands in an attribute.
BREAKING = '" onfocus="alert(4)" autofocus x="'
EVIL = f"{ATTACK} {BREAKING}"
# No slash, which ends a folder's name.
EVIL_FILE = f"{EVIL.replace('/', '')}.md"
LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen" * 3
PROGRAM = f"""
import asyncio
from bot.serving import serve
from bot.settings import load
from tests.fakes.platform import Town, kinds, room

EVIL = {EVIL!r}
slack = Town("slack", [room("slack", "C1", EVIL), room("slack", "C2", "kitchen " + EVIL)])
slack.signed_in_as = EVIL

def ready(door, setup_link):
    print(f"The link: {{setup_link}}", flush=True)

async def talk():
    while not slack.listeners:
        await asyncio.sleep(0.05)
    slack.says("Can I talk to a person about " + EVIL, author=EVIL)
    slack.says("Where is the zzyzx machine of " + EVIL, author=EVIL, channel="C2")

async def main():
    talking = asyncio.create_task(talk())
    await serve(load(), ready=ready, kinds=kinds(slack, Town("discord")))
    talking.cancel()

asyncio.run(main())
"""
# A stranger's mark that has become part of the page.
MADE_OF_WORDS = "img[src='x'], [onerror], [onload], [onfocus], main svg[onload], body script"
# Where strangers' words must be met, for otherwise nothing is tried.
SPOKEN_ON = {
    "/answers/1",
    "/changes",
    "/colleagues",
    "/conversations",
    "/conversations/1",
    "/evaluate",
    "/follow-ups",
    "/hand-overs",
    "/knowledge",
    "/knowledge/document",
    "/knowledge/finding",
    "/knowledge/remove",
    "/knowledge/upload",
    "/model/change",
    "/overview",
    "/people",
    "/people/1",
    "/people/1/erase",
    "/platforms",
    "/platforms/slack",
    "/questions",
    "/questions/1",
}
Scheme = Literal["light", "dark"]
HEIGHT = 740
WIDE = 1280
NARROW = 320  # what is left of a desk's 1280 where it is magnified four times (WCAG 1.4.10)
GERMAN = translations(PAGE)["de"]
# What a page says in English and says otherwise in German.
# Somebody, what a skill's form asks for, and what was typed at set-up.
NAMED = {
    "Call 555 0134 or ask at the counter",
    "Crumb & Co.",
    "Day",
    "People",
    "owner",
    "test chat",
}
ENGLISH_ALONE = {
    str(message.id)
    for message in template()
    if message.id and isinstance(message.id, str) and GERMAN.gettext(message.id) != message.id
} - NAMED
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (!parentElement.closest("code, pre")) found.push(textContent.trim());
  }
  return found;
}"""
# Not taken through gettext yet.
UNTOUCHED = {"/follow-ups"}
# What the Web Content Accessibility Guidelines 2.2 ask for at the levels A and AA, and good sense.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Those of them that colours and room decide: a page is the same otherwise on a phone in the dark.
OF_LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "link-in-text-block",
        "scrollable-region-focusable",
        "target-size",
    ],
}


@pytest.fixture(scope="module")
def stub(browser: Browser) -> Iterator[Stub]:
    running = Stub()
    running.ollama.default = says(EVIL)
    yield running
    running.close()


@pytest.fixture(scope="module")
def desk(stub: Stub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One of their own: no other has such rooms, people and model."""
    data = tmp_path_factory.mktemp("data") / "desk"
    running = Desk(data, ollama_url=stub.ollama.url, program=PROGRAM)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    opened = wide(browser)
    page = opened.new_page()
    set_up(page, desk)
    fill_in(page, desk)
    page.close()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pages(context: BrowserContext, desk: Desk) -> list[str]:
    tab = context.new_page()
    found = addresses(tab, desk.url)
    tab.close()
    assert len(found) > 30
    return found


def fill_in(page: Page, desk: Desk) -> None:
    """Put long words and attacks in as people would."""
    page.goto(f"{desk.url}/business")
    page.get_by_label("Name of the business").fill(f"Crumb & Co. {EVIL}")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(f"Who wears the {LONG}? {EVIL}")
    page.get_by_label("Answer", exact=True).fill(f"{EVIL} {LONG}")
    page.get_by_label("Other ways to ask").fill(f"Whose is the {LONG}?\n{EVIL}")
    page.get_by_label("Note for colleagues").fill(EVIL)
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{desk.url}/knowledge/upload")
    text = (
        f"# The mill {EVIL}\n\nThe qwfp lever of the mill stands beside the oven. {EVIL}".encode()
    )
    page.get_by_label("Files", exact=True).set_input_files(
        [{"name": EVIL_FILE, "mimeType": "text/markdown", "buffer": text}]
    )
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("status").first).to_contain_text("Added: 1 document.")
    page.goto(f"{desk.url}/knowledge/finding")
    page.get_by_label("Words that mean the same").fill(f"levain, {ATTACK[:28]}")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/knowledge/finding?said=*")
    page.goto(f"{desk.url}/follow-ups")
    page.get_by_label("Remind me").fill(f"remind me tomorrow at 9 to look for {LONG} {EVIL}")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/follow-ups?said=*")
    said(page, desk, f"What is the name of your cat, {EVIL}?")
    answered_by_the_model(page, desk)
    connected(page, desk)
    invited(page, desk)
    tried(page, desk)


def invited(page: Page, desk: Desk) -> None:
    """Invite a colleague with such a name."""
    page.goto(f"{desk.url}/colleagues")
    page.get_by_label("Name", exact=True).fill(ATTACK[:28])
    page.get_by_role("radio", name="Editor").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("The link", exact=True)).to_be_visible()


def answered_by_the_model(page: Page, desk: Desk) -> None:
    """Have a model answer in the test chat, which was sent a file as well."""
    page.goto(f"{desk.url}/model")
    page.get_by_label("tiny:1b").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    said(
        page,
        desk,
        f"Who wears the {LONG}?",
        f"Can I talk to a person about {EVIL} {LONG}, please?",
        "Where does the qwfp lever stand?",
    )
    page.get_by_label("Files").set_input_files(
        [{"name": EVIL_FILE, "mimeType": "text/markdown", "buffer": b"words"}]
    )
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".status")).to_be_hidden()


def said(page: Page, desk: Desk, *texts: str) -> None:
    """Say something in the test chat, one after the other, and see the answers."""
    page.goto(f"{desk.url}/test-chat")
    for text in texts:
        page.get_by_label("Your question").fill(text)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".status")).to_be_hidden()


def connected(page: Page, desk: Desk) -> None:
    """Connect a platform where rooms and people have such names, and somebody writes at once."""
    page.goto(f"{desk.url}/platforms/slack")
    page.get_by_label("Bot token").fill("xoxb-of-the-bakery")
    page.get_by_label("App-level token").fill("xapp-of-the-bakery")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    expect(page.get_by_text("Signed in as")).to_contain_text("alert(1)")
    page.goto(f"{desk.url}/platforms/slack")
    expect(page.get_by_role("group", name="kitchen")).to_be_visible()
    until_there(page, f"{desk.url}/hand-overs", "slack, C1")
    until_there(page, f"{desk.url}/conversations", "Where is the zzyzx machine")


def until_there(page: Page, url: str, text: str) -> None:
    """Load a page again until a text is on it: what is written in chat shows when it is read."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    page.goto(url)
    while not page.get_by_text(text).count():
        assert time.monotonic() < ends, text
        page.reload()


def tried(page: Page, desk: Desk) -> None:
    """Have the owner's questions tried with another model, and not decide on it."""
    page.goto(f"{desk.url}/evaluate")
    page.get_by_label("Question", exact=True).fill(f"Where does the qwfp lever stand? {EVIL}")
    page.get_by_label("It should not know").check()
    page.get_by_role("button", name="Add the question").click()
    page.wait_for_url("**/evaluate?said=*")
    page.get_by_role("button", name="Ask for the answers").click()
    expect(page.get_by_role("heading", name="The last time")).to_be_visible()
    page.goto(f"{desk.url}/model")
    page.get_by_role("radio", name="None").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/model/change")
    expect(page.get_by_role("heading", name="Now, and what would be")).to_be_visible()


@contextmanager
def seen(browser: Browser, context: BrowserContext, width: int, scheme: Scheme) -> Iterator[Page]:
    """A tab of that width and those colours, signed in."""
    own = browser.new_context(
        storage_state=context.storage_state(),
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
    )
    yield own.new_page()
    own.close()


def assert_fits(tab: Page, path: str) -> None:
    over = tab.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0, (path, over)


@contextmanager
def only_words(tab: Page) -> Iterator[Callable[[str], None]]:
    """Say that strangers' words stay words, on each page that is looked at, and that all are."""
    ran: list[str] = []
    tab.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    # A script in the page is kept from running by the content policy, too: that it is there at
    # all is a fault.
    tab.on("console", lambda said: ran.append(said.text) if "Policy" in said.text else None)
    spoken_on = set()

    def look(path: str) -> None:
        assert tab.locator(MADE_OF_WORDS).count() == 0, path
        if "onerror=alert(1)" in tab.content():
            spoken_on.add(re.sub(r"\d+", "1", path.partition("?")[0]))

    yield look
    assert ran == [], "a stranger's script ran"
    assert spoken_on >= SPOKEN_ON


def violations(tab: Page, rules: object) -> str:
    """What axe has against the page, "" for nothing.

    It is given to the page by the browser's driver, which the content policy does not bind.
    """
    results = Axe().run(tab, options={"runOnly": rules, "resultTypes": ["violations"]})
    return results.generate_report() if results.violations_count else ""


def told(reports: dict[str, str]) -> str:
    return "\n".join(f"{path}: {report}" for path, report in reports.items() if report)


def test_no_page_is_forgotten():
    """Who adds a page with a parameter gives it an address in `tests/page/pages.py`."""
    assert unlisted() == set()


# Loading a page costs as much as a look at it: what the gate looks for is looked for at once. The
# rules are for all of a page, whose menu is folded away on a phone.
@pytest.mark.timeout(300)  # a second a page where four suites share two cores
def test_each_page_fits_a_narrow_screen_holds_no_strangers_words_and_satisfies_axe(
    browser: Browser, context: BrowserContext, desk: Desk, pages: list[str]
):
    with seen(browser, context, NARROW, "light") as tab:
        reports = {}
        with only_words(tab) as look:
            for path in pages:
                tab.goto(desk.url + path)
                assert_fits(tab, path)
                look(path)
                tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
                reports[path] = violations(tab, RULES)
                tab.set_viewport_size({"width": NARROW, "height": HEIGHT})
    assert not any(reports.values()), told(reports)


@pytest.mark.long
@pytest.mark.parametrize(
    ("width", "scheme"),
    [(NARROW, "dark"), (360, "light"), (360, "dark"), (WIDE, "light"), (WIDE, "dark")],
)
def test_each_page_fits_every_other_screen_and_holds_no_strangers_words(
    browser: Browser,
    context: BrowserContext,
    desk: Desk,
    pages: list[str],
    width: int,
    scheme: Scheme,
):
    with seen(browser, context, width, scheme) as tab, only_words(tab) as look:
        for path in pages:
            tab.goto(desk.url + path)
            assert_fits(tab, path)
            look(path)


@pytest.mark.long
def test_axe_finds_nothing_on_a_phone_in_the_dark(
    browser: Browser, context: BrowserContext, desk: Desk, pages: list[str]
):
    reports = {}
    with seen(browser, context, 360, "dark") as tab:
        for path in pages:
            tab.goto(desk.url + path)
            reports[path] = violations(tab, OF_LOOKS)
    assert not any(reports.values()), told(reports)


@pytest.mark.long
def test_no_page_has_english_words_for_who_reads_german(
    browser: Browser, context: BrowserContext, desk: Desk, pages: list[str]
):
    seen = browser.new_context(storage_state=context.storage_state(), locale="de")
    tab = seen.new_page()
    left = {}
    for path in pages:
        tab.goto(desk.url + path)
        expect(tab.locator("html")).to_have_attribute("lang", "de")
        told = set(tab.evaluate(TEXTS))
        if (shown := told & ENGLISH_ALONE) and path not in UNTOUCHED:
            left[path] = shown
    seen.close()
    assert left == {}


@pytest.mark.long
def test_every_page_has_one_heading_and_names_itself(page: Page, desk: Desk, pages: list[str]):
    titles: dict[str, str] = {}
    for path in pages:
        answer = page.goto(desk.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        # Some lead elsewhere while there is nothing to be shown.
        if answer is not None and answer.ok and page.url == desk.url + path:
            # A step of the set-up may have pages of its own.
            assert path.startswith(titles.setdefault(page.title(), path))
    assert len(titles) > 30


def test_everything_is_done_without_scripts_too(
    browser: Browser, context: BrowserContext, desk: Desk
):
    plain = browser.new_context(storage_state=context.storage_state(), java_script_enabled=False)
    plain.set_default_timeout(60_000)
    tab = plain.new_page()
    tab.goto(f"{desk.url}/knowledge/add")
    tab.get_by_label("Question", exact=True).fill("Do you have rain barrels?")
    tab.get_by_label("Answer", exact=True).fill("Two of them, in the yard.")
    tab.get_by_label("Everybody").check()
    tab.get_by_role("button", name="Save").click()
    tab.goto(f"{desk.url}/knowledge")
    tab.get_by_role("searchbox").fill("rain barrels")
    tab.get_by_role("button", name="Search").click()
    expect(tab.locator("#documents")).to_contain_text("Do you have rain barrels?")
    tab.goto(f"{desk.url}/test-chat")
    for question in ("Do you have rain barrels?", "thanks"):
        tab.get_by_label("Your question").fill(question)
        tab.get_by_role("button", name="Ask").click()
        expect(tab.locator(".bubble.asked").last).to_have_text(question)
    expect(tab.locator(".bubble.said").first).to_contain_text("Two of them, in the yard.")
    expect(tab.locator(".bubble.said")).to_have_count(2)
    tab.goto(f"{desk.url}/overview")
    tab.get_by_role("link", name="Show", exact=True).click()
    expect(tab.get_by_text("Database", exact=True)).to_be_visible()
    tab.goto(f"{desk.url}/model")
    tab.locator("#test").get_by_role("button", name="Ask").click()
    expect(tab.locator("#tested")).to_contain_text("alert(1)")
    plain.close()
