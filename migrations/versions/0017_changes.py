"""Who changed what is kept, and who has had a drafted entry saved."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the log of changes; of drafts of before nobody knows who saved them."""
    op.create_table(
        "changes",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("became", sa.JSON(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_changes_person_id")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_changes")),
        sa.UniqueConstraint("batch", name=op.f("uq_changes_batch")),
    )
    op.create_index(op.f("ix_changes_at"), "changes", ["at"])
    op.create_index(op.f("ix_changes_person_id"), "changes", ["person_id"])
    op.create_index(op.f("ix_changes_what_change_id"), "changes", ["what", "change_id"])
    # Inline: SQLite would make the table anew to add a constraint.
    op.add_column(
        "drafts",
        sa.Column(
            "saved_by",
            sa.Integer(),
            sa.ForeignKey("persons.person_id", name=op.f("fk_drafts_saved_by")),
            nullable=True,
        ),
        inline_references=True,
    )
