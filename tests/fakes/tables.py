"""A new database's tables, made once for all tests of a process."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.storage import migrate as real
from bot.storage.database import Database

_empty: list[bytes] = []


async def migrate(database: Database) -> bool:
    """Do as the real one, which makes a new file's tables once; later ones begin as its copy."""
    if not database.is_sqlite:
        return await real.migrate(database)
    file = Path(make_url(database.url).database or "")
    new = not await asyncio.to_thread(file.exists)
    if new and _empty:
        await asyncio.to_thread(file.write_bytes, _empty[0])
    changed = await real.migrate(database)
    if new and not _empty:
        with closing(sqlite3.connect(file)) as made:
            _empty.append(made.serialize())
    return changed or new
