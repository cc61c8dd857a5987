"""What the owner chose on the page."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
