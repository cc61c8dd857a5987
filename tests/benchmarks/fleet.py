"""An office of several processes: `deskhand run`, workers, and all that they stand on.

All of it is real but the model and Slack: those are this repository's own servers, spoken to over
sockets; each host of the model is a process as slow as a real one, and remembers what it read
(tests/fakes/paced_ollama.py).
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.cli.client import Client
from bot.data_dir import DataDirectory
from bot.web.api.shapes.documents import Added
from knowledge.documents import Audience
from tests.benchmarks.house import MODEL
from tests.benchmarks.sample import TOPICS, Topic, invented_texts, model_script
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.loaded import Forked, loaded
from tests.fakes.paced_ollama import Read, read_log
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_rooms import BOT

ROOT = Path(__file__).parents[2]
START_S = 120.0
ANSWER_S = 120.0
LOOK_S = 0.01
ENTRIES = 30


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered.

    Attributes:
        at: When, by the clock that only grows.
        took_s: Since it was asked.
    """

    person: int
    at: float
    took_s: float


class Fleet:
    """The office that runs, and the people who write to it in Slack."""

    def __init__(self, slack: FakeSlack, processes: Sequence[Forked], logs: Sequence[Path]) -> None:
        self._slack = slack
        self._logs = logs
        self._processes = processes
        self.answered: list[Answered] = []

    @property
    def reads(self) -> list[Read]:
        """Return every chat that the hosts have had, as it began."""
        return sorted((each for log in self._logs for each in read_log(log)), key=lambda e: e.at)

    def memory_mb(self) -> list[float]:
        """Return each process's resident memory, that of `run` first."""
        return [psutil.Process(each.pid).memory_info().rss / 1e6 for each in self._processes]

    def spent_s(self) -> float:
        """Return the CPU seconds that all processes have spent."""
        return sum(sum(psutil.Process(each.pid).cpu_times()[:2]) for each in self._processes)

    async def keep_asking(self, person: int, topics: Iterator[Topic], *, until: float) -> None:
        """Have somebody ask in their direct message, again as soon as they are answered."""
        while time.monotonic() < until:
            await self.ask(person, f"D{person:03}", next(topics))

    async def ask(self, person: int, room: str, topic: Topic) -> None:
        """Have somebody ask something in a room, and wait for the whole answer."""
        began = time.monotonic()
        text = topic.asked if room.startswith("D") else f"<@{BOT}> {topic.asked}"
        before = self._told(room, topic)
        self._slack.says(f"U{person:03}", room, text)
        async with asyncio.timeout(ANSWER_S):
            while self._told(room, topic) == before:
                await asyncio.sleep(LOOK_S)
        now = time.monotonic()
        self.answered.append(Answered(person, now, now - began))

    def _told(self, room: str, topic: Topic) -> int:
        # Each of the topics' answers is told apart by its beginning; a post grows by edits.
        said = self._slack.rooms.rooms[room].messages
        return sum(topic.reply in each["text"] for each in said if each.get("user") == BOT)


def topics(seed: int) -> Iterator[Topic]:
    """Yield the topics for ever, each time in another order."""
    lot = random.Random(seed)
    while True:
        yield from lot.sample(TOPICS, len(TOPICS))


@contextlib.asynccontextmanager
async def fleet(
    folder: Path, *, database_url: str, workers: int, hosts: int, scale: float, people: int
) -> AsyncIterator[Fleet]:
    """Run everything inside the block.

    Args:
        folder: Where all of it stands.
        database_url: Of an empty PostgreSQL.
        workers: Processes beside `deskhand run`.
        hosts: Of the model.
        scale: How many times as fast as a real one each is.
        people: Each with a direct message, and as many channels beside.
    """
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack())
        for number in range(people):
            slack.rooms.add_user(f"U{number:03}", f"Person {number}")
            slack.rooms.add_room(f"D{number:03}", "", "im", user=f"U{number:03}")
            slack.rooms.add_room(f"C{number:03}", f"room-{number}", "public_channel")
        chroma = await asyncio.to_thread(ChromaServer, folder / "index")
        stack.callback(chroma.kill)
        logs = [folder / f"host-{number}.jsonl" for number in range(hosts)]
        urls = [stack.enter_context(_host(folder, log, scale)) for log in logs]
        environment = {
            **{name: each for name, each in os.environ.items() if not name.startswith("DESKHAND_")},
            "DESKHAND_DATA_DIR": str(folder / "data"),
            "DESKHAND_DATABASE_URL": database_url,
            "DESKHAND_CHROMA_URL": chroma.url,
            "DESKHAND_OLLAMA_URL": ",".join(urls),
            "DESKHAND_MODEL": MODEL,
            "DESKHAND_PORT": "0",
            "DESKHAND_TIMEZONE": "UTC",
            "DESKHAND_SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.methods.bot_token,
            "SLACK_APP_TOKEN": slack.methods.app_token,
        }
        processes: list[Forked] = []
        log = stack.enter_context((folder / "log").open("wb"))
        stack.callback(lambda: [each.kill() for each in processes])
        for order in ("run", *["worker"] * workers):
            parent = await asyncio.to_thread(loaded)
            processes.append(parent.start(order, environment=environment, terminal=log.fileno()))
            await _connected(slack, len(processes), folder / "log")
        await asyncio.to_thread(_teach, folder / "data")
        yield Fleet(slack, processes, logs)
        for each in processes:
            each.terminate()


async def _connected(slack: FakeSlack, processes: int, log: Path) -> None:
    """Wait until so many processes listen to Slack."""
    began = time.monotonic()
    while slack.sockets.count < processes:
        if time.monotonic() - began > START_S:
            raise TimeoutError(_end_of(log))
        await asyncio.sleep(0.05)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def _teach(data: Path) -> None:
    door = DataDirectory(data).door()
    assert door is not None
    pairs = [(topic.question, topic.answer) for topic in TOPICS] + invented_texts(ENTRIES)
    lines = "".join(json.dumps({"question": one, "answer": two}) + "\n" for one, two in pairs)
    params = {"name": "faq.jsonl", "audience": Audience.PUBLIC.value}
    Client(door).stream(
        "knowledge/files", Added, show=lambda _: None, content=lines.encode(), params=params
    )


@contextlib.contextmanager
def _host(folder: Path, log: Path, scale: float) -> Iterator[str]:
    script = folder / "script.json"
    script.write_text(json.dumps(model_script()), encoding="utf-8")
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.fakes.paced_ollama", "--scale", str(scale)),
            *("--script", str(script), "--log", str(log)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("ready ").strip()
        process.terminate()
