"""Files of a message have ids, and staff may wish them to be knowledge."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _name_files()
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.answer_id"], name=op.f("fk_uploads_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_uploads_person_id")
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_uploads_answer_id")),
    )
    op.create_index(op.f("ix_uploads_state_next_at"), "uploads", ["state", "next_at"])


def _name_files() -> None:
    """Turn names of files into objects with a name and no id: these can't be fetched."""
    messages = sa.table(
        "messages", sa.column("message_pk", sa.Integer()), sa.column("files", sa.JSON())
    )
    connection = op.get_bind()
    with_files = sa.cast(messages.c.files, sa.Text()) != "[]"
    for row in connection.execute(sa.select(messages).where(with_files)).all():
        files = [{"file_id": "", "name": name} for name in row.files]
        connection.execute(
            messages.update().where(messages.c.message_pk == row.message_pk).values(files=files)
        )
