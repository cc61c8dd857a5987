"""Documents say from when on and in which rooms they hold, have a note and count their changes."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

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
    op.create_table(
        "folder_files",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("document_ids", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("folder", "path", name=op.f("pk_folder_files")),
    )
