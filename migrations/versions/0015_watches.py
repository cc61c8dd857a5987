"""Follow-ups that watch for something: said only if it does not happen."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("platform", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("channel", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("thread", sa.String(length=128), nullable=False, server_default=""),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("hand_over_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.follow_up_id"],
            name=op.f("fk_watches_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
            name=op.f("fk_watches_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"],
            ["hand_overs.hand_over_id"],
            name=op.f("fk_watches_hand_over_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["open_questions.question_id"],
            name=op.f("fk_watches_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_watches_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_watches")),
    )
    for name in ("person_id", "hand_over_id", "question_id", "conversation_id"):
        op.create_index(op.f(f"ix_watches_{name}"), "watches", [name])
