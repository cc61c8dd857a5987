"""Follow-ups that come again and again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the clock of the first time, and which series a delivered time is of."""
    op.add_column("follow_ups", sa.Column("dtstart", sa.DateTime(), nullable=True))
    # Inline: SQLite would make the table anew to add a constraint, and other rows refer to it.
    op.add_column(
        "follow_ups",
        sa.Column(
            "series_id",
            sa.Integer(),
            sa.ForeignKey("follow_ups.follow_up_id", name=op.f("fk_follow_ups_series_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_follow_ups_person_id_state"), "follow_ups", ["person_id", "state"])
    op.create_index(op.f("ix_follow_ups_series_id_state"), "follow_ups", ["series_id", "state"])
