"""`deskhand run` as a process, seen from outside."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.cli.client import Client
from bot.data_dir import DataDirectory
from bot.domain.people import Role
from bot.web.api.shapes.conversation import AnswerShown, Saying
from bot.web.api.shapes.documents import Added
from bot.web.api.shapes.steps import Step
from knowledge.documents import Audience
from tests.benchmarks.house import MODEL

DESKHAND = (sys.executable, "-m", "bot.cli")
ROOT = Path(__file__).parents[2]
READY = "Deskhand is ready"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server.

    Attributes:
        ready_s: From the start of the process to its line that says so.
        page_url: Where people open its page.
    """

    client: Client
    process: psutil.Process
    ready_s: float
    page_url: str

    def ask(self, text: str, *, room: str) -> tuple[AnswerShown, float]:
        """Ask as the public; return the answer and the seconds it took."""
        saying = Saying(text=text, role=Role.PUBLIC, room=room)
        began_s = time.perf_counter()
        answer = self.client.stream("ask", AnswerShown, show=_ignore, body=saying)
        return answer, time.perf_counter() - began_s

    def add(self, name: str, content: bytes) -> Added:
        """Add a file of entries for the public."""
        params = {"name": name, "audience": Audience.PUBLIC.value}
        return self.client.stream(
            "knowledge/files", Added, show=_ignore, content=content, params=params
        )

    def memory_mb(self) -> float:
        """Return its resident memory, in millions of bytes."""
        return float(self.process.memory_info().rss) / 1e6


@contextlib.contextmanager
def served(data_dir: Path, *, ollama_url: str) -> Iterator[Served]:
    """Run the server inside the block."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")},
        "DESKHAND_DATA_DIR": str(data_dir),
        "DESKHAND_PORT": "0",
        "DESKHAND_OLLAMA_URL": ollama_url,
        "DESKHAND_MODEL": MODEL,
        "DESKHAND_TIMEZONE": "UTC",
    }
    began_s = time.perf_counter()
    with subprocess.Popen(
        [*DESKHAND, "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        ready_s = time.perf_counter() - began_s
        assert first.startswith(READY), first
        door = DataDirectory(data_dir).door()
        assert door is not None
        try:
            yield Served(Client(door), psutil.Process(process.pid), ready_s, door.page_url)
        finally:
            process.terminate()


def _ignore(_step: Step) -> None:
    return None
