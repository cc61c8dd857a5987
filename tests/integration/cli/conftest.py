"""Terminals: beside a running server, and without one."""

import contextlib
import json
import os
import pty
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
from tests.fakes.loaded import Forked, loaded
from tests.fakes.once import once as once  # noqa: PLC0414 - given to the tests here

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


class Terminal:
    """Where a person types commands.

    Most run in this process, so that the product is loaded once; what they ask a server still
    goes over a real socket.
    """

    def __init__(self, environment: Mapping[str, str], *, beside: bool) -> None:
        """Type with this environment; `beside` tells whether a server runs."""
        self.environment = environment
        self.beside = beside

    def run(self, *args: str, stdin: str = "", **environment: str) -> Ran:
        """Run a command in this process."""
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

    def spawn(self, *args: str, stdin: str = "", **environment: str) -> Ran:
        """Run a command as a process of its own."""
        process = self.start(*args, **environment)
        out, err = process.communicate(stdin, timeout=90)
        return Ran(process.wait(0), out, err)

    def start(self, *args: str, **environment: str) -> Forked:
        """Start a command as a process of its own."""
        return loaded().start(*args, environment={**self.environment, **environment})

    def types(self, keys: str, *args: str) -> Ran:
        """Run a command on a terminal of its own and type."""
        ours, theirs = pty.openpty()
        process = loaded().start(*args, environment=self.environment, terminal=theirs)
        os.close(theirs)
        os.write(ours, keys.encode())
        out = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # Linux says so where the other side is closed
                break
            if not piece:
                break
            out += piece
        os.close(ours)
        return Ran(process.wait(60), out.decode(), "")


def first_line(process: "Forked | subprocess.Popen[str]") -> str:
    """Return the first line a process writes; it has started then."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        pytest.fail(f"did not start: {process.stderr.read()}")
    return line


@contextlib.contextmanager
def served(environment: Mapping[str, str]) -> Iterator[str]:
    """Run `deskhand run` inside the block and give what it said when it was ready."""
    server = Terminal(environment, beside=False).start("run")
    try:
        # Its log is a few lines: they fit the pipe while nobody reads.
        yield first_line(server)
    finally:
        assert stop(server) == 0


def stop(process: Forked) -> int:
    """End a process as a person's machine does, and return its code."""
    process.terminate()
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        # With PYTHONFAULTHANDLER the process says where it stands.
        process.send_signal(signal.SIGABRT)
        _, err = process.communicate()
        pytest.fail(f"did not end within 15 s of SIGTERM:\n{err[-6000:]}")
    return process.wait(0)


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


@pytest.fixture(scope="session")
def environment(ollama: str) -> dict[str, str]:
    """Return an environment for businesses' terminals; each needs its own data directory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
    return kept | {
        "DESKHAND_OLLAMA_URL": ollama,
        "DESKHAND_MODEL": MODEL,
        "DESKHAND_TIMEZONE": "Europe/Dublin",
        "DESKHAND_PORT": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
    }


def entries_file(folder: Path) -> Path:
    """Return a file of the entries above."""
    file = folder / "faq.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))
    return file


# Of a module, for suites count what is there.
@pytest.fixture(scope="module")
def shop(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """Give a terminal of a business with three entries, beside its server."""
    own = environment | {"DESKHAND_DATA_DIR": str(tmp_path_factory.mktemp("shop"))}
    file = entries_file(tmp_path_factory.mktemp("files"))
    with served(own):
        terminal = Terminal(own, beside=True)
        assert terminal.run("knowledge", "add", str(file)).code == 0
        yield terminal


# Each command is the whole product's start where no server runs: seconds, and the same commands. In
# the gate tests/integration/cli/test_process.py has them by themselves.
BESIDE_OR_NOT = ["beside a server", pytest.param("without a server", marks=pytest.mark.long)]


@pytest.fixture(params=BESIDE_OR_NOT, scope="module")
def terminal(
    once: None,
    request: pytest.FixtureRequest,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Terminal:
    """Give a terminal of a business with three entries, beside its server and without one."""
    if request.param == "beside a server":
        beside: Terminal = request.getfixturevalue("shop")
        return beside
    own = environment | {"DESKHAND_DATA_DIR": str(tmp_path_factory.mktemp("shop"))}
    file = entries_file(tmp_path_factory.mktemp("files"))
    terminal = Terminal(own, beside=False)
    assert terminal.run("knowledge", "add", str(file)).code == 0
    return terminal
