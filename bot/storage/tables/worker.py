"""The processes that serve one office together."""

from sqlalchemy import JSON, Column, Integer, String, Table

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata

# Empty on SQLite, which serves one process.
workers = Table(
    "workers",
    metadata,
    Column("run", String(16), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("duty", String(16), nullable=False),
    Column("version", String(32), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("leads", JSON, nullable=False),
    Column("turns", Integer, nullable=False),
)
