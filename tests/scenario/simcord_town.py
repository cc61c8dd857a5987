"""A Discord that others wrote, the package simcord, with the whole bot in it.

simcord has no sockets: where our client would open some it puts its own side in. All else is the
product's, the connector included.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import discord
import simcord

from bot.app.deskhand import Deskhand, compose
from bot.inbox.platforms import State
from bot.settings import Settings
from connectors.discord.client import GatewayClient
from connectors.discord.permissions import intents
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.parts import at_work, until

FAQ = '{"question": "Are you open on Sundays?", "answer": "From 8:30 to 13:00."}\n'
TOKEN = "of the bot"


class Town:
    """A guild with a room and somebody in it, who also writes directly."""

    def __init__(self, env: simcord.Env) -> None:
        self._env = env
        self._bot_id = env.backend.bot_user.id
        guild = env.create_guild()
        self.room = guild.create_text_channel("general")
        self.person = env.create_user("ann")
        self.ann = guild.add_member(self.person)

    async def asks(
        self, text: str, *, room: simcord.ChannelHandle | None = None, files: Sequence[str] = ()
    ) -> int:
        """Have somebody ask the bot by its name; return the message's id."""
        attached = [(name, b"%PDF") for name in files]
        words = f"<@{self._bot_id}> {text}"
        said = await self.ann.send(room or self.room, words, attachments=attached)
        return said.id

    def thread(self, name: str) -> simcord.ChannelHandle:
        """Have somebody open a thread in the room."""
        self._env.backend.create_thread(self.room.id, name, self.ann.id)
        return self.room.threads[-1]

    def posts(self, room: simcord.ChannelHandle | None = None) -> list[discord.Message]:
        """Return what the bot has posted in a room, oldest first."""
        return [each for each in (room or self.room).history() if each.author.id == self._bot_id]

    async def post(
        self, words: str, *, room: simcord.ChannelHandle | None = None, count: int = 1
    ) -> discord.Message:
        """Wait until so many posts hold some words; return the last."""

        def holding() -> list[discord.Message]:
            return [each for each in self.posts(room) if words in each.content]

        await until(lambda: len(holding()) >= count)
        return holding()[-1]

    @contextlib.asynccontextmanager
    async def bot(self, data_dir: Path) -> AsyncIterator[Deskhand]:
        """Run the whole bot, without a model, inside the block."""
        settings = Settings(data_dir=data_dir, model="", timezone="UTC", DISCORD_BOT_TOKEN=TOKEN)
        await asyncio.to_thread(data_dir.mkdir, exist_ok=True)
        app = await compose(settings, now=self._env.now)
        await app.services.knowledge.add(
            read("faq.jsonl", FAQ.encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
        )
        async with at_work(app):
            await until(lambda: app.platforms.status("discord").state is State.ON)
            yield app


# No fixture: simcord keeps its clock and its webhooks in context variables of the test's own task.
@contextlib.asynccontextmanager
async def a_town() -> AsyncIterator[Town]:
    """Run simcord inside the block; while no bot of ours is signed in, one listens that is deaf."""
    async with simcord.run(_nobody()) as env:
        # What runs on simcord's time and what runs on the machine's read the same clock; else a
        # command is over as soon as it is given.
        await env.advance_time(time.monotonic())
        with patch("connectors.discord.connector.GatewayClient", _client_of(env)):
            yield Town(env)


def _nobody() -> discord.Client:
    return discord.Client(intents=intents())


def _client_of(env: simcord.Env) -> Callable[..., GatewayClient]:
    class Client(GatewayClient):
        async def login(self, token: str) -> None:
            """Have simcord sign us in, which does so by this very method."""
            if token == TOKEN:
                await env.restart_bot(self)
            else:
                await super().login(token)

        async def connect(self, *, reconnect: bool = True) -> None:
            """Stay connected, as we are since we signed in."""
            await asyncio.Event().wait()

        async def close(self) -> None:
            await super().close()
            await env.restart_bot(_nobody())

    return Client
