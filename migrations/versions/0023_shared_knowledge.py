"""Several processes on one PostgreSQL share the knowledge, and one index of it."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant
from bot.storage.hints import hint_on

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_changes",
        sa.Column("document_id", sa.String(200), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_knowledge_changes")),
    )
    op.create_index(op.f("ix_knowledge_changes_number"), "knowledge_changes", ["number"])
    op.create_table(
        "knowledge_state",
        sa.Column("state_id", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("indexed", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.Column("embedder", sa.String(240), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("state_id", name=op.f("pk_knowledge_state")),
    )
    op.create_table(
        "knowledge_readers",
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("embedder", sa.String(240), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_knowledge_readers")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(hint_on("knowledge_state", of=("changed", "embedder", "generation")))
