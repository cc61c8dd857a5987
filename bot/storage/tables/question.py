"""What could not be answered, and what the owner tries it on."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.columns import Instant
from bot.storage.tables.conversation import answers, turns
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

# Open questions that are surely the same.
gaps = Table(
    "gaps",
    metadata,
    Column("gap_id", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("document_id", String(200), nullable=False, default=""),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    # When the team's rooms were told of it alone.
    Column("told_at", Instant, nullable=True),
    Index(None, "state", "gap_id"),
)

open_questions = Table(
    "open_questions",
    metadata,
    Column("question_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("document_id", String(200), nullable=False, default=""),
    Column("reason", String(16), nullable=False),
    # None until it is known whether somebody asked the same before.
    Column("gap_id", ForeignKey(gaps.c.gap_id), nullable=True, index=True),
    Index(None, "state", "question_id"),
)

# Entries drafted from what the team replied to a gap.
drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("gap_id", ForeignKey(gaps.c.gap_id), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("audience", String(16), nullable=True),
    # Who of the team has had it saved.
    Column("saved_by", ForeignKey(persons.c.person_id), nullable=True),
)

# Who wishes to be told once a question has its answer.
answer_wishes = Table(
    "answer_wishes",
    metadata,
    Column("wish_id", Integer, primary_key=True),
    Column("answer_id", ForeignKey(answers.c.answer_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    UniqueConstraint("answer_id", "person_id"),
)

# What the owner tries it on; each with exactly one expectation.
own_questions = Table(
    "own_questions",
    metadata,
    Column("question_id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("document_id", String(200), nullable=False),
    Column("contains", Text, nullable=False),
    Column("unknown", Boolean, nullable=False),
    Column("role", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    # Of a question that is gone the history keeps the number, which no other may get.
    sqlite_autoincrement=True,
)

trials = Table(
    "trials",
    metadata,
    Column("trial_id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("model", String(200), nullable=False),
    Column("embedder", String(240), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("took_ms", Integer, nullable=False),
    # An object a question.
    Column("results", JSON, nullable=False),
)
