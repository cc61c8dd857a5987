"""Messages on their way out."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.columns import Instant
from bot.storage.tables.follow_up import follow_ups
from bot.storage.tables.metadata import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("outgoing_id", Integer, primary_key=True),
    Column("origin", String(64), nullable=False, unique=True),
    Column("nonce", String(64), nullable=False, unique=True),
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("thread", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("buttons", JSON, nullable=False, default=list),
    Column("answer_id", Integer, nullable=True),
    Column("reply_to", String(128), nullable=False, default=""),
    # What goes with it: an object each, with a name and the key it is kept under.
    Column("files", JSON, nullable=False, default=list),
    Column("follow_up_id", ForeignKey(follow_ups.c.follow_up_id), nullable=True),
    Column("state", String(16), nullable=False),
    Column("posted_id", String(128), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("unsure", Boolean, nullable=False, default=False),
    Column("next_at", Instant, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant, nullable=True),
    # Which start made it, or has it to deliver; and until when no other may take it, by the
    # server's clock. Where one process serves the database nobody needs to be kept off.
    Column("run", String(64), nullable=False),
    Column("claimed_until", Instant, nullable=True),
    Index(None, "state", "next_at"),
    Index(None, "platform", "channel", "thread", "outgoing_id"),
)
