"""Messages go out with files, and hand-overs are taken for one answer."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "hand_overs", sa.Column("once", sa.Boolean(), nullable=False, server_default=sa.false())
    )
