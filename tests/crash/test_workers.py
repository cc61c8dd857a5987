"""A page and two workers, each a process, on one PostgreSQL and one Chroma server.

An outside witness says what people saw.
"""

import asyncio
import contextlib
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.crash.house import House, kill, prepared
from tests.crash.judgement import Sent, answered, judge
from tests.crash.letters import NEVER, STAFF_ROOMS, Writer
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.postgresql import new_database

PATIENCE_S = 90.0
# What is set is told at once; where nothing was told it is read within 15 s.
TOLD_S = 5.0
# So many each has answered before one of them dies.
SHARE = 5
# Many, so that nobody writes more in a minute than one person may.
ROOMS = 12
PASSWORD = "of the owner of the bakery"


@dataclass
class Office:
    """The house, and its processes by what they are."""

    house: House
    page: int
    workers: list[int]

    async def end(self, pid: int, number: signal.Signals) -> None:
        kill(pid, number)
        await self.house.gone(pid, within_s=15)

    async def tell(self, method: str, path: str, **what: object) -> None:
        """Have the page do something, as a command does."""
        url, token = self.house.door()
        async with httpx.AsyncClient(base_url=url) as page:
            page.headers["authorization"] = f"Bearer {token}"
            answer = await page.request(method, f"/api/{path}", json=what)
            assert answer.is_success, answer.text

    async def sign_in(self) -> httpx.Cookies:
        """Sign in on the page as its owner, and return the browser's cookies."""
        await self.tell("POST", "password", password=PASSWORD)
        async with httpx.AsyncClient(base_url=self.house.door()[0]) as browser:
            answer = await browser.post("/sign-in", data={"name": "owner", "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            return browser.cookies

    async def is_in(self, cookies: httpx.Cookies, page: str = "") -> bool:
        """Return whether a browser with these cookies is let in on a page."""
        async with httpx.AsyncClient(base_url=self.house.door(page)[0], cookies=cookies) as browser:
            return (await browser.get("/overview")).status_code == 200

    @property
    def answered_by(self) -> Counter[int]:
        """Return how many letters each process has answered, by its id."""
        return Counter(
            int(pid)
            for pid in re.findall(
                r"^\S+ \S+ (\d+) INFO \S+ answered turn=", self.house.log, re.MULTILINE
            )
        )


@pytest.fixture
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    server = request.config.option.postgresql
    if not server:
        pytest.skip("several processes need a PostgreSQL: script/test --postgresql URL")
    with contextlib.ExitStack() as stack:
        url = await asyncio.to_thread(stack.enter_context, new_database(server))
        chroma = await asyncio.to_thread(ChromaServer, tmp_path / "chroma")
        stack.callback(chroma.kill)
        async with prepared(tmp_path, database_url=url, chroma_url=chroma.url) as house:
            page = await house.start()
            yield Office(house, page, [await house.start(what="work") for _ in range(2)])


def flood(writer: Writer, size: int) -> list[Sent]:
    """Return letters to every room in turn, each third one for the model."""
    return [
        writer.verbatim(f"staff-{number % ROOMS}")
        if (number + number // ROOMS) % 3
        else writer.composed(f"staff-{number % ROOMS}")
        for number in range(size)
    ]


@pytest.mark.timeout(600)
async def test_a_flood_is_answered_once_each_and_in_order_although_a_worker_dies(office):
    house, writer = office.house, Writer(7)
    everybody = (office.page, *office.workers)
    while not all(office.answered_by[pid] >= SHARE for pid in everybody):
        assert len(house.sent) < 200, office.answered_by
        house.send(flood(writer, 12))
        await house.until(answered, within_s=PATIENCE_S)
    house.send(flood(writer, 36))
    await asyncio.sleep(0.2)
    await office.end(office.workers[0], signal.SIGKILL)
    house.send(flood(writer, 36))
    await house.until(answered, within_s=PATIENCE_S)
    for pid in (office.page, office.workers[1]):
        await office.end(pid, signal.SIGTERM)
    assert judge(house.sent, house.shown, never=NEVER) == []


@pytest.mark.timeout(600)
async def test_what_was_set_and_who_was_let_in_on_a_page_holds_without_it_and_on_the_next(office):
    house, writer, room = office.house, Writer(8), STAFF_ROOMS[0]
    house.send([writer.composed(room)])
    await house.until(answered, within_s=PATIENCE_S)
    cookies = await office.sign_in()
    assert await office.is_in(cookies)
    await office.tell("PUT", "settings/model.name", value="")
    await asyncio.sleep(TOLD_S)
    await office.end(office.page, signal.SIGKILL)
    house.send([writer.quoted(room)])
    await house.until(answered, within_s=PATIENCE_S)
    await house.start("elsewhere")
    assert await office.is_in(cookies, "elsewhere")
    assert not await office.is_in(httpx.Cookies(), "elsewhere")
    assert judge(house.sent, house.shown, never=NEVER) == []
