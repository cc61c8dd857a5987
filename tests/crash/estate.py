"""Everything that an office of several processes stands on, each part killed and brought back."""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.house import House, kill, prepared
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.postgresql_server import own_postgresql

ROOT = Path(__file__).parents[2]
PAGE = "page"
GONE_S = 30.0
# A database that is just coming back ends who starts too early, as an orchestrator would see.
STARTS = 20

Do = Callable[[], Coroutine[object, object, None]]


class ModelHost:
    """The crash suite's model as a process on a port of its own.

    Attributes:
        url: Its address, the same after each start.
    """

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it, and return once it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.model", "--port", str(self._port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True, slots=True)
class Part:
    """What can be killed, and how it comes back."""

    kind: str
    end: Do
    begin: Do


@dataclass
class Estate:
    """All parts of an office that runs.

    Attributes:
        kills: How often a part of each kind was killed.
    """

    house: House
    parts: Sequence[Part]
    kills: Counter[str] = field(default_factory=Counter)

    async def kill(self, part: Part) -> None:
        """Kill a part."""
        self.kills[part.kind] += 1
        await part.end()


class Served:
    """One process of the product, which is started again until it stays."""

    def __init__(self, house: House, order: str) -> None:
        self._house = house
        self._order = order
        self.pid = 0

    async def begin(self) -> None:
        """Start it; what it needs may not be back yet."""
        for _ in range(STARTS):
            try:
                self.pid = await self._house.start(what=self._order)
            except AssertionError:
                await asyncio.sleep(0.5)
            else:
                return
        raise AssertionError(f"does not start:\n{self._house.log[-3000:]}")

    async def end(self) -> None:
        """Kill it."""
        kill(self.pid)
        await self._house.gone(self.pid, within_s=GONE_S)


@contextlib.asynccontextmanager
async def estate(path: Path, binaries: Path, *, workers: int, hosts: int) -> AsyncIterator[Estate]:
    """Run one page, so many workers and model hosts, a PostgreSQL and a Chroma server.

    Args:
        path: Where all of it stands.
        binaries: PostgreSQL's.
        workers: Beside the page.
        hosts: Of the model.
    """
    with contextlib.ExitStack() as stack:
        database = await asyncio.to_thread(stack.enter_context, own_postgresql(binaries))
        index = path / "index"
        chroma = await asyncio.to_thread(ChromaServer, index)
        stack.callback(chroma.kill)
        models = [await asyncio.to_thread(ModelHost) for _ in range(hosts)]
        for model in models:
            stack.callback(model.kill)
        async with prepared(
            path,
            database_url=database.url,
            chroma_url=chroma.url,
            model_urls=[each.url for each in models],
        ) as house:
            page = Served(house, "serve")
            beside = [Served(house, "work") for _ in range(workers)]
            for each in (page, *beside):
                await each.begin()
            parts = [
                Part(PAGE, page.end, page.begin),
                *(Part("worker", each.end, each.begin) for each in beside),
                Part("PostgreSQL", _aside(database.kill), _aside(database.start)),
                Part("Chroma", _aside(chroma.kill), _aside(lambda: chroma.start(index))),
                *(Part("model host", _aside(each.kill), _aside(each.start)) for each in models),
            ]
            yield Estate(house, parts)


def _aside(do: Callable[[], None]) -> Do:
    async def done() -> None:
        await asyncio.to_thread(do)

    return done
