"""Slack and Discord over real sockets on their worst day: nothing lost, nothing said twice.

The platform is another process's business than the bot: it lives in the test, the bot in a process
of its own that is killed. Each question asks to cancel a reminder of another number, so that an
answer tells which question it answers.
"""

import asyncio
import contextlib
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from tests.fakes import discord_server, slack
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.loaded import Forked, loaded
from tests.fakes.slack import FakeSlack

# Many, so that on the longest day nobody writes more in a minute than one person may.
ROOMS = 40
START_S = 60.0
SERVED_S = 120.0
# Long enough for a second answer to show, if one were to come.
QUIET_S = 6.0


@dataclass
class Storm:
    """A platform with its people, and what can go wrong with it.

    Attributes:
        environment: What connects the bot to it.
        ask: Has a person say something in the room of a number.
        posts: What the bot has posted, as (room, text), oldest first in each room.
        cuts: Ways to cut the connection, to choose from.
        troubles: What goes wrong besides, to choose from.
        connected: Whether the bot is connected.
    """

    environment: dict[str, str]
    ask: Callable[[int, str], None]
    posts: Callable[[], list[tuple[str, str]]]
    cuts: Sequence[Callable[[], object]]
    troubles: Sequence[Callable[[], object]]
    connected: Callable[[], bool]
    room: Callable[[int], str]
    rooms: int = 8
    asked: list[int] = field(default_factory=list)

    def asks(self, number: int) -> None:
        self.asked.append(number)
        self.ask(number % self.rooms, f"cancel reminder {number}")

    def all_answered(self) -> bool:
        return sum(map(len, self.answers().values())) >= len(self.asked)

    def answers(self) -> dict[str, list[int]]:
        """Return the numbers that were answered in each room, in order."""
        found: dict[str, list[int]] = {}
        for room, text in self.posts():
            if number := re.search(r"reminder no\. (\d+)", text):
                found.setdefault(room, []).append(int(number[1]))
        return found


@contextlib.asynccontextmanager
async def slack_storm() -> AsyncIterator[Storm]:
    server = FakeSlack()
    server.redelivery_s = 1.0
    async with server:
        for number in range(ROOMS):
            server.rooms.add_user(f"UP{number}", f"Person {number}")
            server.rooms.add_room(f"DP{number}", "", "im", user=f"UP{number}")

        def limited() -> None:
            server.fails("chat.postMessage", slack.Fault("ratelimited", 429, retry_after=1))

        def lost() -> None:
            server.fails("chat.postMessage", slack.Fault(broken=True, after=True))

        yield Storm(
            {
                "SLACK_BOT_TOKEN": server.methods.bot_token,
                "SLACK_APP_TOKEN": server.methods.app_token,
                "DESKHAND_SLACK_API_URL": server.api_url,
            },
            lambda room, text: server.says(f"UP{room}", f"DP{room}", text),
            lambda: [(str(each["channel"]), str(each["text"])) for each in server.posts],
            (server.sockets.cut, server.sockets.ask_to_reconnect),
            (limited, lost),
            lambda: server.sockets.count > 0,
            lambda place: f"DP{place}",
        )


@contextlib.asynccontextmanager
async def discord_storm() -> AsyncIterator[Storm]:
    async with FakeDiscord() as server:
        rooms = [server.direct(f"person {number}") for number in range(ROOMS)]

        def limited() -> None:
            server.fail("send", discord_server.Fault(status=429, retry_after_s=1))

        def lost() -> None:
            server.fail("send", discord_server.Fault(cut=True))

        yield Storm(
            {
                "DISCORD_BOT_TOKEN": discord_server.TOKEN,
                "DESKHAND_DISCORD_API_URL": server.api_url,
                "DESKHAND_DISCORD_GATEWAY_URL": server.gateway_url,
            },
            lambda room, text: server.says(f"person {room}", rooms[room], text),
            lambda: [(each.channel, each.text) for each in server.posts],
            (server.gateway.cut, server.gateway.invalidate),
            (limited, lost),
            lambda: server.gateway.connected,
            lambda place: rooms[place],
        )


class Bot:
    """The bot as a process of its own, which has ended when the block has."""

    def __init__(self, storm: Storm, folder: Path) -> None:
        self._storm = storm
        self._folder = folder
        self._process: Forked | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            await self.kill()

    async def start(self) -> None:
        """Start it and wait until it is connected."""
        environment = os.environ | self._storm.environment
        environment |= {
            "DESKHAND_DATA_DIR": str(self._folder / "data"),
            "DESKHAND_PORT": "0",
            "DESKHAND_MODEL": "",
        }
        parent = await asyncio.to_thread(loaded)
        with (self._folder / "log").open("ab") as log:
            self._process = parent.start("run", environment=environment, terminal=log.fileno())
        await self.until(self._storm.connected, START_S)

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        await asyncio.to_thread(self._process.wait)

    async def until(self, so: Callable[[], bool], within_s: float) -> None:
        began = time.monotonic()
        while not so():
            assert time.monotonic() - began < within_s, self.log[-4000:]
            await asyncio.sleep(0.05)

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")


async def weather(
    storm: Storm, folder: Path, *, questions: int, cuts: int, troubles: int, kills: int, seed: int
) -> None:
    """Ask questions while things go wrong, then judge what came of them."""
    dice = random.Random(seed)
    events = ["cut"] * cuts + ["trouble"] * troubles + ["kill"] * kills + ["ask"] * questions
    dice.shuffle(events)
    async with Bot(storm, folder) as bot:
        await live_through(events, storm, bot, dice)
    counted = Counter(n for numbers in storm.answers().values() for n in numbers)
    assert counted == Counter(storm.asked)
    for room, numbers in storm.answers().items():
        assert numbers == [n for n in storm.asked if storm.room(n % storm.rooms) == room]


async def live_through(events: Sequence[str], storm: Storm, bot: Bot, dice: random.Random) -> None:
    """Have everything happen, and every question answered.

    Before every second kill what was asked is answered: a turn is in flight in two crashes at most,
    since three would rightly be held against it.
    """
    kills = 0
    await bot.start()
    # Discord tells nobody of a direct message with a person who never wrote before.
    for number in range(storm.rooms):
        storm.asks(number)
    await bot.until(storm.all_answered, SERVED_S)
    number = len(storm.asked) - 1
    for event in events:
        if event == "ask":
            number += 1
            storm.asks(number)
        elif event == "cut":
            dice.choice(storm.cuts)()
        elif event == "trouble":
            dice.choice(storm.troubles)()
        else:
            if kills % 2 == 0:
                await bot.until(storm.all_answered, SERVED_S)
            kills += 1
            await bot.kill()
            await bot.start()
        await asyncio.sleep(dice.random() * 0.05)

    await bot.until(storm.all_answered, SERVED_S)
    await asyncio.sleep(QUIET_S)
    await bot.kill(signal.SIGTERM)


STORMS = {"slack": slack_storm, "discord": discord_storm}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("platform", ["slack", pytest.param("discord", marks=pytest.mark.long)])
async def test_on_a_bad_day_every_question_is_answered_once_and_in_order(platform, tmp_path):
    async with STORMS[platform]() as storm:
        await weather(storm, tmp_path, questions=20, cuts=2, troubles=3, kills=2, seed=1)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("platform", STORMS)
async def test_on_the_worst_day_every_question_is_answered_once_and_in_order(platform, tmp_path):
    async with STORMS[platform]() as storm:
        storm.rooms = ROOMS
        await weather(storm, tmp_path, questions=500, cuts=20, troubles=20, kills=10, seed=2)
