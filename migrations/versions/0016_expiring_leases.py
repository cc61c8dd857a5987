"""A turn's lease ends where several processes may take turns."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add until when a lease holds; one of before has ended."""
    op.add_column("turns", sa.Column("leased_until", Instant(), nullable=True))
