"""A large file on its way in: how far it is, stopped, and gone on with."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Desk

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def desk(own_desk: Desk) -> Desk:
    """Give a business without questions of its own: what is large would be tried on those first."""
    return own_desk


def test_a_large_file_shows_how_far_it_is_and_goes_on_after_a_stop(page: Page, desk: Desk):
    lines = [{"question": f"Where is room {n}?", "answer": f"Floor {n}."} for n in range(2_000)]
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    upload = {"name": "rooms.jsonl", "mimeType": "application/jsonl", "buffer": content}

    def begin() -> None:
        page.goto(f"{desk.url}/knowledge/upload")
        page.get_by_label("Files").set_input_files(upload)
        page.get_by_label("Everybody").check()
        page.get_by_role("button", name="Add them").click()
        expect(page.get_by_label("Progress of the files")).to_be_visible()

    def reached(pattern: str) -> int:
        words = page.get_by_text(re.compile(pattern))
        expect(words).to_be_visible()
        found = re.search(pattern, words.inner_text())
        assert found
        return int(found[1])

    begin()
    reached(r"Reading: ([1-9]\d*) of 2,000")
    page.get_by_role("button", name="Stop").click()
    stopped = reached(r"It was stopped. (\d+) of 2,000 documents are in")
    begin()
    assert reached(r"Reading: ([1-9]\d*) of 2,000") >= stopped
    page.get_by_role("button", name="Stop").click()
    assert reached(r"It was stopped. (\d+) of 2,000 documents are in") >= stopped
