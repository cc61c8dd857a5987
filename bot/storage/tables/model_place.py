"""The line at the model's gate, where several processes share it."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata

model_places = Table(
    "model_places",
    metadata,
    Column("place_id", Integer, primary_key=True),
    Column("run", String(32), nullable=False),
    Column("person", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("model", String(255), nullable=False),
    Column("only_host", String(255), nullable=False),
    Column("gives_way", Boolean, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("host", String(255), nullable=False, default=""),
    Column("lost_host", String(255), nullable=True),
    Column("admitted_at", Instant, nullable=True),
    Column("ended_at", Instant, nullable=True),
    # Of those that ended well; others have none.
    Column("took_s", Float, nullable=True),
    Column("read_s", Float, nullable=True),
    Column("stayed", Boolean, nullable=True),
    Index("ix_model_places_ended_at_turn", "ended_at", "turn"),
    Index("ix_model_places_turn", "turn"),
    Index("ix_model_places_person_turn", "person", "turn"),
    Index("ix_model_places_conversation_place_id", "conversation", "place_id"),
)
