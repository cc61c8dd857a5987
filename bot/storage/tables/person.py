"""Who writes, and when they do not wish to be written to."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Time, UniqueConstraint

from bot.storage.tables.metadata import metadata

persons = Table(
    "persons",
    metadata,
    Column("person_id", Integer, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("zone", String(64), nullable=False, default=""),
    # Whether they were told that an automated assistant answers.
    Column("introduced", Boolean, nullable=False, default=False),
    UniqueConstraint("platform", "user_id"),
)

# When people do not wish to be written to, on the clock of their own zone.
quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("person_id", ForeignKey(persons.c.person_id), primary_key=True),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
)
