"""What editors and viewers reach: every route, from the table the server itself uses."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from bot.web.access import OPEN, SESSION_COOKIE, csrf_token
from bot.web.roles import EDITOR, FOR, OWNER, ROLES, VIEWER
from bot.web.visitor import Visitor
from tests.integration.web.conftest import PASSWORD, Desk
from tests.integration.web.route_table import Known, filled, pages_of

LINK = re.compile(r'\b(?:href|action|formaction|hx-get|hx-post|data-watch|data-listen)="(/[^"]*)"')
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

    def ask(self, method: str, path: str) -> int:
        """Return the status of a request with a session of its own, so that one may end it."""
        token = self._desk.do(self._session)
        headers = {"cookie": f"{SESSION_COOKIE}={token}", "x-csrf-token": csrf_token(token)}
        # A stream of events does not end by itself: its status comes before.
        with self.client.stream(method, path, headers=headers) as answer:
            return answer.status_code

    def read(self, path: str) -> str:
        token = self._desk.do(self._session)
        return self.client.get(path, headers={"cookie": f"{SESSION_COOKIE}={token}"}).text

    async def _session(self) -> str:
        opened = await self._desk.accounts.sign_in(self.role, PASSWORD, Visitor())
        assert opened
        return opened.token


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
    desk: Desk, colleague: Colleague
):
    every = pages_of(desk)
    followed = set()
    for known in every:
        # What has a parameter is reached by the links of these.
        if known.method != "GET" or "{" in known.path or not reaches(colleague.role, known):
            continue
        if OPEN in known.opt or known.path.endswith(("/progress", "/room", "/arrivals")):
            continue
        text = colleague.read(known.path)
        forms = set(FORM.findall(text))
        for address in LINK.findall(text):
            path = urlsplit(address).path
            method = "POST" if address in forms else "GET"
            leads = [other for other in every if other.method == method and other.fits(path)]
            followed.add(path)
            allowed = any(OPEN in other.opt or reaches(colleague.role, other) for other in leads)
            assert allowed or path.startswith("/static/"), (known.path, method, path)
    assert "/knowledge" in followed


def test_what_is_refused_says_who_can(colleague: Colleague):
    assert "Only the owner can do this." in colleague.read("/backups")
    if colleague.role == VIEWER:
        assert "Only the owner and editors can do this." in colleague.read("/questions")
