"""A process hears of what others changed, at once, and of nothing else."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from bot.storage import hints
from bot.storage.database import Database
from bot.storage.hints import Hints
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.settings import SettingRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage
from tests.fakes.parts import until

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = Address("slack", "C1")
TABLES = ("turns", "outbox", "settings")


def said(number: int) -> IncomingMessage:
    return IncomingMessage(f"m{number}", ROOM, Author("U1", "Ann"), "hi", to_bot=True, sent_at=NOW)


def posted(number: int) -> NewOutgoing:
    return NewOutgoing(origin=f"o{number}", nonce=f"n{number}", address=ROOM, text="hi")


@pytest.fixture
async def other(server: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(server.url)
    yield opened
    await opened.close()


@contextlib.asynccontextmanager
async def heard(database: Database) -> AsyncIterator["Counter[str]"]:
    """Count what a process hears, from when it listens on."""
    listening, told = Hints(database), Counter[str]()
    for table in TABLES:
        listening.on(table, lambda table=table: told.update([table]))
    task = asyncio.create_task(listening.run())
    # What was changed before it listened may be anything.
    await until(lambda: set(told) == set(TABLES))
    told.clear()
    yield told
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_another_process_stores_is_heard_of(server: Database, other: Database) -> None:
    async with heard(server) as told:
        await InboxRows(other).store(said(1), now=NOW)
        await until(lambda: told["turns"])
        await OutboxRows(other, run="two").put(posted(1), now=NOW)
        await until(lambda: told["outbox"])
        await SettingRows(other).put("mark", {"so": True}, now=NOW)
        await until(lambda: told["settings"])


async def test_a_process_is_not_woken_by_its_own_rows(server: Database, other: Database) -> None:
    async with heard(server) as told:
        await InboxRows(server).store(said(1), now=NOW)
        await OutboxRows(other, run="two").put(posted(1), now=NOW)
        await until(lambda: told["outbox"])
        assert told == {"outbox": 1}


async def test_what_is_taken_and_delivered_elsewhere_wakes_nobody(
    server: Database, other: Database
) -> None:
    await InboxRows(server).store(said(1), now=NOW)
    rows = OutboxRows(other, run="two")
    await rows.put(posted(1), now=NOW)
    async with heard(server) as told:
        assert (await TurnRows(other, run="two").take(suspects=True, now=NOW)).turn is not None
        [waiting] = await rows.first_of_each_room()
        claimed = await rows.claim(waiting.outgoing)
        assert claimed is not None
        await rows.sent(claimed, "p1", now=NOW)
        await SettingRows(other).put("mark", {"so": True}, now=NOW)
        await until(lambda: told["settings"])
        assert told == {"settings": 1}


async def test_after_a_break_everything_may_have_changed(
    server: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "RETRY_S", 0.01)

    def cut(connection: Connection) -> None:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = :name"
            ),
            {"name": server.name},
        )

    async with heard(server) as told:
        await other.write(cut)
        await until(lambda: set(told) == set(TABLES))
