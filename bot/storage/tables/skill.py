"""The skills that are on, and the forms they fill in."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from bot.storage.columns import Instant
from bot.storage.tables.conversation import conversations, turns
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

# The skills that are on: with what their files were when the owner saw them.
skill_approvals = Table(
    "skill_approvals",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("approved_at", Instant, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("form_id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("skill", String(64), nullable=False),
    # Of the skill's files when it began.
    Column("content_hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    # By the field's name; none are kept of a form that has ended.
    Column("field_values", JSON, nullable=False),
    Column("asked", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    # The turn that changed it last.
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "conversation_id", "person_id", "state"),
    Index(None, "state", "changed_at"),
)
