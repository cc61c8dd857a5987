"""Clients that send slowly, or much: each ends, and holds up nobody else."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from litestar import Litestar

from bot.web import patience
from bot.web.access import SESSION_COOKIE
from bot.web.server import served
from tests.integration.web.conftest import Desk, Owner

# What a test waits for at most; what it waits for comes much sooner.
WITHIN_S = 60
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500000\r\n"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "ARRIVES_S", 0.3)


@contextmanager
def connected(desk: Desk) -> Iterator[socket.socket]:
    url = httpx.URL(desk.url)
    with socket.create_connection((url.host, url.port), timeout=WITHIN_S) as made:
        yield made


def ended(made: socket.socket) -> bytes:
    """Return what the server says until it ends a connection."""
    said = b""
    try:
        while piece := made.recv(65_536):
            said += piece
    except ConnectionError:
        pass
    return said


def drained(made: socket.socket) -> None:
    """Read what is there; BlockingIOError says that more may come."""
    while made.recv(65_536):
        pass


def trickled(made: socket.socket) -> bytes:
    """Send a sign now and then until the server ends the connection; return what it said."""
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.02):
            try:
                made.sendall(b"x")
            except OSError:
                return

    sending = threading.Thread(target=trickle, daemon=True)
    sending.start()
    said = ended(made)
    over.set()
    sending.join(WITHIN_S)
    return said


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("begun", [b"", HEAD, HEAD + b"X-Long: ", HEAD + FORM + b"\r\npassword="])
def test_a_request_that_trickles_ends_wherever_it_is(desk: Desk, begun: bytes):
    with connected(desk) as made:
        made.sendall(begun)
        assert trickled(made) == b""


@pytest.mark.usefixtures("impatient")
def test_one_that_says_nothing_ends(desk: Desk):
    with connected(desk) as made:
        assert ended(made) == b""


@pytest.mark.usefixtures("impatient")
def test_a_body_that_goes_on_after_it_was_refused_ends(desk: Desk):
    with connected(desk) as made:
        too_large = FORM.replace(b"500000", b"50000000")
        made.sendall(HEAD + too_large + b"\r\n")
        assert b"413" in trickled(made).split(b"\r\n")[0]


@pytest.mark.usefixtures("impatient")
def test_what_waits_behind_an_answered_request_ends(desk: Desk):
    with connected(desk) as made:
        made.sendall(
            b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEAD + FORM + b"\r\n"
        )
        assert b"200" in ended(made).split(b"\r\n")[0]


@pytest.mark.usefixtures("impatient")
def test_a_stream_of_news_goes_on_for_as_long_as_its_page_is_open(desk: Desk, owner: Owner):
    cookie = f"{SESSION_COOKIE}={owner.client.cookies[SESSION_COOKIE]}"
    with connected(desk) as made:
        made.sendall(
            f"GET /test-chat/room HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        assert b"200" in made.recv(65_536).split(b"\r\n")[0]
        time.sleep(4 * patience.ARRIVES_S)
        made.setblocking(False)
        with pytest.raises(BlockingIOError):
            drained(made)


def test_what_is_large_gets_more_time():
    assert patience.given_s(0) == patience.ARRIVES_S
    assert patience.given_s(16_000_000) > 1_000


def test_a_head_that_is_too_long_is_refused(desk: Desk):
    with connected(desk) as made:
        made.sendall(HEAD + b"X-Long: " + b"x" * 20_000)
        assert b"400" in ended(made).split(b"\r\n")[0]


async def test_no_more_are_served_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.web.server.MOST_CONNECTIONS", 3)
    site = Litestar([], openapi_config=None)
    async with served(site, host="127.0.0.1", port=0) as url:
        asked = httpx.URL(url)
        held = [await asyncio.open_connection(asked.host, asked.port) for _ in range(3)]
        async with httpx.AsyncClient(timeout=WITHIN_S) as client:
            assert (await client.get(url)).status_code == 503
            for _, writer in held:
                writer.close()
            while (await client.get(url)).status_code == 503:
                await asyncio.sleep(0.01)


def test_one_address_has_only_so_many_connections_and_others_are_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "MOST_OF_ONE_ADDRESS", 5)
    url = httpx.URL(desk.url)
    held = [
        socket.create_connection((url.host, url.port), WITHIN_S, source_address=("127.0.0.2", 0))
        for _ in range(8)
    ]
    try:
        assert [ended(each) for each in held[5:]] == [b""] * 3
        assert httpx.get(f"{desk.url}/health/live", timeout=WITHIN_S).status_code == 200
    finally:
        for each in held:
            each.close()
