"""Other ways to ask, which a model drafted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep them beside the passage they lead to, gone with it."""
    op.add_column("passages", sa.Column("drafted", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Forget them; finding goes on without."""
    op.drop_column("passages", "drafted")
