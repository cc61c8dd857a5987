"""A process that has the product loaded, and `deskhand` processes forked from it.

Loading takes more than two seconds of a core, a fork next to nothing; all workers of a run share
one. What is forked is a process as any other: with arguments, environment, files and signals of its
own, and Python's usual end. The embedder is the real one with a memory, and new tables are copied.
"""

import asyncio
import atexit
import contextlib
import faulthandler
import fcntl
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from bot.app import deskhand, mind
from bot.cli.main import COMMANDS
from bot.storage.database import Database
from tests.fakes import tables
from tests.fakes.embedder import VECTORS, RememberingEmbedder, remember_background

DESKHAND = "from bot.cli.main import main; main()"
_ORDER_BYTES = 1_000_000
# How often it looks whether the run has ended, and how long it stays where nobody is there.
_LOOK_S = 1.0
_ALONE_S = 120.0


@functools.cache
def loaded() -> "Loaded":
    """Return this process's line, which lives as long."""
    made = Loaded()
    atexit.register(made.close)
    return made


class Forked:
    """A `deskhand` that was started; the part of `subprocess.Popen` that tests use.

    Attributes:
        stdin, stdout, stderr: Its pipes; None where it was given another file.
        returncode: None while it runs.
    """

    def __init__(self, status: int, pipes: tuple["IO[str] | None", ...]) -> None:
        self.stdin, self.stdout, self.stderr = pipes
        self.returncode: int | None = None
        self._status = os.fdopen(status, "r", encoding="ascii")
        self.pid = int(self._status.readline())
        self._said: dict[str, str] = {}
        self._readers = [
            threading.Thread(target=self._read, args=(name, pipe), daemon=True)
            for name, pipe in (("stdout", self.stdout), ("stderr", self.stderr))
            if pipe is not None
        ]

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float = 60) -> int:
        """Wait for its end, and return how it ended.

        Raises:
            subprocess.TimeoutExpired: It runs.
        """
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("deskhand", timeout)
            self.returncode = int(self._status.readline())
            self._status.close()
        return self.returncode

    def communicate(self, text: str = "", timeout: float = 60) -> tuple[str, str]:
        """Write the last there is to read, wait for the end, and return what was written till then.

        Raises:
            subprocess.TimeoutExpired: It runs; may be called again.
        """
        give_up_at = time.monotonic() + timeout
        for each in self._readers:
            if each.ident is None:
                each.start()
        if self.stdin is not None and not self.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self.stdin.write(text)
                self.stdin.close()
        for each in self._readers:
            each.join(max(0.0, give_up_at - time.monotonic()))
            if each.is_alive():
                raise subprocess.TimeoutExpired("deskhand", timeout)
        self.wait(max(0.0, give_up_at - time.monotonic()))
        return self._said.get("stdout", ""), self._said.get("stderr", "")

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _read(self, name: str, pipe: IO[str]) -> None:
        with pipe:
            self._said[name] = pipe.read()


class Loaded:
    """A line to the process that others are forked from, which is begun where there is none yet."""

    def __init__(self) -> None:
        place = Path(os.environ[VECTORS]).with_name("loaded")
        self._orders = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                _begin_listening(place)
        self._orders.connect(str(place))

    def start(
        self,
        *args: str,
        environment: Mapping[str, str],
        program: str = DESKHAND,
        terminal: int | None = None,
        one_pipe: bool = False,
    ) -> Forked:
        """Start `deskhand` with these arguments.

        Args:
            args: Of the command line.
            environment: All of it.
            program: What is run in its place.
            terminal: What it reads and writes in place of pipes; a log's file will do.
            one_pipe: Have its errors in `stdout`, among the rest.
        """
        ours: list[IO[str] | None] = [None, None, None]
        theirs = [terminal] * 3
        if terminal is None:
            (read, keys), (out, wrote) = os.pipe(), os.pipe()
            ours = [os.fdopen(keys, "w"), os.fdopen(out), None]
            theirs = [read, wrote, wrote]
            if not one_pipe:
                err, theirs[2] = os.pipe()
                ours[2] = os.fdopen(err)
        status, ended = os.pipe()
        order = json.dumps([program, args, dict(environment)]).encode()
        socket.send_fds(self._orders, [order], [*theirs, ended])  # type: ignore[list-item]
        for each in {*theirs, ended} - {terminal}:
            os.close(each)  # type: ignore[arg-type]
        return Forked(status, tuple(ours))

    def close(self) -> None:
        """Leave it; what was forked goes on."""
        self._orders.close()


def _begin_listening(place: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(place))
        listening.listen()
        listening.set_inheritable(True)
        # Not by subprocess, which wants to wait for it: it outlives the worker that begins it.
        args = (sys.executable, "-m", "tests.fakes.loaded", str(listening.fileno()))
        os.posix_spawn(sys.executable, args, os.environ)


def _keep_forking(listening: socket.socket) -> str:
    """Fork for each order; in what was forked, return the program that is to be run.

    It ends with the run, whose folder is gone then, and where nobody was there for a while.
    """
    # Nobody waits for the keepers.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    place, lines, left_at = Path(listening.getsockname()), [], time.monotonic()
    while True:
        ready = select.select([listening, *lines], [], [], _LOOK_S)[0]
        if lines:
            left_at = time.monotonic()
        if not place.exists() or time.monotonic() - left_at > _ALONE_S:
            os._exit(0)
        if listening in ready:
            lines.append(listening.accept()[0])
        for line in [each for each in lines if each in ready]:
            order, fds, _, _ = socket.recv_fds(line, _ORDER_BYTES, 4)
            if order and os.fork() == 0:
                return _forked([listening, *lines], json.loads(order), fds)
            for each in fds:
                os.close(each)
            if not order:
                lines.remove(line)
                line.close()


def _forked(theirs: list[socket.socket], order: list[Any], fds: list[int]) -> str:
    for each in theirs:
        each.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *files, status = fds
    pid = os.fork()
    if pid:
        _tell_the_end(pid, files, status)
    os.close(status)
    program, args, environment = order
    _begin(args, environment, files)
    return str(program)


def _tell_the_end(pid: int, files: list[int], status: int) -> None:
    """Wait beside a process, for only its parent is told how it ended."""
    for each in (0, 1, 2, *files):
        os.close(each)
    os.write(status, f"{pid}\n".encode())
    _, code = os.waitpid(pid, 0)
    os.write(status, f"{os.waitstatus_to_exitcode(code)}\n".encode())
    os._exit(0)


def _begin(args: list[str], environment: dict[str, str], files: list[int]) -> None:
    """Become what a fresh Python would be with these."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["deskhand", *args]
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own, until its end
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if environment.get("PYTHONFAULTHANDLER"):
        faulthandler.enable()


async def _make_tables() -> None:
    """Make once the tables that each would make in a new database."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db")
        await tables.migrate(database)
        await database.close()


def _load() -> None:
    for module, _ in COMMANDS.values():
        importlib.import_module(module.partition(":")[0])
    importlib.import_module("bot.cli.composed")
    asyncio.run(_make_tables())
    remember_background()
    deskhand.migrate = tables.migrate  # type: ignore[assignment]
    mind.BuiltInEmbedder = RememberingEmbedder  # type: ignore[assignment, misc]
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    # Ctrl-C on the terminal of the tests is for the tests.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load()
    exec(_keep_forking(socket.socket(fileno=int(sys.argv[1]))), {"__name__": "__main__"})
