"""A disk that is full while people ask: told in clear words, and used again once there is room."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.conftest import Stack, wait_until
from tests.deploy.witness import PATIENCE_S, Witness, assert_each_is_kept_once
from tests.page.conftest import set_up, wide

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800)]

FULL = "The disk is full: free some space; nothing was lost."
# Whatever becomes free is taken at once, until it is let go of.
FILL = """
touch /tmp/full
while [ -e /tmp/full ]; do cat /dev/zero >> /data/filler; sleep 0.1; done
rm /data/filler
"""
IS_FULL = "until df /data | grep -q 100%; do sleep 0.1; done"


class SmallBox(Stack):
    """The bot and its page, with a disk of its own that somebody else uses, too."""

    _other = "deskhand-small-other"

    def begin(self) -> None:
        # It keeps the disk when the bot stops: this one is of memory.
        self.compose("up", "--no-start", "page")
        volume = f"{self.project}_data:/data"
        self.docker("run", "-d", "--init", "--name", self._other, "-v", volume, "deskhand",
                    "sleep", "infinity")  # fmt: skip
        self.compose("up", "-d", "--wait", "page")

    def end(self) -> None:
        self.docker("rm", "-f", self._other)
        self.compose("down", "-v")

    def fill(self) -> None:
        """Have the other one take all room there is, and what becomes free."""
        self.docker("exec", "-d", self._other, "sh", "-c", FILL)
        self.docker("exec", self._other, "sh", "-c", IS_FULL)

    def free(self) -> None:
        """Have it give all of that back."""
        self.docker("exec", self._other, "rm", "/tmp/full")

    def health(self) -> tuple[int, dict[str, str]]:
        """Return HTTP's number, and what is wrong by part."""
        told = httpx.get(f"{self.url}/health/ready", timeout=60)
        return told.status_code, {
            each["part"]: each["text"] for each in told.json()["parts"] if not each["ok"]
        }

    def started_at(self) -> str:
        """Return when the bot was last started, as Docker writes it."""
        return str(self.parts()["deskhand"]["State"]["StartedAt"])

    def log_since(self, moment: str) -> str:
        """Return what the bot has said since then."""
        return self.compose("logs", "--no-color", "--since", moment, "deskhand")

    def is_well(self) -> bool:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            return self.health()[0] == httpx.codes.OK
        return False

    def says_full(self, since: str) -> bool:
        """Return whether the health says so, or since then the log."""
        with contextlib.suppress(httpx.HTTPError, ValueError):
            return self.health()[1].get("database") == FULL
        return "isk is full" in self.log_since(since)


@pytest.fixture
def small_box(stack: Stack) -> Iterator[SmallBox]:
    small = SmallBox(
        stack.secrets, project="deskhand-small", over="tests/deploy/compose.small.yaml"
    )
    try:
        small.begin()
        yield small
    finally:
        small.end()


def test_a_full_disk_is_told_loses_no_promise_and_is_used_again(
    small_box: SmallBox, browser: Browser
):
    page = wide(browser).new_page()
    set_up(page, small_box)
    witness = Witness(small_box, 0)
    assert witness.was_promised.wait(PATIENCE_S)
    small_box.fill()
    # Whoever asks, wherever, is told; what is found without being kept goes on.
    wait_until(lambda: FULL in witness.refused, "Nobody is told.")
    page.goto(f"{small_box.url}/test-chat")
    page.get_by_label("Your question").fill("are you open on sundays?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main")).to_contain_text(FULL)
    page.goto(f"{small_box.url}/overview")
    page.get_by_text("Check again").click()
    expect(page.locator("main")).to_contain_text(FULL)
    status, wrong = small_box.health()
    assert (status, wrong["database"]) == (httpx.codes.SERVICE_UNAVAILABLE, FULL)
    assert "answers go on, files are not taken in" in wrong["disk"]
    small_box.free()
    wait_until(small_box.is_well, "It does not recover.")
    promised = len(witness.confirmed)
    wait_until(lambda: len(witness.confirmed) > promised, "Nothing is promised any more.")

    # The power goes while it is full: it starts and says so, or the log does.
    small_box.fill()
    small_box.compose("kill", "-s", "KILL", "deskhand")
    small_box.compose("up", "-d", "page")
    started_at = small_box.started_at()
    wait_until(lambda: small_box.says_full(started_at), "Nobody is told after a start.")
    assert "went wrong in Deskhand itself" not in small_box.log_since(started_at)
    small_box.free()
    wait_until(small_box.is_well, "It does not recover.")
    witness.stop()
    assert_each_is_kept_once(small_box, witness.confirmed)
