"""Open questions are grouped by meaning, told to the team, and answered by drafts."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column("reply_to", sa.String(length=128), nullable=False, server_default=""),
    )
    op.create_table(
        "gaps",
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_gaps")),
    )
    op.create_index(op.f("ix_gaps_state_gap_id"), "gaps", ["state", "gap_id"])
    with op.batch_alter_table("open_questions") as table:
        # What was on the list before could not be answered.
        table.add_column(
            sa.Column("reason", sa.String(length=16), nullable=False, server_default="unknown")
        )
        table.add_column(sa.Column("gap_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_open_questions_gap_id"), "gaps", ["gap_id"], ["gap_id"])
        table.create_index(op.f("ix_open_questions_gap_id"), ["gap_id"])
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], name=op.f("fk_drafts_turn_id")),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.gap_id"], name=op.f("fk_drafts_gap_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_drafts_turn_id")),
    )
    op.create_index(op.f("ix_drafts_gap_id"), "drafts", ["gap_id"])
    op.create_index(op.f("ix_drafts_state"), "drafts", ["state"])
    op.create_table(
        "answer_wishes",
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.answer_id"], name=op.f("fk_answer_wishes_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_answer_wishes_person_id")
        ),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_answer_wishes")),
        sa.UniqueConstraint(
            "answer_id", "person_id", name=op.f("uq_answer_wishes_answer_id_person_id")
        ),
    )
