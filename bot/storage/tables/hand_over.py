"""Conversations that a colleague has."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.conversation import conversations, turns
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("hand_over_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    # How often it was asked for; 0 for what was told before there was anything to press.
    Column("round", Integer, nullable=False, default=1),
    Column("changed_at", Instant, nullable=False),
    Column("taken_by", ForeignKey(persons.c.person_id), nullable=True),
    # The origin of what the team's room was told of it, and the state that this shows.
    Column("post", String(64), nullable=False, default=""),
    Column("shown", String(16), nullable=False, default="waiting"),
    # The thread in which a colleague last wrote about it.
    Column("thread", String(128), nullable=False, default=""),
    Column("last_word_at", Instant, nullable=True),
    Column("answered", Boolean, nullable=False, default=False),
    # Who has it writes one answer.
    Column("once", Boolean, nullable=False, default=False),
    # When the room was told again that nobody has taken it.
    Column("reminded_at", Instant, nullable=True),
    # When what the colleague answered was offered as an entry, or it was seen that nothing is.
    Column("offered_at", Instant, nullable=True),
    Index(None, "state", "hand_over_id"),
    Index(None, "conversation_id", "state"),
)

# What was carried between a person and the colleague who has their conversation.
hand_over_words = Table(
    "hand_over_words",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id), primary_key=True),
    Column("hand_over_id", ForeignKey(hand_overs.c.hand_over_id), nullable=False, index=True),
    # From the colleague to the person.
    Column("outward", Boolean, nullable=False),
    Column("round", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
)
