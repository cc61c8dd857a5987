"""Any process of an office answers a command, whichever it came to."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_addresses",
        sa.Column("command", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("command", name=op.f("pk_reply_addresses")),
    )
    op.create_index(op.f("ix_reply_addresses_until"), "reply_addresses", ["until"])
