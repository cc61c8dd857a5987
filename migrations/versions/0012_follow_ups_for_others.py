"""Follow-ups for somebody else, or for a room, and what becomes of them once delivered."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_follow_ups = sa.table("follow_ups", sa.column("own_time", sa.Boolean()))


def upgrade() -> None:
    op.add_column(
        "follow_ups",
        sa.Column("receiver", sa.String(length=200), nullable=False, server_default=""),
    )
    # Inline: SQLite would make the table anew to add a constraint, and other rows refer to it.
    op.add_column(
        "follow_ups",
        sa.Column(
            "receiver_id",
            sa.Integer(),
            sa.ForeignKey("persons.person_id", name=op.f("fk_follow_ups_receiver_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "follow_ups",
        sa.Column("asked_by", sa.String(length=200), nullable=False, server_default=""),
    )
    op.create_index(op.f("ix_follow_ups_receiver_id_state"), "follow_ups", ["receiver_id", "state"])
    for name in ("by_team", "insists"):
        op.add_column(
            "follow_ups", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column(
        "follow_ups", sa.Column("nudged", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "second_id",
            sa.Integer(),
            sa.ForeignKey("persons.person_id", name=op.f("fk_follow_ups_second_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("follow_ups", sa.Column("done_at", Instant(), nullable=True))
    op.add_column(
        "follow_ups",
        sa.Column("put_off_by", sa.String(length=16), nullable=False, server_default=""),
    )
    op.add_column(
        "follow_ups",
        sa.Column("kind", sa.String(length=16), nullable=False, server_default="reminder"),
    )
    op.add_column("follow_ups", sa.Column("limit_at", Instant(), nullable=True))
    op.add_column(
        "follow_ups",
        sa.Column("own_time", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Those promised before nobody could be quiet: each comes when it was said.
    op.execute(sa.update(_follow_ups).values(own_time=True))
    op.add_column("follow_ups", sa.Column("held_until", Instant(), nullable=True))
    op.create_index(
        op.f("ix_follow_ups_state_held_until_due_at"),
        "follow_ups",
        ["state", "held_until", "due_at"],
    )
    op.create_table(
        "quiet_hours",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_quiet_hours_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quiet_hours")),
    )
