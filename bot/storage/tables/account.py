"""Who signs in on the page."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata


def _of_account(*, primary_key: bool = False) -> Column[int]:
    return Column(
        "account_id",
        ForeignKey("accounts.account_id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True),
    # What one signs in with; the owner's is always "owner".
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    # Empty for who was invited and has not come yet.
    Column("password_hash", Text, nullable=False),
    Column("shown_name", String(200), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("zone", String(64), nullable=False, server_default=""),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("seen_at", Instant),
    Column("address", String(64), nullable=False, server_default=""),
    Column("browser", String(40), nullable=False, server_default=""),
    Column("system", String(40), nullable=False, server_default=""),
    # The password was right, and the code of the second factor is still to come.
    Column("awaits_code", Boolean, nullable=False, server_default=text("false")),
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    _of_account(primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Whose second factor is in force; its secret is among the secrets.
second_factors = Table(
    "second_factors",
    metadata,
    _of_account(primary_key=True),
    Column("since", Instant, nullable=False),
    # Of the last code that was taken, so that none is taken twice.
    Column("last_step", Integer, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    _of_account(),
    Index(None, "account_id"),
)

# Browsers that somebody has signed in with before.
known_browsers = Table(
    "known_browsers",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _of_account(),
    Column("seen_at", Instant, nullable=False),
    Index(None, "account_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("attempt_id", Integer, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    # The known browser's; empty for all others.
    Column("browser", String(64), nullable=False, server_default=""),
    Index(None, "at"),
)
