"""An office with 100,000 answers from SQLite to PostgreSQL and back.

The PostgreSQL is that of --postgresql, in which a database is made and dropped again.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.storage import tables
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.moves import move
from tests.benchmarks import grown_office
from tests.benchmarks.table import Figure
from tests.fakes.postgresql import new_database


async def measure(*, server: str) -> list[Figure]:
    """Return the seconds there and back; each way ends only where all rows are the same.

    Args:
        server: URL of a PostgreSQL, as somebody who may make databases in it.
    """
    if not server:
        sys.exit("`move` needs a PostgreSQL: say --postgresql URL.")
    with tempfile.TemporaryDirectory() as folder, new_database(server) as url:
        here, there, back = (
            Database(each)
            for each in (f"sqlite:///{folder}/here.db", url, f"sqlite:///{folder}/back.db")
        )
        await migrate(here)
        await here.write(lambda connection: grown_office.fill(connection, datetime.now(UTC)))
        figures = [
            await _timed("SQLite to PostgreSQL", here, there),
            await _timed("PostgreSQL to SQLite", there, back),
        ]
        for each in (here, there, back):
            await each.close()
        size_mb = (Path(folder) / "here.db").stat().st_size / 1e6
    return [*figures, Figure("move: the SQLite file", size_mb, "MB")]


async def _timed(way: str, source: Database, target: Database) -> Figure:
    began_s = time.perf_counter()
    rows = await move(source, target, progress=lambda _done, _total: None)
    took_s = time.perf_counter() - began_s
    answers = await target.read(lambda each: each.scalar(select(func.count(tables.answers.c.kind))))
    assert answers == grown_office.ANSWERS, answers
    note = f"{rows:,} rows, {answers:,} answers; {rows / took_s:,.0f} rows a second, compared"
    return Figure(f"move: {way}", took_s, "s", note)
