"""A new database's tables, made once for all tests of a process."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.storage import migrate as real
from bot.storage.database import Database
from bot.storage.schema import revision

# The first database that was made, in memory.
_made = sqlite3.connect(":memory:", check_same_thread=False)


async def migrate(database: Database) -> bool:
    """Do as the real one, which makes a new file's tables once; later ones begin as its copy."""
    if not database.is_sqlite or await revision(database):
        return await real.migrate(database)
    file = Path(make_url(database.url).database or "")
    with closing(sqlite3.connect(file, check_same_thread=False)) as new:
        if _made.execute("SELECT 1 FROM sqlite_master").fetchone():
            await asyncio.to_thread(_made.backup, new)
        else:
            await real.migrate(database)
            await asyncio.to_thread(new.backup, _made)
    return True
