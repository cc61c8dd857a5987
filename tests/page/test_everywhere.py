"""Every page: on a phone, in the dark, without scripts, and with strangers' words on it."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.page.conftest import Desk

PAGES = (
    "/overview",
    "/overview/health",
    "/test-chat",
    "/knowledge",
    "/knowledge/add",
    "/knowledge/upload",
    "/knowledge/web-page",
    "/knowledge/folder",
    "/knowledge/import",
    "/hand-overs",
    "/questions",
    "/conversations",
    "/follow-ups",
    "/follow-ups/week",
    "/people",
    "/people/1",
    "/people/1/erase",
    "/business",
    "/skills",
    "/skills/cake-order",
    "/model",
    "/evaluate",
    "/platforms",
    "/platforms/slack",
    "/platforms/discord",
    "/backups",
    "/changes",
    "/settings",
    "/sheet",
    "/setup/business",
    "/setup/model",
    "/setup/knowledge",
    "/setup/platforms",
    "/setup/platforms/slack",
    "/setup/platforms/discord",
    "/setup/rooms",
    "/setup/try",
    "/setup/done",
    "/no-such-page",
)
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"
LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen" * 3


@pytest.fixture(scope="module", autouse=True)
def words(context: BrowserContext, desk: Desk) -> None:
    """Long words and attacks, put in as a person would."""
    page = context.new_page()
    page.goto(f"{desk.url}/knowledge/add")
    page.get_by_label("Question", exact=True).fill(f"Who wears the {LONG}? {ATTACK}")
    page.get_by_label("Answer", exact=True).fill(f"{ATTACK} {LONG}")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{desk.url}/test-chat")
    for text in (
        f"Who wears the {LONG}?",
        f"Can I talk to a person about {ATTACK} {LONG}, please?",
    ):
        page.get_by_label("Your question").fill(text)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".status")).to_be_hidden()
    page.goto(f"{desk.url}/follow-ups")
    page.get_by_label("Remind me").fill(f"remind me tomorrow at 9 to look for {LONG}")
    page.get_by_role("button", name="Add").click()
    # A tab closed while it still loads can hang the browser's driver.
    page.wait_for_url("**/follow-ups?said=*", wait_until="load")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(
    browser: Browser, context: BrowserContext, desk: Desk, width: int, scheme: str
):
    seen = browser.new_context(
        storage_state=context.storage_state(),
        viewport={"width": width, "height": 740},
        color_scheme=scheme,
    )
    tab = seen.new_page()
    ran: list[str] = []
    tab.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    tab.goto(f"{desk.url}/conversations")
    links = tab.locator("main .links a").evaluate_all("all => all.map(a => a.pathname)")
    for path in (*PAGES, *links[:3]):
        tab.goto(desk.url + path)
        over = tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, (path, over)
    assert ran == [], "a stranger's script ran"
    seen.close()


def test_every_page_has_one_heading_and_names_itself(page: Page, desk: Desk):
    titles = set()
    for path in PAGES:
        page.goto(desk.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        titles.add(page.title())
    assert len(titles) == len(PAGES)


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
    expect(tab.locator("#tested")).to_contain_text("Ollama does not answer")
    plain.close()
