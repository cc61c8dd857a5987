"""The owner judges the ways to ask that the model has drafted, by the browser."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.upkeep.transfer import QUESTIONS, SETTINGS
from knowledge.archive import Archive, write
from knowledge.documents import Audience
from knowledge.readers.entries import entry
from tests.page.conftest import Desk
from tests.page.test_transfer import choose

pytestmark = pytest.mark.long

DRAFTS = ("something to climb on", "steps <b>please</b>")


def test_drafts_stand_on_their_entrys_page_to_be_kept_or_removed(
    page: Page, desk: Desk, tmp_path: Path
):
    made = entry(
        question="Where is the stepladder?",
        answer="Behind the door.",
        audience=Audience.STAFF,
        origin="t",
    )
    (passage,) = made.passages
    made = replace(made, passages=(replace(passage, drafted=DRAFTS),))
    file = tmp_path / "brought.zip"
    others = {QUESTIONS: b"", SETTINGS: b"{}"}
    file.write_bytes(write(Archive(datetime(2026, 11, 24, tzinfo=UTC), (made,), others)))
    choose(page, desk, file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Came in: 1 entry")

    page.goto(f"{desk.url}/knowledge/document?id=where-is-the-stepladder")
    drafts = page.locator("section", has_text="Drafts of other ways to ask")
    expect(drafts).to_contain_text("steps <b>please</b>")
    expect(page.get_by_label("Other ways to ask")).to_have_value("")
    page.get_by_role("button", name="Keep: something to climb on").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("Other ways to ask")).to_have_value("something to climb on")
    expect(drafts).not_to_contain_text("something to climb on")
    page.get_by_role("button", name="Remove: steps").click()
    expect(drafts).to_have_count(0)
    expect(page.get_by_label("Other ways to ask")).to_have_value("something to climb on")
