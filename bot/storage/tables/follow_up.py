"""Promises."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("follow_up_id", Integer, primary_key=True),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("thread", String(128), nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("rule", Text, nullable=False, default=""),
    # On the wall in `zone`, so without one.
    Column("dtstart", DateTime(timezone=False), nullable=True),
    Column("series_id", ForeignKey("follow_ups.follow_up_id"), nullable=True),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant, nullable=True),
    # When the owner or the team was told that it could not be delivered.
    Column("told_at", Instant, nullable=True),
    # Whom it is for in place of who asked: a name, and who that is where it is a person.
    Column("receiver", String(200), nullable=False, default=""),
    Column("receiver_id", ForeignKey(persons.c.person_id), nullable=True),
    Column("asked_by", String(200), nullable=False, default=""),
    Column("by_team", Boolean, nullable=False, default=False),
    # It is said again while nobody has marked it done: how often it was. Who else may see to it, as
    # the second person told, or as who has handed it on.
    Column("insists", Boolean, nullable=False, default=False),
    Column("nudged", Integer, nullable=False, default=0),
    Column("second_id", ForeignKey(persons.c.person_id), nullable=True),
    Column("done_at", Instant, nullable=True),
    # By which choice it was put off last, "" by other words.
    Column("put_off_by", String(16), nullable=False, default=""),
    # When it comes once more, where `due_at` is a warning before.
    Column("limit_at", Instant, nullable=True),
    Column("kind", String(16), nullable=False, default="reminder"),
    Column("own_time", Boolean, nullable=False, default=False),
    # Late already, it waits for the end of quiet hours: `due_at` tells for what it is late.
    Column("held_until", Instant, nullable=True),
    Index(None, "state", "due_at"),
    Index(None, "person_id", "state"),
    Index(None, "receiver_id", "state"),
    Index(None, "series_id", "state"),
    # The next one due is found in it without a look at the others.
    Index(None, "state", "held_until", "due_at"),
)
