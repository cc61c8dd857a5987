"""Where commands on the platforms are answered, while they are."""

from sqlalchemy import Column, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata

# Where several processes serve one office; one that is alone has them in memory.
reply_addresses = Table(
    "reply_addresses",
    metadata,
    # Of the platform and the command's id, which may name a person: a hash of them.
    Column("command", String(64), primary_key=True),
    # It lets whoever knows it speak as the bot.
    Column("sealed", Text, nullable=False),
    # By the server's clock.
    Column("until", Instant, nullable=False, index=True),
)
