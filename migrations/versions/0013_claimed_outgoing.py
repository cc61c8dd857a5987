"""A message on its way out is claimed where several processes may deliver it."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add until when a claim holds; look for what may have been posted before there were any."""
    op.add_column("outbox", sa.Column("claimed_until", Instant(), nullable=True))
    op.execute("UPDATE outbox SET unsure = true WHERE state = 'pending'")
