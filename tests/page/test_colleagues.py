"""A colleague is invited, comes in, sets a second factor up and is taken away, by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.conftest import Desk, wide

pytestmark = pytest.mark.long

ANNS_PASSWORD = "butter eggs sugar"


@pytest.fixture
def link(page: Page, desk: Desk) -> Iterator[str]:
    """Invite Ann as an editor; whatever happens, she is gone afterwards."""
    page.get_by_role("link", name="Colleagues").click()
    page.get_by_label("Name").fill("Ann")
    page.get_by_role("radio", name="Editor").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("It works once, for 72 hours")).to_be_visible()
    yield page.get_by_role("textbox", name="The link").input_value()
    page.goto(f"{desk.url}/colleagues")
    page.get_by_role("link", name="Take Ann away").click()
    expect(page.get_by_role("heading", name="Take Ann away?")).to_be_visible()
    page.get_by_role("button", name="Take Ann away").click()
    expect(page.get_by_text("Taken away, and signed out everywhere.")).to_be_visible()
    expect(page.get_by_text("Nobody yet.")).to_be_visible()


@pytest.fixture
def ann(browser: Browser) -> Iterator[Page]:
    context = wide(browser)
    yield context.new_page()
    context.close()


def code_after(secret: str, used: str) -> str:
    """Return a code that the desk takes now, and has not taken before."""
    app = pyotp.TOTP(secret)
    step = app.timecode(datetime.now(UTC))
    # The next one is taken, too, for clocks that differ: no test waits half a minute.
    return next(code for code in map(app.generate_otp, (step, step + 1)) if code != used)


def test_a_colleague_comes_in_by_the_link_and_later_by_name_password_and_code(
    page: Page, ann: Page, desk: Desk, link: str
):
    ann.goto(link)
    expect(ann.get_by_role("heading", name="Welcome, Ann")).to_be_visible()
    ann.get_by_label("Your password").fill(ANNS_PASSWORD)
    ann.get_by_label("The same password again").fill(ANNS_PASSWORD)
    ann.get_by_role("button", name="Save and come in").click()
    ann.wait_for_url("**/overview**")
    pages = ann.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link", name="Open questions")).to_be_visible()
    expect(pages.get_by_role("link", name="Backups")).to_have_count(0)
    ann.goto(f"{desk.url}/backups")
    expect(ann.get_by_role("heading", name="Only the owner can do this.")).to_be_visible()

    ann.goto(f"{desk.url}/account")
    ann.get_by_label("Your password, to begin").fill(ANNS_PASSWORD)
    ann.get_by_role("button", name="Set it up").click()
    expect(ann.get_by_role("img", name="The secret as a square")).to_be_visible()
    secret = ann.get_by_role("code").inner_text().replace(" ", "")
    first = pyotp.TOTP(secret).now()
    ann.get_by_label("Code").fill(first)
    ann.get_by_role("button", name="Put it in force").click()
    expect(ann.get_by_role("main").get_by_role("listitem")).to_have_count(8)
    ann.get_by_role("link", name="I have kept them").click()
    expect(ann.get_by_text("8 recovery codes are left.")).to_be_visible()

    ann.get_by_role("button", name="Sign out", exact=True).click()
    ann.get_by_label("Your name").fill("ann")
    ann.get_by_label("Password").fill(ANNS_PASSWORD)
    ann.get_by_role("button", name="Sign in").click()
    ann.get_by_label("Code").fill(code_after(secret, first))
    ann.get_by_role("button", name="Sign in").click()
    ann.wait_for_url("**/overview**")
    page.goto(f"{desk.url}/colleagues")
    expect(page.get_by_text("second factor", exact=True)).to_be_visible()
