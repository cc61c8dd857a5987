"""Of several processes one does what only one may do, and another takes over when it is gone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Connection, text

from bot.storage import leadership
from bot.storage.database import Database
from bot.storage.leadership import Leadership
from tests.fakes.parts import until

ROOM = "discord"


class Bench:
    """Who is at work, and how many were at most at the same time."""

    def __init__(self) -> None:
        self.at_work: list[str] = []
        self.most = 0
        self.begun = 0

    async def work(self, who: str) -> None:
        self.at_work.append(who)
        self.begun += 1
        self.most = max(self.most, len(self.at_work))
        try:
            await asyncio.Event().wait()
        finally:
            self.at_work.remove(who)


@contextlib.asynccontextmanager
async def candidate(database: Database, bench: Bench, who: str) -> AsyncIterator[Leadership]:
    """Have a process that would lead, inside the block; its end is a sudden one."""
    leads = Leadership(database)
    tasks = [
        asyncio.create_task(leads.run()),
        asyncio.create_task(leads.led(ROOM, lambda: bench.work(who))),
    ]
    try:
        yield leads
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert made.most <= 1


def end_sessions(connection: Connection, name: str) -> None:
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = :name AND pid <> pg_backend_pid()"
        ),
        {"name": name},
    )


async def test_one_process_leads_in_everything_at_once(any_database: Database) -> None:
    leads = Leadership(any_database)
    if not any_database.is_sqlite:
        assert not leads.leads(ROOM)
        return
    assert leads.leads(ROOM)
    assert leads.led_here == []
    began = asyncio.Event()

    async def work() -> None:
        began.set()

    await leads.led(ROOM, work)
    assert began.is_set()


async def test_the_next_one_leads_once_the_first_is_gone(server: Database, bench: Bench) -> None:
    two = Database(server.url)
    async with candidate(two, bench, "two") as other:
        await until(lambda: bench.at_work == ["two"])
        async with candidate(server, bench, "one") as one:
            await asyncio.sleep(2 * leadership.LOOK_S)
            assert bench.at_work == ["two"]
            assert (one.leads(ROOM), other.leads(ROOM)) == (False, True)
            assert (one.led_here, other.led_here) == ([], [ROOM])
            await two.write(lambda connection: end_sessions(connection, server.name))
            assert bench.at_work == ["two"]
            await server.write(lambda connection: end_sessions(connection, two.name))
            await until(lambda: bench.begun == 2 and len(bench.at_work) == 1)
        await until(lambda: bench.at_work == ["two"])
    await two.close()


async def test_a_part_that_ends_lets_another_process_lead(server: Database, bench: Bench) -> None:
    leads = Leadership(server)
    running = asyncio.create_task(leads.run())

    async def broken() -> None:
        raise ValueError("out of order")

    with pytest.raises(ValueError, match="out of order"):
        await leads.led(ROOM, broken)
    two = Database(server.url)
    async with candidate(two, bench, "two"):
        await until(lambda: bench.at_work == ["two"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await two.close()


async def test_who_is_stopped_while_a_part_that_lost_its_lead_is_ending_stops(
    server: Database,
) -> None:
    leads = Leadership(server)
    began, ending, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow_to_end() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await may_end.wait()

    running = asyncio.create_task(leads.run())
    leading = asyncio.create_task(leads.led(ROOM, slow_to_end))
    await began.wait()
    running.cancel()
    await ending.wait()
    leading.cancel()
    await asyncio.sleep(0)
    may_end.set()
    async with asyncio.timeout(10):
        await asyncio.gather(running, leading, return_exceptions=True)


async def test_a_process_that_stands_still_is_followed_by_another(
    server: Database, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with candidate(server, bench, "still"):
        await until(lambda: bench.at_work == ["still"])
        # It looks no more, as one does whose computer was suspended.
        monkeypatch.setattr(leadership, "LOOK_S", 3_600.0)
        await asyncio.sleep(2)
        monkeypatch.undo()
        bench.at_work.clear()
        two = Database(server.url)
        other = Leadership(two)
        tasks = [
            asyncio.create_task(other.run()),
            asyncio.create_task(other.led(ROOM, lambda: bench.work("two"))),
        ]
        await until(lambda: bench.at_work == ["two"])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await two.close()
        bench.at_work.append("still")
