"""Documents say from when on and in which rooms they hold, have a note and count their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("documents", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "documents", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("documents", sa.Column("rooms", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "told_endings",
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "ends_on", name=op.f("pk_told_endings")),
    )
