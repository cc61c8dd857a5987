"""A real process, a real browser, and somebody who uses both."""

import contextlib
import functools
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.fakes.loaded import DESKHAND, loaded

# The engine without a desktop browser's own windows: a third of the work.
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "flour water salt"
# The first start loads the product, on whatever else the machine does.
READY_S = 90
# The machine may be busy with other things.
PATIENCE_MS = 60_000


class Desk:
    """A `deskhand run` of its own, with an empty data directory.

    Args:
        program: What is run; it prints the set-up link as `deskhand run` does.
        anew: It ran there before, and has an owner: it prints where it is, and no link.
        environment: Beside what it is given in any case.

    Attributes:
        owned: Whether somebody has come in by the set-up link.
    """

    owned = False

    def __init__(
        self,
        data_dir: Path,
        *,
        ollama_url: str = "http://127.0.0.1:9",
        program: str = DESKHAND,
        anew: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        given = {
            name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")
        }
        given |= environment
        given |= {
            "DESKHAND_DATA_DIR": str(data_dir),
            "DESKHAND_PORT": "0",
            "DESKHAND_OLLAMA_URL": ollama_url,
            "DESKHAND_TIMEZONE": "Europe/Dublin",
        }
        self._process = loaded().start("run", environment=given, program=program, one_pipe=True)
        self._lines: list[str] = []
        self._told = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.setup_link = self._wait_for(
                r"ready: (http\S+)" if anew else r"(http\S+/setup\?token=\S+)"
            )
        except BaseException:
            self.stop()
            raise
        self.url = self.setup_link.partition("/setup")[0]

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self.stop()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._told:
                self._lines.append(line)
                self._told.notify_all()
        with self._told:
            self._lines.append("(ended)")
            self._told.notify_all()

    def _wait_for(self, pattern: str) -> str:
        def found() -> re.Match[str] | None:
            return re.search(pattern, "".join(self._lines))

        with self._told:
            ended = self._told.wait_for(
                lambda: found() or "(ended)" in self._lines, timeout=READY_S
            )
        match = found()
        assert ended, "not ready in time:\n" + "".join(self._lines)
        assert match, "ended before it was ready:\n" + "".join(self._lines)
        return match[1]


def wide(browser: Browser, **options: object) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-IE", **options
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return context


def set_up(page: Page, desk: Desk) -> None:
    """Go from the one-time link to the overview, as the bakery's owner."""
    page.goto(desk.setup_link)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Name of the business").fill("Crumb & Co.")
    page.get_by_label("How to reach a person").fill("Call 555 0134 or ask at the counter")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Finish later").click()
    page.wait_for_url("**/overview**")
    desk.owned = True


def sign_in(page: Page, desk: Desk) -> None:
    """Go from the password to the overview."""
    page.goto(f"{desk.url}/overview")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/overview")


def bakery() -> Path:
    """Return the development data's bakery; a clone without them skips what needs it."""
    shared = Path(os.environ.get("DESKHAND_SHARED", Path(__file__).parents[3] / "shared"))
    folder = shared / "data/office/bakery"
    if not folder.is_dir():
        pytest.skip("the development data are not here: set DESKHAND_SHARED")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    if not CHROMIUM.exists():
        sentence = "Chromium is missing: run script/test-setup as root."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return CHROMIUM


# While the browser's driver is there its event loop counts as running in this thread, and no
# asynchronous test could run after it. So it ends with the last of these suites, not with the run.
_until_the_last = contextlib.ExitStack()


@functools.cache
def _launched() -> Browser:
    playwright = _until_the_last.enter_context(sync_playwright())
    _until_the_last.callback(_launched.cache_clear)
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    return _until_the_last.enter_context(launched)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser after the last test here."""
    if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
        _until_the_last.close()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Browser:
    return _launched()


@pytest.fixture(scope="session")
def desk(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for every suite that does not mind what the others leave in it."""
    running = Desk(tmp_path_factory.mktemp("data") / "desk")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def own_desk(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for a suite that needs to know all that is in it."""
    running = Desk(tmp_path_factory.mktemp("data") / "desk")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """One person's browser, signed in: by the set-up link, or by the password it asked for."""
    opened = wide(browser)
    page = opened.new_page()
    if desk.owned:
        sign_in(page, desk)
    else:
        set_up(page, desk)
    page.close()
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Iterator[Page]:
    """A tab of it. No page may break its own content policy, or ask another server."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console",
        lambda said: (
            complaints.append(said.text) if "Content Security Policy" in said.text else None
        ),
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda sent: None if sent.url.startswith(desk.url) else complaints.append(sent.url),
    )
    opened.goto(f"{desk.url}/overview")
    yield opened
    opened.close()
    assert complaints == []
