"""Forms filled in in conversations, and which skills the owner has approved."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forms",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("field_values", sa.JSON(), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_forms_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_forms_person_id")
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], name=op.f("fk_forms_turn_id")),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_forms")),
    )
    op.create_index(
        op.f("ix_forms_conversation_id_person_id_state"),
        "forms",
        ["conversation_id", "person_id", "state"],
    )
    op.create_index(op.f("ix_forms_state_changed_at"), "forms", ["state", "changed_at"])
    op.create_table(
        "skill_approvals",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_skill_approvals")),
    )
