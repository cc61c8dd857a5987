"""The owner connects Slack and says who is who, with platforms made of memory in their place."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes.platform import AWAY, REFUSED
from tests.page.conftest import Desk

pytestmark = pytest.mark.long

PROGRAM = """
import asyncio
from bot.serving import serve
from bot.settings import load
from tests.fakes.platform import Town, kinds, room

def ready(door, setup_link):
    print(f"The link: {setup_link}", flush=True)

slack = Town("slack", [
    room("slack", "C1", "counter"), room("slack", "C2", "kitchen", private=True),
    room("slack", "D1", "Ann", direct=True),
    room("slack", "C3", "donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen" * 2),
])
asyncio.run(serve(load(), ready=ready, kinds=kinds(slack, Town("discord"))))
"""
BOT_TOKEN = "xoxb-of-the-bakery"
APP_TOKEN = "xapp-of-the-bakery"


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running = Desk(tmp_path_factory.mktemp("data") / "desk", program=PROGRAM)
    yield running
    running.stop()


def connect(page: Page, bot_token: str, app_token: str) -> None:
    page.get_by_label("Bot token").fill(bot_token)
    page.get_by_label("App-level token").fill(app_token)
    page.get_by_role("button", name="Connect", exact=True).click()


def connected(page: Page, desk: Desk) -> None:
    """Be on Slack's page, and have it connected and its rooms there."""
    page.goto(f"{desk.url}/platforms/slack")
    if page.get_by_text("Not set up yet").is_visible():
        connect(page, BOT_TOKEN, APP_TOKEN)
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    page.goto(f"{desk.url}/platforms/slack")
    expect(page.get_by_role("group", name="kitchen")).to_be_visible()


def test_the_owner_finds_both_platforms_and_that_neither_is_set_up(page: Page):
    page.get_by_role("link", name="Slack and Discord").click()
    expect(page.get_by_text("Not set up yet")).to_have_count(2)
    page.get_by_role("link", name="Connect Discord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Discord")
    expect(page.get_by_text("Message Content Intent")).to_be_visible()


def test_the_manifest_is_copied_with_one_click(page: Page, desk: Desk):
    page.goto(f"{desk.url}/platforms/slack")
    page.get_by_text("Slack asks for a manifest?").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    manifest = page.get_by_label("The manifest").input_value()
    assert '"socket_mode_enabled"' in manifest
    # What was copied is there to be pasted.
    page.get_by_label("Owners").focus()
    page.keyboard.press("Control+V")
    pasted = page.get_by_label("Owners").input_value()
    assert pasted.strip() == manifest.strip()


def test_a_token_that_is_refused_is_explained_beside_the_field(page: Page, desk: Desk):
    page.goto(f"{desk.url}/platforms/slack")
    connect(page, "xoxb-wrong", APP_TOKEN)
    expect(page.locator("#tokens-error")).to_contain_text(REFUSED)
    expect(page.get_by_label("Bot token")).to_have_value("")
    assert "xoxb-wrong" not in page.content()
    connect(page, "xoxb-away", APP_TOKEN)
    expect(page.locator("#tokens-error")).to_have_text(AWAY)
    connect(page, APP_TOKEN, BOT_TOKEN)
    expect(page.locator("#slack_bot_token-error")).to_contain_text("begins with xoxb-")
    page.reload()
    expect(page.get_by_text("Not set up yet")).to_be_visible()


def test_a_good_token_says_as_whom_it_is_signed_in_without_loading_again(page: Page, desk: Desk):
    page.goto(f"{desk.url}/platforms/slack")
    connect(page, BOT_TOKEN, APP_TOKEN)
    expect(page.get_by_text("Signed in as Deskhand in Crumb & Co.")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    expect(page.get_by_label("Bot token")).to_have_value("")
    expect(page.locator("#slack_bot_token-hint")).to_contain_text("Stored")
    assert BOT_TOKEN not in page.content()


def test_a_room_is_set_to_the_team_only_and_stays_so(page: Page, desk: Desk):
    connected(page, desk)
    expect(page.get_by_role("group", name="Ann")).to_have_count(0)
    kitchen = page.get_by_role("group", name="kitchen")
    kitchen.get_by_label("Who reads it").select_option("The team only")
    kitchen.get_by_label("When it speaks").select_option("Also when sure")
    page.get_by_label("The team's room").select_option("kitchen")
    page.get_by_label("Your room").select_option("counter")
    page.get_by_label("In a thread it was asked in").check()
    page.get_by_label("Owners").fill("U02OWNER")
    page.get_by_label("Team", exact=True).fill("<@U03BEA>\nS04BAKERS")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    for _ in range(2):
        expect(kitchen.get_by_label("Who reads it")).to_have_value("staff")
        expect(kitchen.get_by_label("When it speaks")).to_have_value("sure")
        expect(page.get_by_label("The team's room")).to_have_value("C2")
        expect(page.get_by_label("In a thread it was asked in")).to_be_checked()
        expect(page.get_by_label("Team", exact=True)).to_have_value("U03BEA\nS04BAKERS")
        page.reload()


def test_what_is_no_id_is_said_beside_the_field_and_nothing_typed_is_lost(page: Page, desk: Desk):
    connected(page, desk)
    page.get_by_label("Owners").fill("@ann")
    counter = page.get_by_role("group", name="counter")
    counter.get_by_label("When it speaks").select_option("Not at all")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#owners-error")).to_contain_text("U02ABCD1234")
    expect(page.get_by_label("Owners")).to_have_value("@ann")
    expect(counter.get_by_label("When it speaks")).to_have_value("off")


def test_manners_are_kept(page: Page, desk: Desk):
    page.goto(f"{desk.url}/platforms")
    page.get_by_label("What somebody new is told").fill("I am a machine. A person: 555 0134.")
    page.get_by_label("Apologise after so many minutes").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#late_after_min-error")).to_be_visible()
    page.get_by_label("Apologise after so many minutes").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("What somebody new is told")).to_have_value(
        "I am a machine. A person: 555 0134."
    )


def test_a_platform_is_switched_off_and_on(page: Page, desk: Desk):
    connected(page, desk)
    page.get_by_role("button", name="Switch Slack off").click()
    expect(page.get_by_text("Switched off", exact=True)).to_be_visible()
    page.goto(f"{desk.url}/platforms")
    page.get_by_role("button", name="Switch Slack on").click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_of_a_connected_platform_is_wider_than_the_screen(
    browser: Browser, page: Page, desk: Desk, width: int, scheme: str
):
    connected(page, desk)
    seen = browser.new_context(
        storage_state=page.context.storage_state(),
        viewport={"width": width, "height": 740},
        color_scheme=scheme,
    )
    tab = seen.new_page()
    for path in ("", "/slack", "/discord", "/slack/forget"):
        tab.goto(f"{desk.url}/platforms{path}")
        for summary in tab.locator("summary").all():
            summary.click()
        over = tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, (path, over)
    seen.close()


def test_the_tokens_are_forgotten_once_that_is_confirmed(page: Page, desk: Desk):
    connected(page, desk)
    page.get_by_role("link", name=re.compile("Forget the tokens")).click()
    page.get_by_role("button", name="Forget the tokens").click()
    expect(page.get_by_text("Not set up yet")).to_be_visible()
    expect(page.locator("#slack_bot_token-hint")).to_contain_text("xoxb-")
