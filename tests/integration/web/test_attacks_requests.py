"""Requests no browser of ours would send, to every route of the server's own table."""

import socket
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlsplit

import httpx
import pytest

from bot.web.access import HEADERS, OPEN
from tests.integration.web.conftest import CSRF, Desk, Owner
from tests.integration.web.route_table import Known, filled, pages_of, routes

SAFE = {"GET", "HEAD"}
FROM_ANOTHER_SITE = (
    {"origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
)
# What a stranger would like to have: it opens the platforms' tokens.
KEY = "secret.key"
LEADING_OUT = (
    "..%2f{}",
    "..%2f..%2f{}",
    "%2e%2e%2f{}",
    "....%2f%2f{}",
    "..%5c{}",
    "%2fetc%2fpasswd",
    "{}%00.zip",
    "%c0%ae%c0%ae%2f{}",
    "{}",
)


@pytest.fixture(scope="module")
def every(desk: Desk) -> list[Known]:
    return routes(desk)


@pytest.fixture(scope="module")
def signed_in(desk: Desk) -> Iterator[Owner]:
    """The owner, in one session for all of a test's many requests."""
    person = Owner(desk)
    yield person
    person.client.close()


def answered(person: httpx.Client, known: Known, path: str = "", **more: object) -> httpx.Response:
    """Return an answer without its body, which a stream of events does not end."""
    with person.stream(known.method, path or filled(known.path), **more) as answer:
        return answer


def test_no_other_site_changes_anything_even_with_the_session_s_token(desk: Desk, signed_in: Owner):
    token = {"x-csrf-token": signed_in.csrf()}
    from_there = cycle(FROM_ANOTHER_SITE)
    changing = [known for known in pages_of(desk) if known.method not in SAFE]
    assert len(changing) > 40
    for known in changing:
        headers = next(from_there) | token
        answer = answered(signed_in.client, known, headers=headers)
        assert answer.status_code == 403, (known.path, headers)


def test_nothing_is_changed_by_an_address_alone(desk: Desk, signed_in: Owner):
    """What changes something is asked for by a form, so neither a picture nor a link will do."""
    every = pages_of(desk)
    token = signed_in.csrf()
    looking = {known.path for known in every if known.method == "GET"}
    for known in every:
        if known.method in SAFE or known.path in looking:
            continue
        address = f"{filled(known.path)}?csrf={token}"
        assert signed_in.client.get(address).status_code in {404, 405}, known.path


def test_every_answer_has_the_whole_policy(
    desk: Desk, every: list[Known], signed_in: Owner, stranger: httpx.Client
):
    policy = HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for known in every:
        # The API asks for its token, whoever is signed in.
        people = (stranger,) if known.path.startswith("/api/") else (signed_in.client, stranger)
        for person in people:
            answer = answered(person, known)
            for name, value in HEADERS.items():
                assert answer.headers.get_list(name) == [value], (known, answer.status_code)
    for method, path, more in (
        ("GET", "/no-such-page", {}),
        ("PUT", "/overview", {}),
        ("TRACE", "/sign-in", {}),
        ("GET", "/sign-in", {"headers": {"host": "evil.example"}}),
        ("POST", "/sign-in", {"content": b"x" * 1_100_000}),
        ("POST", "/sign-in", {"data": {f"f{n}": "" for n in range(500)}}),
    ):
        answer = stranger.request(method, path, **more)
        assert answer.status_code >= 400
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, answer.status_code)


def test_no_route_answers_to_another_name(every: list[Known], signed_in: Owner):
    for known in every:
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.:1@evil.example"):
            answer = answered(signed_in.client, known, headers={"host": host})
            assert answer.status_code == 421, (known, host)
            assert "evil.example" not in answer.headers.get("location", "")


