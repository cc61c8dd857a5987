"""`deskhand worker`: what it needs, what it waits for, what it serves, and how it ends."""

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot.data_dir import DataDirectory
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.workers import WorkerRows
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.loaded import loaded
from tests.fakes.postgresql import new_database
from tests.integration.cli.conftest import Terminal

WAITS = "waits for deskhand run of this version"
STARTS_S = 60.0


@pytest.fixture
def lone(environment: dict[str, str], tmp_path: Path) -> Terminal:
    """Give a terminal with an empty data directory of its own and no server."""
    return Terminal(environment | {"DESKHAND_DATA_DIR": str(tmp_path / "own")}, beside=False)


@pytest.fixture
def beside(request: pytest.FixtureRequest, lone: Terminal, tmp_path: Path) -> Iterator[Terminal]:
    """The same with a PostgreSQL and a Chroma server, both empty."""
    server = request.config.option.postgresql
    if not server:
        pytest.skip("a worker needs a PostgreSQL: script/test --postgresql URL")
    with contextlib.ExitStack() as stack:
        url, chroma = stack.enter_context(new_database(server)), ChromaServer(tmp_path / "chroma")
        stack.callback(chroma.kill)
        (tmp_path / "own").mkdir()
        shared = {"DESKHAND_DATABASE_URL": url, "DESKHAND_CHROMA_URL": chroma.url}
        yield Terminal({**lone.environment, **shared}, beside=False)


class Worker:
    """A worker as a process, with what it has written so far."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self._log = log
        with log.open("wb") as file:
            self.process = loaded().start(
                "worker", environment=terminal.environment, terminal=file.fileno()
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def until_it_says(self, words: str) -> str:
        """Wait for words, and return its log."""
        give_up_at = time.monotonic() + STARTS_S
        while words not in self.log:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < give_up_at, self.log
            time.sleep(0.05)
        return self.log


def in_database(terminal: Terminal, statement: str) -> list[str]:
    """Do something in the database, and return the processes that it knows by then."""

    async def done() -> list[str]:
        database = Database(terminal.environment["DESKHAND_DATABASE_URL"])
        try:
            await migrate(database)
            await database.write(lambda connection: connection.execute(text(statement)))
            return [each.duty for each in await WorkerRows(database, run="test").all()]
        finally:
            await database.close()

    return asyncio.run(done())


def test_a_worker_says_what_it_cannot_share(lone: Terminal):
    told = lone.spawn("worker").told
    assert "set DESKHAND_DATABASE_URL to its PostgreSQL and DESKHAND_CHROMA_URL" in told
    half = Terminal(lone.environment | {"DESKHAND_CHROMA_URL": "http://127.0.0.1:9"}, beside=False)
    assert "set DESKHAND_DATABASE_URL to its PostgreSQL, here" in half.spawn("worker").told
    # Nothing was begun: no directory, no key.
    assert not Path(lone.environment["DESKHAND_DATA_DIR"]).exists()


@pytest.mark.timeout(300)
def test_a_worker_waits_serves_its_health_and_ends_when_asked_or_when_the_tables_move_on(
    beside: Terminal, tmp_path: Path
):
    one = Worker(beside, tmp_path / "one.log")
    one.until_it_says(WAITS)
    assert in_database(beside, "SELECT 1") == []
    # Never a key of its own: what the page has sealed could not be opened.
    time.sleep(2)
    data = DataDirectory(Path(beside.environment["DESKHAND_DATA_DIR"]))
    assert not data.has_key
    data.secret_key()
    log = one.until_it_says("This worker is ready")
    assert log.count(WAITS) == 1
    found = re.search(r"its health is at (\S+)/health/ready", log)
    assert found
    with httpx.Client(base_url=found[1], timeout=60) as machine:
        assert machine.get("/health/live").json() == {"live": True}
        parts = {row["part"].partition(" ")[0]: row for row in ready(machine)["parts"]}
        assert parts["worker"]["ok"]
        assert "deskhand_turns_waiting 0" in machine.get("/metrics").text
        assert machine.get("/overview").status_code == 404
    assert in_database(beside, "SELECT 1") == ["worker"]
    one.process.terminate()
    assert one.process.wait(STARTS_S) == 0
    assert in_database(beside, "SELECT 1") == []

    two = Worker(beside, tmp_path / "two.log")
    two.until_it_says("This worker is ready")
    in_database(beside, "UPDATE alembic_version SET version_num = 'later'")
    assert two.process.wait(STARTS_S) == 1
    last = two.log.strip().splitlines()[-1]
    assert last.startswith("The tables are those of another version of Deskhand by now")
    three = Worker(beside, tmp_path / "three.log")
    assert three.process.wait(STARTS_S) == 1
    assert three.log.strip().splitlines()[-1] == last


def ready(machine: httpx.Client) -> dict[str, list[dict[str, object]]]:
    """Return what a process tells of its health."""
    told: dict[str, list[dict[str, object]]] = machine.get("/health/ready").json()
    return told
