"""The product and everything around it, each in its own process."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from tests.crash.judgement import Sent
from tests.fakes.wall_clock import WallClock
from tests.fakes.wire import PostOffice
from tests.fakes.witness import Shown, read

KNOWLEDGE = Path(__file__).parents[1] / "fakes" / "bakery"
START_S = 60.0
LOOK_S = 0.05


class House:
    """Starts and kills the product; tells what the witness saw."""

    def __init__(self, path: Path, program: asyncio.subprocess.Process, office: PostOffice) -> None:
        self._path = path
        self._program = program
        self.office = office
        self.sent: list[Sent] = []
        self._started: set[int] = set()
        self._ordering = asyncio.Lock()

    @property
    def shown(self) -> list[Shown]:
        """Return everything the witness has written down."""
        return read(self._path / "witness.jsonl")

    @property
    def log(self) -> str:
        """Return the product's own log, for a failure's message."""
        return (self._path / "data.log").read_text()

    async def order(self, order: str) -> int:
        """Have the program start a process; return its id."""
        assert self._program.stdin is not None
        async with self._ordering:
            self._program.stdin.write(f"{order}\n".encode())
            pid = int((await _line(self._program))["pid"])
        self._started.add(pid)
        return pid

    async def start(self, name: str = "", *, what: str = "serve") -> int:
        """Start the product and wait until it takes letters; return its id.

        Args:
            name: Of its data directory, where several serve one database.
            what: "work" for a worker, which needs a page beside it.
        """
        pid = await self.order(f"{what} {name}".strip())
        async with asyncio.timeout(START_S):
            while pid not in self.office.pids:
                assert _alive(pid), f"did not start:\n{self.log[-3000:]}"
                await asyncio.sleep(LOOK_S)
        return pid

    def send(self, letters: Sequence[Sent]) -> None:
        """Send letters."""
        self.sent += letters
        self.office.send([each.letter for each in letters])

    async def until(
        self, so: Callable[[Sequence[Sent], Sequence[Shown]], bool], *, within_s: float
    ) -> None:
        """Wait until what was shown fits what was sent."""
        began = time.monotonic()
        while not so(self.sent, self.shown):
            assert time.monotonic() - began < within_s, f"waited in vain:\n{self.log[-3000:]}"
            await asyncio.sleep(LOOK_S)

    async def gone(self, pid: int, *, within_s: float) -> None:
        """Wait until a process has ended."""
        began = time.monotonic()
        while _alive(pid):
            assert time.monotonic() - began < within_s, f"lives on:\n{self.log[-3000:]}"
            await asyncio.sleep(0.01)
        self._started.discard(pid)

    def door(self, name: str = "") -> tuple[str, str]:
        """Return where the product listens, and the token that opens it."""
        door = json.loads((self._path / "data" / name / "server.json").read_text())
        return door["url"], door["token"]

    def end(self) -> None:
        """Kill whatever of the product still runs."""
        for pid in self._started:
            kill(pid)


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a process a signal; one that has just ended is left in peace."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


@contextlib.asynccontextmanager
async def prepared(
    path: Path,
    *,
    clock: WallClock | None = None,
    database_url: str = "",
    chroma_url: str = "",
    model_urls: Sequence[str] = (),
) -> AsyncIterator[House]:
    """Build everything in a directory: witness, model and program run, the product not yet.

    Args:
        path: Where.
        clock: By which everything goes; nothing is known then. None: the machine's.
        database_url: Of an empty database; "" for SQLite.
        chroma_url: Of a Chroma server; "" for one in each process.
        model_urls: Where models are; none: one is started.
    """
    data, office = path / "data", PostOffice()
    data.mkdir(mode=0o700)
    by = () if clock is None else ("--clock", str(clock.path))
    await office.open()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(office.close)
        witness = await stack.enter_async_context(
            _process("tests.fakes.witness", "--file", str(path / "witness.jsonl"), *by)
        )
        witness_port = (await _words(witness))[1]
        if not model_urls:
            model = await stack.enter_async_context(_process("tests.crash.model"))
            model_urls = [(await _words(model))[1]]
        program = await stack.enter_async_context(
            _process(
                "tests.crash.program",
                *("--data-dir", str(data), "--knowledge", str(KNOWLEDGE)),
                *("--witness", witness_port, "--ollama", ",".join(model_urls)),
                *("--post-office", str(office.port)),
                *("--database", database_url, "--chroma", chroma_url),
                *by,
            )
        )
        await _line(program)
        house = House(path, program, office)
        if clock is None:
            await house.gone(await house.order("prepare"), within_s=START_S)
        try:
            yield house
        finally:
            house.end()
    shutil.rmtree(data)


@contextlib.asynccontextmanager
async def _process(module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        kill(process.pid)
        await process.wait()


async def _words(process: asyncio.subprocess.Process) -> list[str]:
    assert process.stdout is not None
    async with asyncio.timeout(START_S):
        return (await process.stdout.readline()).decode().split()


async def _line(process: asyncio.subprocess.Process) -> dict[str, int]:
    answer: dict[str, int] = json.loads(" ".join(await _words(process)))
    return answer


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
