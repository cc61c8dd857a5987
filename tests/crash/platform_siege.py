"""Workers that are killed while people write to them on a platform, which sees what they say."""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.house import kill
from tests.fakes import discord_server
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.slack import FakeSlack

# Each room has one person; who asks more often than 20 times a minute is put off.
ROOMS = 10
PAUSE_S = 0.4
PATIENCE_S = 120.0
LOOK_S = 0.02
_SUBJECT = re.compile(r"bake bun (\d+)x")


@dataclass
class Street:
    """A platform with people on it.

    Attributes:
        environment: Where a worker finds it.
        led: The name of what one process does for all of them.
        listened: Returns how often somebody began to listen; None: all do, all the time.
        say: Has the person of a room ask something.
        seen: Returns what the bot posted, by room, oldest first.
        asked: The numbers of what was asked, by room, in order.
    """

    name: str
    environment: Mapping[str, str]
    led: str
    listened: Callable[[], int] | None
    say: Callable[[int, str], object]
    seen: Callable[[], Sequence[tuple[int, str]]]
    asked: dict[int, list[int]] = field(default_factory=dict)
    count: int = 0

    def ask(self) -> None:
        """Have the next person ask for a reminder that nobody else asks for."""
        room, number = self.count % ROOMS, self.count
        self.count += 1
        self.asked.setdefault(room, []).append(number)
        self.say(room, f"Remind me in 5 hours to bake bun {number}x")

    def promised(self) -> dict[int, list[int]]:
        """Return what was promised, by room, in order."""
        found: dict[int, list[int]] = {room: [] for room in self.asked}
        for room, text in self.seen():
            found[room] += [int(number) for number in _SUBJECT.findall(text)]
        return found


@contextlib.asynccontextmanager
async def discord_street() -> AsyncIterator[Street]:
    """Give a Discord: one process listens."""
    async with FakeDiscord() as server:
        rooms = [server.channel(f"room-{number}") for number in range(ROOMS)]
        yield Street(
            "discord",
            {
                "DISCORD_BOT_TOKEN": discord_server.TOKEN,
                "DESKHAND_DISCORD_API_URL": server.api_url,
                "DESKHAND_DISCORD_GATEWAY_URL": server.gateway_url,
                "DESKHAND_DISCORD_CDN_URL": server.cdn_url,
            },
            "discord",
            lambda: server.gateway.counts["identified"],
            lambda room, text: server.says(f"ann{room}", rooms[room], f"<@{server.bot_id}> {text}"),
            lambda: [(rooms.index(post.channel), post.text) for post in server.posts],
        )


@contextlib.asynccontextmanager
async def slack_street() -> AsyncIterator[Street]:
    """Give a Slack, whose direct messages are a conversation each."""
    async with FakeSlack() as server:
        rooms = [f"D1{number}" for number in range(ROOMS)]
        for number, room in enumerate(rooms):
            server.rooms.add_user(f"U1{number}", f"Ann {number}")
            server.rooms.add_room(room, "", "im", user=f"U1{number}")
        yield Street(
            "slack",
            {
                "SLACK_BOT_TOKEN": server.methods.bot_token,
                "SLACK_APP_TOKEN": server.methods.app_token,
                "DESKHAND_SLACK_API_URL": server.api_url,
            },
            "slack lookout",
            None,
            lambda room, text: server.says(f"U1{room}", rooms[room], text),
            lambda: [
                (rooms.index(str(post["channel"])), str(post["text"])) for post in server.posts
            ],
        )


class Workers:
    """Starts and kills workers; tells from their log which one leads."""

    def __init__(self, log: Path, program: asyncio.subprocess.Process, street: Street) -> None:
        self._log = log
        self._program = program
        self._listened = street.listened or (lambda: len(self.leaders))
        led = re.escape(street.led)
        self._led = re.compile(rf"^\S+ \S+ (\d+) .* leads name={led}$", re.MULTILINE)
        self.pids: set[int] = set()

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def leaders(self) -> list[int]:
        """Return the ids of those who came to lead, in order."""
        return [int(pid) for pid in self._led.findall(self.log)]

    async def order(self, order: str) -> int:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{order}\n".encode())
        return int((await _line(self._program))["pid"])

    async def start(self) -> None:
        """Start one, and wait until it is connected."""
        pid = await self.order("work")
        self.pids.add(pid)
        await self.until(lambda: f" {pid} INFO __main__ ready" in self.log)

    async def prepare(self) -> None:
        """Make what they need."""
        pid = await self.order("prepare")
        await self.until(lambda: not _alive(pid))

    async def kill_the_leader(self) -> float:
        """Kill the one that leads; return the seconds until another one does, and listens."""
        leader, before = self.leaders[-1], self._listened()
        assert leader in self.pids
        began = time.monotonic()
        kill(leader)
        self.pids.discard(leader)
        await self.until(lambda: self._listened() > before)
        return time.monotonic() - began

    async def until(self, so: Callable[[], object]) -> None:
        began = time.monotonic()
        while not so():
            assert time.monotonic() - began < PATIENCE_S, f"waited in vain:\n{self.log[-4000:]}"
            await asyncio.sleep(LOOK_S)

    def end(self) -> None:
        """Kill all that run."""
        for pid in self.pids:
            kill(pid)


@contextlib.asynccontextmanager
async def workers(
    path: Path, street: Street, *, database_url: str, chroma_url: str
) -> AsyncIterator[Workers]:
    """Have workers of one office at hand, on a platform."""
    data = path / "data"
    data.mkdir(mode=0o700)
    environment = {
        "DESKHAND_DATA_DIR": str(data),
        "DESKHAND_DATABASE_URL": database_url,
        "DESKHAND_CHROMA_URL": chroma_url,
        "DESKHAND_PORT": "0",
        "DESKHAND_MODEL": "",
        "DESKHAND_TIMEZONE": "UTC",
    }
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.platform_program"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **environment, **street.environment},
    )
    try:
        await _line(program)
        made = Workers(path / "data.log", program, street)
        await made.prepare()
        try:
            yield made
        finally:
            made.end()
    finally:
        kill(program.pid)
        await program.wait()


async def _line(program: asyncio.subprocess.Process) -> dict[str, int]:
    assert program.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        answer: dict[str, int] = json.loads(await program.stdout.readline())
    return answer


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
