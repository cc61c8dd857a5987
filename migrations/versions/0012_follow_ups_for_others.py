"""Follow-ups for somebody else, or for a room, and what becomes of them once delivered."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "follow_ups",
        sa.Column("receiver", sa.String(length=200), nullable=False, server_default=""),
    )
    # Inline: SQLite would make the table anew to add a constraint, and other rows refer to it.
    op.add_column(
        "follow_ups",
        sa.Column(
            "receiver_id",
            sa.Integer(),
            sa.ForeignKey("persons.person_id", name=op.f("fk_follow_ups_receiver_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "follow_ups",
        sa.Column("asked_by", sa.String(length=200), nullable=False, server_default=""),
    )
    op.create_index(op.f("ix_follow_ups_receiver_id_state"), "follow_ups", ["receiver_id", "state"])
    for name in ("by_team", "insists"):
        op.add_column(
            "follow_ups", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column(
        "follow_ups", sa.Column("nudged", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "second_id",
            sa.Integer(),
            sa.ForeignKey("persons.person_id", name=op.f("fk_follow_ups_second_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("follow_ups", sa.Column("done_at", Instant(), nullable=True))
    op.add_column(
        "follow_ups",
        sa.Column("put_off_by", sa.String(length=16), nullable=False, server_default=""),
    )
