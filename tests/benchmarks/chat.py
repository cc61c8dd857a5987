"""What we add to an answer on Slack and Discord: until the first sign of life, and after the model.

The platform and the model are stubs over real sockets in this very process, so the figures hold
their work too. The first sign is the status line on Slack, typing on Discord; the end is the
post that holds the whole answer.
"""

import contextlib
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from bot.app.deskhand import Deskhand, compose
from bot.settings import Settings
from tests.benchmarks.sample import TOPICS, StubEmbedder, topic_entries
from tests.benchmarks.table import Figure
from tests.fakes import discord_server
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.ollama import FakeOllama, Reply, says
from tests.fakes.parts import at_work, until
from tests.fakes.slack import FakeSlack

STATUS = "assistant.threads.setStatus"
LOOK_S = 0.0005
PATIENCE_S = 30.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Server:
    """A platform as it is measured.

    Attributes:
        ask: Has a person of a number from 1 ask a question.
        signs: How many signs of life came so far.
        answers: How many posts hold a whole answer so far.
    """

    settings: dict[str, str]
    ask: Callable[[int, str], object]
    signs: Callable[[], int]
    answers: Callable[[], int]


@contextlib.asynccontextmanager
async def _slack() -> AsyncIterator[Server]:
    async with FakeSlack() as server:
        yield Server(
            {
                "SLACK_BOT_TOKEN": server.methods.bot_token,
                "SLACK_APP_TOKEN": server.methods.app_token,
                "slack_api_url": server.api_url,
            },
            lambda person, text: server.says(f"U{person}", "C1", f"<@UBOT> {text}"),
            # An empty one takes the line of the question before down.
            lambda: sum(bool(call["status"]) for call in server.called(STATUS)) + len(server.posts),
            lambda: sum("📄" in str(post["blocks"]) for post in server.posts),
        )


@contextlib.asynccontextmanager
async def _discord() -> AsyncIterator[Server]:
    async with FakeDiscord() as server:
        channel = server.channel("general")
        yield Server(
            {
                "DISCORD_BOT_TOKEN": discord_server.TOKEN,
                "discord_api_url": server.api_url,
                "discord_gateway_url": server.gateway_url,
            },
            lambda person, text: server.says(
                f"person {person}", channel, f"<@{server.bot_id}> {text}"
            ),
            lambda: server.rest.asked.count("typing") + len(server.posts),
            lambda: sum("📄" in post.text for post in server.posts),
        )


async def measure() -> list[Figure]:
    """Return the delays of both platforms."""
    figures: list[Figure] = []
    for name, server in (("slack", _slack), ("discord", _discord)):
        with tempfile.TemporaryDirectory() as folder:
            async with server() as platform, FakeOllama() as ollama:
                ollama.answer = _reply
                async with _bot(Path(folder), platform, ollama, name):
                    figures += await _figures(name, platform, ollama)
    return figures


def _reply(body: dict[str, object]) -> Reply | None:
    asked = str(body["messages"])
    return next((says(t.reply) for t in TOPICS if re.search(re.escape(t.asked), asked)), None)


@contextlib.asynccontextmanager
async def _bot(
    folder: Path, server: Server, ollama: FakeOllama, name: str
) -> AsyncIterator[Deskhand]:
    settings = Settings(
        data_dir=folder / "data",
        model="tiny:1b",
        ollama_url=ollama.url,
        timezone="UTC",
        **server.settings,  # type: ignore[arg-type]
    )
    settings.data_dir.mkdir()
    with patch("bot.app.mind.BuiltInEmbedder", StubEmbedder):
        app = await compose(settings)
    await app.services.knowledge.add(topic_entries())
    async with at_work(app):
        await _until(lambda: app.platforms.status(name).state == "on")
        yield app


async def _figures(name: str, server: Server, ollama: FakeOllama) -> list[Figure]:
    first: list[float] = []
    last: list[float] = []
    # Another person each round: one who asks more than twenty times a minute is slowed down.
    for person in range(1, ROUNDS + 1):
        for topic in TOPICS:
            signs, answers, chats = server.signs(), server.answers(), len(ollama.chats)
            began_s = time.monotonic()
            server.ask(person, topic.asked)
            await _until(lambda signs=signs: server.signs() > signs)
            first.append(time.monotonic() - began_s)
            await _until(lambda chats=chats: len(ollama.chats) > chats)
            await ollama.chats[-1].over.wait()
            told_s = time.monotonic()
            await _until(lambda answers=answers: server.answers() > answers)
            last.append(time.monotonic() - told_s)
    note = f"median of {len(first)} questions, the slowest "
    return [
        Figure(
            f"{name}: question to first sign",
            1_000 * statistics.median(first),
            "ms",
            f"{note}{1_000 * max(first):.0f} ms",
            target=1_000,
        ),
        Figure(
            f"{name}: last token to final text",
            1_000 * statistics.median(last),
            "ms",
            f"{note}{1_000 * max(last):.0f} ms",
        ),
    ]


async def _until(so: Callable[[], bool]) -> None:
    await until(so, within_s=PATIENCE_S, look_s=LOOK_S)
