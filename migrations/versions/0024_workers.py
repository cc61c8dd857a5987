"""The processes that serve one office together, each with when it was heard of last."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant
from bot.storage.hints import hint_on

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# What waits for the one process that sees to it.
_TOLD = (
    hint_on("open_questions", of=("state",), when="NEW.gap_id IS NULL"),
    hint_on("drafts", of=("state",), when="NEW.state = 'waiting'"),
    hint_on("uploads", of=("state", "next_at"), when="NEW.state = 'waiting'"),
)


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("duty", sa.String(16), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=False),
        sa.Column("leads", sa.JSON(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_workers")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for told in _TOLD:
            op.execute(told)
