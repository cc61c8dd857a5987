"""The API itself: who gets in, what is too much, and what happens when the client goes away."""

import asyncio
import contextlib
import http.client
import json
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bot.llm.model import PullStep
from bot.storage.errors import DiskFullError
from bot.web.api import stream
from bot.web.api.errors import problem
from bot.web.server import served
from bot.web.site import make_api
from knowledge.readers.files import MAX_BYTES

TOKEN = "the token"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


class Library:
    """Downloads for ever."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        try:
            yield PullStep(f"pulling {name}", 1, 2)
            await asyncio.Event().wait()
        finally:
            self.stopped.set()


def site(**services: object) -> Litestar:
    return make_api(SimpleNamespace(**services), token=TOKEN)  # type: ignore[arg-type]


def stranger() -> TestClient[Litestar]:
    return TestClient(site(), base_url="http://127.0.0.1:8700")


def authorized() -> TestClient[Litestar]:
    client = stranger()
    client.headers.update(AUTHORIZED)
    return client


ROUTES = sorted(
    (method, route.path)
    for route in site().routes
    for method in route.methods  # type: ignore[attr-defined]
    if method != "OPTIONS"
)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda value: value)
def test_no_route_opens_without_the_token(method: str, path: str):
    path = path.replace("{follow_up_id:int}", "1").replace("{gap_id:int}", "1")
    path = path.replace("{name:str}", "business")
    with stranger() as client:
        for headers in (
            {},
            {"Authorization": TOKEN},
            {"Authorization": "Bearer "},
            {"Authorization": f"Bearer {TOKEN} "[:-2]},
            {"Cookie": f"session={TOKEN}; Authorization=Bearer {TOKEN}"},
        ):
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == 401, (headers, answer.text)
            assert "token" in answer.json()["error"]


def test_what_a_single_command_is_served_answers_to_no_other_name():
    with authorized() as client:
        assert client.get("/api/alive").status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example"):
            assert client.get("/api/alive", headers={"host": host}).status_code in {400, 421}


def test_a_body_that_does_not_fit_is_refused_in_a_sentence():
    with authorized() as client:
        for body in ({}, {"text": ""}, {"text": "x" * 20_001}, {"text": "x", "rank": 1}):
            answer = client.post("/api/ask", json=body)
            assert answer.status_code == 400, body
            assert answer.json()["error"].endswith(".")
        assert client.post("/api/ask", content=b"{").status_code == 400
        assert client.post("/api/followups/x/cancel").status_code == 404


def test_a_body_that_is_too_long_is_refused_before_it_is_read_whole():
    with authorized() as client:
        for path, size in (("/api/ask", 1_000_001), ("/api/knowledge/files?name=a.md", MAX_BYTES)):
            answer = client.post(path, content=b" " * (size + 1))
            assert answer.status_code == 413, path
            assert answer.json() == {"error": "That is too much at once: split it."}


def test_an_error_nobody_foresaw_gives_an_id_and_no_cause(caplog: pytest.LogCaptureFixture):
    with authorized() as client:
        answer = client.get("/api/settings")
    assert answer.status_code == 500
    told = answer.json()["error"]
    assert "SimpleNamespace" not in told
    (record,) = [each for each in caplog.records if each.name == "bot.web.api.errors"]
    assert str(record.args[0] if isinstance(record.args, tuple) else "") in told


def test_a_full_disk_is_told_as_the_storage_words_it():
    told = problem(DiskFullError("The disk is full: free some space; nothing was lost."))
    assert (told.status, told.text) == (
        503,
        "The disk is full: free some space; nothing was lost.",
    )


class Download:
    """A download followed over a real socket."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        body = json.dumps({"name": "big"})
        headers = {**AUTHORIZED, "Content-Type": "application/json"}
        self._connection.request("POST", "/api/models/pull", body, headers)
        self._response = self._connection.getresponse()

    async def line(self) -> bytes:
        return await asyncio.to_thread(self._response.readline)

    def close(self) -> None:
        self._response.close()
        self._connection.close()


@contextlib.asynccontextmanager
async def pulling(library: Library) -> AsyncIterator[Download]:
    async with served(site(library=library), host="127.0.0.1", port=0) as url:
        download = await asyncio.to_thread(Download, url)
        with contextlib.closing(download):
            yield download


async def test_a_client_that_goes_away_stops_the_work():
    library = Library()
    async with pulling(library) as download:
        first = json.loads(await download.line())
        assert first == {"event": "progress", "text": "pulling big", "done": 1, "total": 2}
        download.close()
        async with asyncio.timeout(20):
            await library.stopped.wait()


async def test_silent_work_is_heard_to_be_alive(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "BEAT_S", 0.1)
    async with pulling(Library()) as download:
        await download.line()
        for _ in range(3):
            assert await download.line() == b"\n"
