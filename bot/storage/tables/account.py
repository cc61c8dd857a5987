"""Who signs in on the page."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("attempt_id", Integer, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
