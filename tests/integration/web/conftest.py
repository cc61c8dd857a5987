"""The whole bot behind its real server on a loopback port, asked by real requests."""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from argon2 import PasswordHasher

from bot.web.accounts import Accounts
from bot.web.server import served
from bot.web.services import Services
from bot.web.site import make_site
from tests.fakes.once import once as once  # noqa: PLC0414 - given to the tests here
from tests.scenario.room import FakeClock, Room, bot_in_a_room

TOKEN = "the API's token"
PASSWORD = "flour water salt"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')

T = TypeVar("T")


class Desk:
    """A running desk: its address, its parts and its clock."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._up = threading.Event()
        self._broken: Exception | None = None
        self.room: Room
        self.accounts: Accounts
        self.url = ""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(60)
        if self._broken is not None:
            raise self._broken

    @property
    def clock(self) -> FakeClock:
        return self.room.clock

    @property
    def services(self) -> Services:
        return self.room.app.services

    def do(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await something of the desk's where it runs."""

        async def wrapped() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(wrapped(), self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            self._broken = error
        finally:
            self._up.set()
            self._loop.close()

    async def _serve(self) -> None:
        async with bot_in_a_room(self._data_dir) as self.room:
            # One pass over 8 KiB: the tests try passwords often.
            cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            self.accounts = Accounts(self.services.entrance, now=self.clock, hasher=cheap)
            site = make_site(self.services, token=TOKEN, accounts=self.accounts)
            async with served(site, host="127.0.0.1", port=0) as self.url:
                self._up.set()
                await self._stop.wait()


class Person:
    """Somebody's browser: keeps its cookies and sends each form's token along."""

    def __init__(self, desk: Desk) -> None:
        self.client = httpx.Client(base_url=desk.url, timeout=60)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return self.client.post("/sign-in", data={"name": name, "password": password})

    def is_in(self) -> bool:
        return self.get("/overview").status_code == 200

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, headers={"accept": "text/html"})

    def csrf(self) -> str:
        found = CSRF.search(self.get("/overview").text)
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields | {"csrf": self.csrf()})

    def upload(self, *files: tuple[str, bytes], audience: str = "public") -> httpx.Response:
        return self.client.post(
            "/knowledge/upload",
            data={"csrf": self.csrf(), "audience": audience},
            files=[("files", file) for file in files],
        )


class Owner(Person):
    """The owner's, signed in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        answer = self.sign_in("owner")
        assert answer.status_code == 303, answer.text


# Of a module, not longer: its clock goes on with each test, and suites know what day it is.
@pytest.fixture(scope="module")
def desk(once: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running = Desk(tmp_path_factory.mktemp("web") / "desk")
    running.do(lambda: running.accounts.reset_password(PASSWORD))
    yield running
    running.close()


@pytest.fixture
def stranger(desk: Desk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, timeout=60) as client:
        yield client


@pytest.fixture
def owner(desk: Desk) -> Iterator[Owner]:
    signed_in = Owner(desk)
    yield signed_in
    signed_in.client.close()


@pytest.fixture(autouse=True)
def _attempts_are_forgotten(desk: Desk) -> None:
    """Each test comes long after the wrong passwords of the one before."""
    desk.clock.go(minutes=20)
