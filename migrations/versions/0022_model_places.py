"""The line at the model's gate, which several processes share."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant
from bot.storage.hints import hint_on

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_places",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("only_host", sa.String(length=255), nullable=False),
        sa.Column("gives_way", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("leased_until", Instant(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("lost_host", sa.String(length=255), nullable=True),
        sa.Column("admitted_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("took_s", sa.Float(), nullable=True),
        sa.Column("read_s", sa.Float(), nullable=True),
        sa.Column("stayed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_model_places")),
    )
    for columns in (
        ["ended_at", "turn"],
        ["turn"],
        ["person", "turn"],
        ["conversation", "place_id"],
    ):
        op.create_index(op.f(f"ix_model_places_{'_'.join(columns)}"), "model_places", columns)
    if op.get_bind().dialect.name == "postgresql":
        # Renewing a lease changes nothing for others.
        op.execute(hint_on("model_places", of=("admitted_at", "ended_at")))
