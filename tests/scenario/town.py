"""The bot in a town whose platform goes away, loses messages or brings none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.app.deskhand import Deskhand, compose, utc_now
from bot.inbox.platforms import State
from bot.settings import Settings
from tests.fakes.parts import at_work, until
from tests.fakes.platform import TOKENS, Town, kinds

PLATFORM = "slack"
PATIENCE_S = 60.0
QUICK_S = 0.05


@asynccontextmanager
async def bot_in(
    town: Town, data_dir: Path, *, token: str = "t", now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Deskhand]:
    settings = Settings(data_dir=data_dir, model="", timezone="UTC")
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    app = await compose(settings, kinds=kinds(town), now=now)
    for name in TOKENS[town.platform]:
        await app.services.keep_token(name, token)
    async with at_work(app):
        yield app


async def on(app: Deskhand) -> None:
    await until(lambda: app.platforms.status(PLATFORM).state is State.ON)


async def answered_once(town: Town, *messages: object) -> None:
    await until(lambda: all(town.answers_to(each) for each in messages))
    await asyncio.sleep(3 * QUICK_S)
    assert [len(town.answers_to(each)) for each in messages] == [1] * len(messages)
