"""What editors and viewers reach: every route, from the table the server itself uses."""

import re
import secrets
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from bot.web.access import OPEN, SESSION_COOKIE, csrf_token
from bot.web.roles import EDITOR, FOR, OWNER, ROLES, VIEWER
from bot.web.visitor import Visitor
from tests.integration.web.conftest import PASSWORD, Desk, Owner
from tests.integration.web.route_table import Known, filled, pages_of

LINK = re.compile(r'\b(?:href|action|formaction|hx-get|hx-post|data-watch|data-listen)="(/[^"]*)"')
QUESTION = re.compile(r"/questions/\d+")
FORM = re.compile(r'<form method="post" action="(/[^"]*)"')

# Whatever a route says of itself, these are never for others.
OWNERS = (
    "/api",
    "/backups",
    "/business",
    "/changes",
    "/colleagues",
    "/knowledge/export",
    "/knowledge/finding",
    "/knowledge/import",
    "/model",
    "/people",
    "/platforms",
    "/settings",
    "/sheet",
    "/skills",
    "/tools",
    "/way-out",
)
# All that somebody who changes nothing may send.
OF_THEIR_OWN = ("/account", "/sign-out")


class Colleague:
    """The browser of somebody of a role."""

    def __init__(self, desk: Desk, role: str) -> None:
        self._desk = desk
        self.role = role
        self.client = httpx.Client(base_url=desk.url, timeout=60, headers={"accept": "text/html"})
        self._token = ""

    def ask(self, method: str, path: str) -> int:
        """Return the status of a request; one that ends the session is no harm to the next."""
        token = self._desk.do(self._session)
        headers = {"cookie": f"{SESSION_COOKIE}={token}", "x-csrf-token": csrf_token(token)}
        # A stream of events does not end by itself: its status comes before.
        with self.client.stream(method, path, headers=headers) as answer:
            return answer.status_code

    def read(self, path: str) -> str:
        """Return a page; "" for what is none, such as a stream or a file."""
        token = self._desk.do(self._session)
        headers = {"cookie": f"{SESSION_COOKIE}={token}"}
        with self.client.stream("GET", path, headers=headers) as answer:
            if "text/html" not in answer.headers.get("content-type", ""):
                return ""
            answer.read()
            return answer.text

    async def _session(self) -> str:
        if not self._token or await self._desk.accounts.account(self._token) is None:
            opened = await self._desk.accounts.sign_in(self.role, PASSWORD, Visitor())
            assert opened
            self._token = opened.token
        return self._token


@pytest.fixture(scope="module", params=[VIEWER, EDITOR])
def colleague(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Colleague]:
    account = desk.do(lambda: desk.services.entrance.accounts.by_name(OWNER))
    assert account
    desk.do(
        lambda: desk.services.entrance.accounts.put(
            request.param, request.param, account.password_hash, now=desk.clock()
        )
    )
    made = Colleague(desk, request.param)
    yield made
    made.client.close()


@pytest.fixture
def busy(desk: Desk) -> None:
    """A document, an answer, an open question, somebody who waits, and a reminder."""
    owner = Owner(desk)
    owner.post("/knowledge/add", question="Where do you park?", answer="Here.", audience="public")
    thing = secrets.token_hex(4)
    for said in (f"do you mend {thing}?", "a person, please", "remind me tomorrow at 9 to bake"):
        desk.do(lambda said=said: desk.room.says(said))
    owner.client.close()


def reaches(role: str, known: Known) -> bool:
    return ROLES.index(role) >= ROLES.index(known.opt.get(FOR, OWNER))


def test_a_colleague_reaches_what_a_route_says_and_nothing_else(desk: Desk, colleague: Colleague):
    refused = reached = 0
    for known in pages_of(desk):
        if OPEN in known.opt:
            continue
        status = colleague.ask(known.method, filled(known.path))
        assert (status != 403) is reaches(colleague.role, known), (known.method, known.path, status)
        refused += status == 403
        reached += status != 403
    assert refused > 30
    assert reached > (30 if colleague.role == EDITOR else 8)


@pytest.mark.parametrize("role", [VIEWER, EDITOR])
def test_no_route_gives_away_what_is_the_owner_s(desk: Desk, role: str):
    given = [known for known in pages_of(desk) if OPEN not in known.opt and reaches(role, known)]
    assert [known.path for known in given if known.path.startswith(OWNERS)] == []


def test_a_viewer_changes_nothing(desk: Desk):
    changing = [
        known.path
        for known in pages_of(desk)
        if known.method != "GET" and OPEN not in known.opt and reaches(VIEWER, known)
    ]
    assert changing
    assert [path for path in changing if not path.startswith(OF_THEIR_OWN)] == []


def test_no_page_shows_a_colleague_a_link_or_a_form_that_is_not_for_them(
    desk: Desk, busy: None, colleague: Colleague
):
    every = pages_of(desk)
    begin = [
        known.path
        for known in every
        if known.method == "GET" and "{" not in known.path and reaches(colleague.role, known)
    ]
    seen: set[str] = set()
    while begin:
        address = begin.pop()
        if address in seen or address.startswith("/static/"):
            continue
        seen.add(address)
        text = colleague.read(address)
        forms = set(FORM.findall(text))
        for link in map(unescape, LINK.findall(text)):
            path = urlsplit(link).path
            method = "POST" if link in map(unescape, forms) else "GET"
            leads = [other for other in every if other.method == method and other.fits(path)]
            allowed = any(OPEN in other.opt or reaches(colleague.role, other) for other in leads)
            assert allowed or path.startswith("/static/"), (address, method, path)
            if method == "GET":
                begin.append(link)
    paths = {urlsplit(address).path for address in seen}
    assert {"/knowledge/document", "/hand-overs", "/answers/1"} <= paths
    assert any(map(QUESTION.fullmatch, paths)) is (colleague.role == EDITOR)


def test_what_is_refused_says_who_can(colleague: Colleague):
    assert "Only the owner can do this." in colleague.read("/backups")
    if colleague.role == VIEWER:
        assert "Only the owner and editors can do this." in colleague.read("/questions")
