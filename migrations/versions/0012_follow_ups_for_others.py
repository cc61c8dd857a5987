"""Follow-ups for somebody else, or for a room."""

import sqlalchemy as sa
from alembic import op

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
