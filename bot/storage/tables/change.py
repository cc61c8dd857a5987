"""Who changed what."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

changes = Table(
    "changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(16), nullable=False),
    # The name, and no reference: what somebody has changed is told when their account is gone.
    Column("account", String(200), nullable=False),
    # Not their name: who is erased is erased here, too.
    Column("person_id", ForeignKey(persons.c.person_id), nullable=True, index=True),
    Column("what", String(16), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("title", String(300), nullable=False),
    Column("was", JSON, nullable=False),
    Column("became", JSON, nullable=False),
    # What came together in several transactions is one row.
    Column("batch", String(32), nullable=True, unique=True),
    Index(None, "what", "change_id"),
)
