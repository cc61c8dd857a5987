"""Hand-overs are taken, carried on and given back."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hand_overs") as table:
        # What was told before has nothing to press below it: the page ends it, as before.
        table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("changed_at", Instant(), nullable=True))
        table.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("post", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(
            sa.Column("shown", sa.String(length=16), nullable=False, server_default="waiting")
        )
        table.add_column(
            sa.Column("thread", sa.String(length=128), nullable=False, server_default="")
        )
        table.add_column(sa.Column("last_word_at", Instant(), nullable=True))
        table.add_column(
            sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("reminded_at", Instant(), nullable=True))
        table.add_column(sa.Column("offered_at", Instant(), nullable=True))
        table.create_foreign_key(
            op.f("fk_hand_overs_taken_by"), "persons", ["taken_by"], ["person_id"]
        )
        table.create_index(
            op.f("ix_hand_overs_conversation_id_state"), ["conversation_id", "state"]
        )
    op.execute(sa.text("UPDATE hand_overs SET changed_at = asked_at"))
    with op.batch_alter_table("hand_overs") as table:
        table.alter_column("changed_at", existing_type=Instant(), nullable=False)
    op.create_table(
        "hand_over_words",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("hand_over_id", sa.Integer(), nullable=False),
        sa.Column("outward", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.turn_id"], name=op.f("fk_hand_over_words_turn_id")
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"],
            ["hand_overs.hand_over_id"],
            name=op.f("fk_hand_over_words_hand_over_id"),
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_hand_over_words")),
    )
    op.create_index(op.f("ix_hand_over_words_hand_over_id"), "hand_over_words", ["hand_over_id"])
