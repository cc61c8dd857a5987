from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database
from tests.fakes import tables


@pytest.fixture
async def any_database(database_url: str) -> AsyncIterator[Database]:
    """A new database of each kind that the tests are told to use, with its tables."""
    opened = Database(database_url)
    await tables.migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
def server(any_database: Database) -> Database:
    """The same, where it may serve several processes."""
    if any_database.is_sqlite:
        pytest.skip("SQLite serves one process")
    return any_database
