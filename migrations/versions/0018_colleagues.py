"""Colleagues on the page: invitations, second factors, sessions that can be told apart."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("shown_name", 200), ("language", 16), ("zone", 64)):
        op.add_column("accounts", _word(name, length))
    op.add_column("sessions", sa.Column("seen_at", Instant(), nullable=True))
    for name, length in (("address", 64), ("browser", 40), ("system", 40)):
        op.add_column("sessions", _word(name, length))
    op.add_column(
        "sessions",
        sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.add_column("sign_in_attempts", _word("browser", 64))
    op.create_table(
        "invitations",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        _of_account("invitations"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _of_account("second_factors"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _of_account("recovery_codes"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "known_browsers",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        _of_account("known_browsers"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_browsers")),
    )
    for table in ("recovery_codes", "known_browsers"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["accounts.account_id"],
        name=op.f(f"fk_{table}_account_id"),
        ondelete="CASCADE",
    )
