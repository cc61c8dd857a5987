"""Each process of an office is heard of while it lives, and seen to be gone for a while after."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Interval, literal, select, text, update

from bot.domain.workers import Doing, Duty
from bot.storage.database import Database
from bot.storage.tables import workers
from bot.storage.workers import FORGOTTEN_AFTER, LATE, WorkerRows
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.backup.restoring import restore
from bot.upkeep.beat import Beat
from bot.upkeep.health import Health, Row
from bot.upkeep.workers import WorkerProbes

IDLE = Doing((), 0)
A_MOMENT = timedelta(seconds=1)
SOMEBODY_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
async def other(server: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(server.url)
    yield opened
    await opened.close()


async def beat(rows: WorkerRows, name: str, doing: Doing = IDLE, duty: Duty = Duty.WORKER) -> None:
    await rows.beat(name, duty, "1.2", doing)


async def silent_for(database: Database, by: timedelta, run: str) -> None:
    """Have the server's clock go on, as far as one process can tell."""
    moved = update(workers).values(beat_at=workers.c.beat_at - literal(by, Interval))
    only = moved.where(workers.c.run == run)
    await database.write(lambda connection: connection.execute(only))


async def told(rows: WorkerRows) -> list[Row]:
    return await Health([], found=WorkerProbes(rows).all).rows()


async def test_every_process_is_told_with_what_it_does_the_page_first(server, other):
    one, two = WorkerRows(server, run="one"), WorkerRows(other, run="two")
    await beat(one, "box:1", Doing(("questions",), 3))
    await beat(two, "box:2", duty=Duty.PAGE)
    page, worker = await one.all()
    assert (page.run, page.duty, page.doing) == ("two", Duty.PAGE, IDLE)
    assert (worker.name, worker.version, worker.doing) == ("box:1", "1.2", Doing(("questions",), 3))
    assert page.silent_s < LATE.total_seconds()
    rows = await told(one)
    assert [(row.part, row.ok, row.needed) for row in rows] == [
        ("page box:2", True, False),
        ("worker box:1", True, False),
    ]
    assert rows[1].text.endswith("and sees for all to: questions.")


async def test_a_process_that_is_silent_for_too_long_is_not_well_until_it_is_heard_of(server):
    rows = WorkerRows(server, run="one")
    await beat(rows, "box:1")
    await silent_for(server, LATE + A_MOMENT, "one")
    [row] = await told(rows)
    assert not row.ok
    assert "not heard of for 2" in row.text
    assert "look at its log" in row.todo
    await beat(rows, "box:1")
    [row] = await told(rows)
    assert row.ok


async def test_one_that_ends_as_it_should_is_gone_at_once_and_one_that_dies_after_a_while(
    server, other
):
    rows, two = WorkerRows(server, run="one"), WorkerRows(other, run="two")
    await beat(rows, "box:1")
    await beat(two, "box:2")
    await two.leave()
    assert [each.run for each in await rows.all()] == ["one"]
    await beat(two, "box:2")
    await silent_for(server, FORGOTTEN_AFTER - A_MOMENT, "two")
    await beat(rows, "box:1")
    assert [each.run for each in await rows.all()] == ["one", "two"]
    await silent_for(server, 2 * A_MOMENT, "two")
    assert [each.run for each in await rows.all()] == ["one"]
    await beat(rows, "box:1")
    left = await server.read(lambda connection: connection.execute(workers.select()).all())
    assert len(left) == 1


async def test_a_process_that_ends_while_it_says_that_it_lives_leaves_no_row(server, other):
    dead, rows = WorkerRows(server, run="dead"), WorkerRows(other, run="one")
    await beat(dead, f"{socket.gethostname()}:{os.getpid()}")
    await silent_for(server, LATE + A_MOMENT, "dead")
    held, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(connection: Connection) -> None:
        """Have the row of before stay where it is, for which the new one waits in the middle."""
        connection.execute(select(workers).with_for_update()).all()
        loop.call_soon_threadsafe(held.set)
        may_end.wait(60)

    holding = asyncio.create_task(server.write(hold))
    await held.wait()
    beating = asyncio.create_task(Beat(rows, Duty.WORKER, lambda: IDLE).run())
    async with asyncio.timeout(60):
        while not await server.read(lambda connection: connection.scalar(SOMEBODY_WAITS)):
            await asyncio.sleep(0.02)
    beating.cancel()
    await asyncio.wait({beating}, timeout=0.5)
    may_end.set()
    await asyncio.gather(holding, beating, return_exceptions=True)
    left = await server.read(lambda connection: connection.execute(workers.select()).all())
    assert left == []


async def test_nothing_is_restored_under_a_process_that_lives(server, tmp_path):
    rows, box = WorkerRows(server, run="one"), Box(tmp_path, server)

    async def told() -> str:
        with pytest.raises(BackupError) as refused:
            await restore(tmp_path / "none.zip", box, passphrase=str, now=datetime.now(UTC))
        return str(refused.value)

    await beat(rows, "box:1")
    assert "(box:1): stop every `deskhand worker`" in await told()
    await silent_for(server, LATE + A_MOMENT, "one")
    assert "deskhand worker" not in await told()


async def test_one_that_is_started_again_takes_the_place_of_what_it_was(server, other):
    before, again = WorkerRows(server, run="one"), WorkerRows(other, run="two")
    await beat(before, "box:1")
    await beat(again, "box:1")
    # Both may live: containers on one computer's network bear its name.
    assert [row.part for row in await told(again)] == ["worker box:1", "worker box:1 two"]
    await silent_for(server, LATE + A_MOMENT, "one")
    await beat(again, "box:1")
    assert [each.run for each in await again.all()] == ["two"]
