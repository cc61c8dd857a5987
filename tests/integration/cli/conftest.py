"""Terminals: commands as real processes beside a server, and in this process without one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.main import deskhand

ROOT = Path(__file__).parents[3]
MODEL = "tiny:1b"

ENTRIES = [
    {
        "id": "opening-hours",
        "question": "What are your opening hours?",
        "answer": "We are open from 7:00 to 18:00, and closed on Mondays.",
        "audience": "public",
    },
    {
        "id": "parking",
        "question": "Is there parking?",
        "answer": "There are two spaces in the courtyard.",
        "audience": "public",
    },
    {
        "id": "safe",
        "question": "Where is the key of the safe?",
        "answer": "The key hangs behind the clock.",
        "audience": "staff",
    },
]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what `--json` printed: one value on one line, nothing else."""
        assert self.code == 0, self
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def told(self) -> str:
        """Return the sentence a failed command ended with."""
        assert self.code == 1, self
        assert "Traceback" not in self.err, self.err
        return self.err.strip()


class Beside:
    """Runs each command as a process of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def run(self, *args: str, stdin: str = "", **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *args],
            cwd=ROOT,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *args: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *args],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


class Alone:
    """Runs each command in this process: the product is loaded once, not for each of them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def run(self, *args: str, stdin: str = "", **environment: str) -> Ran:
        done = CliRunner().invoke(
            deskhand,
            list(args),
            input=stdin,
            env={**self.environment, **environment},
            prog_name="deskhand",
        )
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)


Terminal = Beside | Alone


def first_line(process: "subprocess.Popen[str]") -> str:
    """Return the first line a process writes; it has started then."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        pytest.fail(f"did not start: {process.stderr.read()}")
    return line


def stop(process: "subprocess.Popen[str]") -> int:
    """End a process as a person's machine does, and return its code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail("did not end within 15 s of SIGTERM")
    return process.returncode


@pytest.fixture(scope="session")
def ollama() -> Iterator[str]:
    """Return the address of a stub of Ollama with the models tiny:1b and embed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.ollama", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield first_line(process).split()[1]
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, ollama: str) -> dict[str, str]:
    """Return an environment with a data directory of its own and nothing of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
    return kept | {
        "DESKHAND_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "DESKHAND_OLLAMA_URL": ollama,
        "DESKHAND_MODEL": MODEL,
        "DESKHAND_TIMEZONE": "Europe/Dublin",
        "DESKHAND_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }


def entries_file(folder: Path) -> Path:
    """Return a file of the entries above."""
    file = folder / "faq.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))
    return file


@pytest.fixture(scope="module", params=["beside a server", "without a server"])
def terminal(
    request: pytest.FixtureRequest,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Terminal]:
    """Give a terminal of a business with three entries."""
    file = entries_file(tmp_path_factory.mktemp("files"))
    folder = tmp_path_factory.mktemp("data")
    environment = environment | {"DESKHAND_DATA_DIR": str(folder)}
    if request.param == "without a server":
        alone = Alone(environment)
        assert alone.run("knowledge", "add", str(file)).code == 0
        yield alone
        return
    beside = Beside(environment)
    server = beside.start("run")
    assert "ready" in first_line(server)
    # Its log must not fill the pipe while nobody reads.
    assert server.stderr is not None
    assert beside.run("knowledge", "add", str(file)).code == 0
    yield beside
    assert stop(server) == 0
