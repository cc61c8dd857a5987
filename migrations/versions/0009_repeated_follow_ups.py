"""Follow-ups that come again and again."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the first time's clock, which series a delivered time is of, and who was told."""
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
    op.add_column("follow_ups", sa.Column("told_at", Instant(), nullable=True))
    # What could not be delivered long ago is no news.
    op.execute("UPDATE follow_ups SET told_at = created_at WHERE state = 'failed'")
    op.create_index(op.f("ix_follow_ups_person_id_state"), "follow_ups", ["person_id", "state"])
    op.create_index(op.f("ix_follow_ups_series_id_state"), "follow_ups", ["series_id", "state"])
