from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.inbox import InboxRows
from bot.storage.migrate import migrate
from connectors.messages import Address, Author, IncomingMessage

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = Address("slack", "C1")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await migrate(opened)
    yield opened
    await opened.close()


async def test_what_was_never_stored_is_told_of_any_number_of_messages(database):
    rows = InboxRows(database)
    message = IncomingMessage("m7", ROOM, Author("U1", "Ann"), "hello", to_bot=True, sent_at=NOW)
    await rows.store(message, now=NOW)
    # More than SQLite takes values in one statement, however it was built.
    asked = [f"m{number}" for number in range(260_000)]
    assert await rows.unknown(ROOM, asked) == set(asked) - {"m7"}
