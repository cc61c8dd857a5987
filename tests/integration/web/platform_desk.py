"""The whole bot with platforms made of memory, behind its real server, in the test's own loop."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
from argon2 import PasswordHasher

from bot.app.deskhand import Deskhand, compose
from bot.inbox.platforms import State
from bot.settings import Settings
from bot.upkeep.health import Row
from bot.web.accounts import Accounts
from bot.web.server import served
from bot.web.site import make_site
from tests.fakes.parts import at_work
from tests.fakes.platform import Town, kinds
from tests.integration.web.conftest import CSRF, PASSWORD

BOT_TOKEN = "xoxb-of-the-bakery-mark1x"
APP_TOKEN = "xapp-of-the-bakery-mark2x"
WITHIN_S = 20


class PlatformDesk:
    """A running desk, and its owner's browser."""

    def __init__(self, app: Deskhand, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client
        self.seen: list[str] = []

    async def get(self, path: str) -> httpx.Response:
        return self._noted(await self.client.get(path, headers={"accept": "text/html"}))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        found = CSRF.search((await self.get("/business")).text)
        assert found
        return self._noted(await self.client.post(path, data=fields | {"csrf": found[1]}))

    async def connect(self, bot: str = BOT_TOKEN, app: str = APP_TOKEN) -> httpx.Response:
        """Send Slack's tokens as the form does."""
        return await self.post("/platforms/slack", slack_bot_token=bot, slack_app_token=app)

    async def connected(self) -> None:
        """Have Slack connected."""
        assert (await self.connect()).status_code == 303
        await self.until_slack_is(State.ON)

    async def until_slack_is(self, state: State) -> None:
        await self.until(lambda: self.app.platforms.status("slack").state is state)

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not so():
                await asyncio.sleep(0.01)

    async def page_with(self, text: str, path: str = "/platforms/slack") -> str:
        """Return a page once a text is on it: what is saved is taken up by connecting anew."""
        async with asyncio.timeout(WITHIN_S):
            while text not in (page := (await self.get(path)).text):
                await asyncio.sleep(0.01)
        return page

    async def row(self, part: str) -> Row:
        """Return how a part is, proved now."""
        rows = await self.app.services.health.rows()
        return next(row for row in rows if row.part == part)

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        self.seen.append(f"{answer.headers} {answer.text}")
        return answer


@contextlib.asynccontextmanager
async def platform_desk(
    data_dir: Path, *towns: Town, **environment: str
) -> AsyncIterator[PlatformDesk]:
    """Run everything that page and platforms need inside the block.

    Args:
        data_dir: Where everything is kept.
        towns: The platforms there are.
        environment: More of it, such as SLACK_BOT_TOKEN.
    """
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    settings = Settings(
        data_dir=data_dir,
        model="",
        ollama_url="http://127.0.0.1:9",
        timezone="UTC",
        **environment,
    )
    app = await compose(settings, kinds=kinds(*towns))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(app.services.entrance, now=app.services.now, hasher=cheap)
    await accounts.reset_password(PASSWORD)
    site = make_site(app.services, token="x", accounts=accounts)
    async with (
        at_work(app),
        served(site, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, timeout=WITHIN_S) as client,
    ):
        await client.post("/sign-in", data={"password": PASSWORD})
        yield PlatformDesk(app, client)


def chosen(html: str, select: str) -> str:
    """Return the value that a page shows as chosen in a select."""
    inside = re.search(rf'name="{re.escape(select)}"[^>]*>(.*?)</select>', html, re.DOTALL)
    assert inside, select
    value = re.search(r'value="([^"]*)" selected', inside[1])
    return value[1] if value else ""