def test_no_address_leads_out_of_where_files_are_handed_out(
    desk: Desk, every: list[Known], signed_in: Owner
):
    assert (desk._data_dir / KEY).is_file()
    tried = 0
    for known in every:
        if known.method != "GET" or "{" not in known.path or known.path.startswith("/api/"):
            continue
        kept = known.path.rpartition("/")[0]
        for way in LEADING_OUT:
            for path in {f"{filled(kept)}/{way.format(KEY)}", _first(known.path, way.format(KEY))}:
                answer = signed_in.client.get(path)
                assert answer.status_code in {400, 404}, (path, answer.status_code)
                assert "root:" not in answer.text
                tried += 1
    assert tried > 50


def _first(path: str, name: str) -> str:
    """Return a route's address with a name in the place of its first parameter."""
    begin, end = path.index("{"), path.index("}") + 1
    return path[:begin] + name + filled(path[end:])


@pytest.mark.parametrize(
    "name",
    ["../../evil.md", "..\\..\\evil.md", "/tmp/evil.md", "evil.md\x00.png", "..", "a/" * 99],
)
def test_no_name_of_a_file_leads_out_of_where_it_is_kept(desk: Desk, signed_in: Owner, name: str):
    before = {path for path in desk._data_dir.parent.rglob("*") if "evil" in path.name}
    forms = (
        ("/knowledge/upload", "files", {"audience": "staff"}),
        ("/knowledge/import", "file", {}),
        ("/evaluate/file", "file", {"asked_by": "public"}),
        ("/test-chat", "files", {"role": "staff", "room": "0123abcd", "text": ""}),
    )
    for path, field, data in forms:
        answer = signed_in.client.post(
            path,
            data=data | {"csrf": signed_in.csrf()},
            files=[(field, (name, b"# Evil\n\nWords.\n"))],
        )
        assert answer.status_code in {200, 303, 400, 422}, (path, answer.status_code)
    after = {path for path in desk._data_dir.parent.rglob("*") if "evil" in path.name}
    outside = {path for path in after - before if desk._data_dir not in path.parents}
    assert outside == set()
    assert not list(desk._data_dir.glob("evil*"))


def test_no_form_of_untold_size_is_waited_for(desk: Desk, signed_in: Owner):
    """Refused by what its head says, before any of it came."""
    session = signed_in.client.cookies["deskhand_session"]
    changing = [known for known in routes(desk) if known.method not in SAFE]
    for known in changing:
        if known.path.startswith("/api/"):
            # Its token comes first; who has it is on this box.
            continue
        head = (
            f"{known.method} {filled(known.path)} HTTP/1.1\r\nhost: localhost\r\n"
            f"cookie: deskhand_session={session}\r\nconnection: close\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 99999999999\r\n\r\n"
        )
        assert _status(desk.url, head.encode()) == 413, known.path


def test_a_body_without_a_told_size_is_cut_off_where_it_is_too_large(desk: Desk, signed_in: Owner):
    def without_end() -> Iterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 1_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("/business", "/sign-in", "/account/password"):
        try:
            answer = signed_in.client.post(path, content=without_end(), headers=kind)
        except httpx.WriteError:
            # It hung up while we still wrote: likewise.
            continue
        assert answer.status_code == 413, path


def _status(url: str, head: bytes) -> int:
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(head)
        return int(connection.recv(64).split()[1])


def test_who_is_refused_gets_no_token_that_would_open_the_next_form(stranger: httpx.Client):
    for path in ("/sign-in", "/setup", "/invitation", "/overview", "/no-such-page"):
        assert CSRF.search(stranger.get(path, headers={"accept": "text/html"}).text) is None
    assert OPEN


def test_an_address_or_a_form_with_a_nul_is_refused_and_breaks_nothing(
    desk: Desk, signed_in: Owner
):
    for known in pages_of(desk):
        if known.method == "GET":
            answer = answered(signed_in.client, known, f"{filled(known.path)}?find=%00&id=a%00b")
            assert answer.status_code == 404, known.path
            continue
        form = {"csrf": "x", "name": "a\x00b"}
        answer = signed_in.client.post(filled(known.path), data=form)
        assert answer.status_code == 400, known.path
