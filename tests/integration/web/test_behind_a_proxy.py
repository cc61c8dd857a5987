"""The page behind a reverse proxy: by settings alone, and nothing is believed without them."""

import httpx
import pytest
from litestar import Litestar, Request, get
from litestar.testing import RequestFactory

from bot.web.address import NO_ADDRESS, PageAddress
from bot.web.server import served
from bot.web.site import make_site
from tests.integration.web.conftest import PASSWORD, Desk

SAID = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "https"}


@get("/")
async def seen(request: Request) -> list[str]:
    """Return who asks, and by what, as the page takes it."""
    return [request.client.host if request.client else "", request.url.scheme]


async def seen_with(forwarded_by: str) -> list[str]:
    site = Litestar([seen], openapi_config=None)
    async with (
        served(site, host="127.0.0.1", port=0, forwarded_by=forwarded_by) as url,
        httpx.AsyncClient() as client,
    ):
        return (await client.get(url, headers=SAID)).json()


@pytest.mark.parametrize("forwarded_by", ["", "192.0.2.1", "10.0.0.0/8"])
async def test_nobody_but_who_is_named_is_believed_who_asks(forwarded_by: str):
    assert await seen_with(forwarded_by) == ["127.0.0.1", "http"]


@pytest.mark.parametrize("forwarded_by", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8"])
async def test_who_is_named_is_believed_the_address_it_has_seen_itself(forwarded_by: str):
    # The one before it was said by who asked, and may be anything.
    assert await seen_with(forwarded_by) == ["192.0.2.7", "https"]


async def asked(address: PageAddress, desk: Desk, host: str) -> httpx.Response:
    site = make_site(desk.services, token="x", accounts=desk.accounts, address=address)
    async with (
        served(site, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        headers = {"host": host} if host else {}
        return await client.post("/sign-in", data={"password": PASSWORD}, headers=headers)


@pytest.mark.parametrize(
    ("url", "host", "status", "secure"),
    [
        ("https://desk.example", "desk.example", 303, True),
        ("https://desk.example:8443", "Desk.example:8443", 303, True),
        ("http://desk.example", "desk.example", 303, False),
        # From the box itself as before: a browser would not send the cookie back otherwise.
        ("https://desk.example", "", 303, False),
        ("https://desk.example", "evil.example", 421, False),
        ("", "desk.example", 421, False),
    ],
)
def test_the_page_is_known_by_its_address_and_makes_cookies_for_it(
    desk: Desk, *, url: str, host: str, status: int, secure: bool
):
    answer = desk.do(lambda: asked(PageAddress(url), desk, host))
    assert answer.status_code == status
    assert ("; Secure" in answer.headers.get("set-cookie", "")) is secure


def test_a_form_sent_from_the_page_s_address_is_taken_and_from_another_not(desk: Desk):
    address = PageAddress("https://desk.example")

    async def sent_from(origin: str) -> int:
        site = make_site(desk.services, token="x", accounts=desk.accounts, address=address)
        async with (
            served(site, host="127.0.0.1", port=0) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            headers = {"host": "desk.example", "origin": origin}
            form = {"password": PASSWORD}
            return (await client.post("/sign-in", data=form, headers=headers)).status_code

    assert desk.do(lambda: sent_from("https://desk.example")) == 303
    assert desk.do(lambda: sent_from("https://evil.example")) == 403


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (PageAddress("https://desk.example"), "https://desk.example/setup?token=x"),
        # Those lead nowhere from a colleague's computer: by what the owner has typed, they may.
        (PageAddress("http://127.0.0.1:8700"), "http://desk.home:8700/setup?token=x"),
        (PageAddress("http://localhost:8700"), "http://desk.home:8700/setup?token=x"),
        (NO_ADDRESS, "http://desk.home:8700/setup?token=x"),
    ],
)
def test_links_for_others_lead_to_where_they_can_open_them(address: PageAddress, link: str):
    request = RequestFactory(server="desk.home", port=8700).get("/colleagues")
    assert address.link(request, "/setup?token=x") == link
