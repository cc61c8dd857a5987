"""By keyboard alone, without motion, and in the reader's own colours."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.page.conftest import Desk

# More stops than any page has.
MAX_STOPS = 150
SEEN = """element => {
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  return box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight
    && box.left < innerWidth && style.visibility === "visible" && element.matches(":focus-visible")
    && style.outlineStyle !== "none";
}"""
# Where the focus is now, as a place among the elements of the page; -1 outside them.
PLACE = "[...document.querySelectorAll('*')].indexOf(document.activeElement)"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, which is seen wherever it stops on the way."""
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            assert focused.evaluate(SEEN), focused.evaluate("element => element.outerHTML")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def stops(page: Page) -> list[int]:
    """Return the places at which Tab stops, once through the page."""
    found: list[int] = []
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        place = page.evaluate(PLACE)
        # The body has the focus when the last stop is left.
        if place in found or page.evaluate("document.activeElement === document.body"):
            return found
        found.append(place)
    raise AssertionError("the focus is never back at the beginning")


def test_an_entry_is_added_asked_for_and_removed_by_keyboard_alone(page: Page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1
    page.reload()
    tab_to(page, page.get_by_role("link", name="Knowledge", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Add an entry", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Question", exact=True))
    page.keyboard.type("Do you grind knives?")
    tab_to(page, page.get_by_label("Answer", exact=True))
    page.keyboard.type("On the first Monday of the month.")
    tab_to(page, page.get_by_role("radio", name="Everybody"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Added.")
    tab_to(page, page.get_by_role("link", name="Test chat"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("Do you grind knives?")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.said").last).to_contain_text("On the first Monday")
    tab_to(page, page.locator(".bubble.said").last.get_by_role("link", name="How it came about"))
    tab_to(page, page.get_by_label("Your question"))


def test_what_is_folded_away_opens_by_keyboard(page: Page, desk: Desk):
    page.goto(f"{desk.url}/platforms/discord")
    folded = page.get_by_text("Step by step")
    steps = page.get_by_text("Message Content Intent")
    expect(steps).to_be_visible()
    tab_to(page, folded)
    page.keyboard.press("Enter")
    expect(steps).to_be_hidden()
    page.keyboard.press("Enter")
    expect(steps).to_be_visible()


@pytest.mark.parametrize("path", ["/overview", "/business", "/evaluate", "/test-chat", "/model"])
def test_the_focus_goes_through_a_page_in_its_order_and_out_of_it(
    page: Page, desk: Desk, path: str
):
    page.goto(desk.url + path)
    # Where a field has the focus from the beginning, Tab would start there.
    page.get_by_role("link", name="Skip to the page").focus()
    places = stops(page)
    assert len(places) > 20
    assert places == sorted(places)


def test_on_a_phone_the_menu_opens_and_closes_by_keyboard(
    browser: Browser, context: BrowserContext, desk: Desk
):
    phone = browser.new_context(
        storage_state=context.storage_state(), viewport={"width": 360, "height": 740}
    )
    tab = phone.new_page()
    tab.goto(f"{desk.url}/overview")
    knowledge = tab.get_by_role("link", name="Knowledge", exact=True)
    expect(knowledge).to_be_hidden()
    tab_to(tab, tab.get_by_role("link", name="Menu"))
    tab.keyboard.press("Enter")
    expect(knowledge).to_be_visible()
    tab_to(tab, tab.get_by_role("link", name="Close"))
    tab.keyboard.press("Enter")
    expect(knowledge).to_be_hidden()
    phone.close()


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_wants_it_still(
    browser: Browser, context: BrowserContext, desk: Desk, motion: str, moves: bool
):
    still = browser.new_context(storage_state=context.storage_state(), reduced_motion=motion)
    tab = still.new_page()
    tab.goto(f"{desk.url}/test-chat")
    tab.locator("#status").evaluate("status => { status.hidden = false; }")
    assert (tab.evaluate("document.getAnimations().length") > 0) is moves
    still.close()


def test_what_colour_alone_shows_has_an_edge_in_the_reader_s_own_colours(
    browser: Browser, context: BrowserContext, desk: Desk
):
    own = browser.new_context(storage_state=context.storage_state(), forced_colors="active")
    tab = own.new_page()
    tab.goto(f"{desk.url}/overview/health")
    lamp = tab.locator(".lamp").first
    assert lamp.evaluate("lamp => getComputedStyle(lamp).borderTopStyle") == "solid"
    ground = "element => getComputedStyle(element).backgroundColor"
    assert lamp.evaluate(ground) != tab.locator("body").evaluate(ground)
    here = tab.locator(".nav [aria-current]")
    assert here.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    own.close()
