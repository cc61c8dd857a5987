"""What is said: messages, the turns they ask for, and what is answered."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.columns import Instant
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

# What is known of a platform's rooms, from what was said there; none of one where nothing was said
# since this is kept.
rooms = Table(
    "rooms",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("channel", String(200), primary_key=True),
    # "" for a direct message: it would be somebody's.
    Column("name", String(200), nullable=False),
    # A direct message with the bot, or one of a group it is in.
    Column("direct", Boolean, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", Integer, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("thread", String(128), nullable=False, default=""),
    Column("audience", String(16), nullable=False),
    Column("language", String(8), nullable=False, default=""),
    UniqueConstraint("platform", "channel", "thread"),
)

messages = Table(
    "messages",
    metadata,
    Column("message_pk", Integer, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("text", Text, nullable=False),
    # What came with it: an object each, with file_id and name.
    Column("files", JSON, nullable=False, default=list),
    Column("to_bot", Boolean, nullable=False),
    # The id of the message it replies to, where the platform tells.
    Column("reply_to", String(128), nullable=False, default=""),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("platform", "channel", "message_id"),
    Index(None, "conversation_id", "message_pk"),
    Index(None, "person_id", "received_at"),
    Index(None, "conversation_id", "person_id"),
)

turns = Table(
    "turns",
    metadata,
    Column("turn_id", Integer, primary_key=True),
    Column("message_pk", ForeignKey(messages.c.message_pk), nullable=False, unique=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("state", String(16), nullable=False),
    # Which start runs it; and until when no other may take it up, by the server's clock. Where one
    # process serves the database that start is dead once another one looks.
    Column("leased_by", String(64), nullable=False, default=""),
    Column("leased_until", Instant, nullable=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    Column("lone_crashes", Integer, nullable=False, default=0),
    Column("not_before", Instant, nullable=True),
    # Nobody spoke to the bot: it answers only what it is sure of.
    Column("unasked", Boolean, nullable=False, default=False),
    Index(None, "state", "conversation_id", "turn_id"),
    Index(None, "conversation_id", "turn_id"),
)

actions = Table(
    "actions",
    metadata,
    Column("action_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False),
    Column("call_number", Integer, nullable=False),
    Column("tool", String(64), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("follow_up_id", Integer, nullable=True, index=True),
    UniqueConstraint("turn_id", "call_number"),
)

answers = Table(
    "answers",
    metadata,
    Column("answer_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("searched", Text, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("found", JSON, nullable=False),
    Column("follow_up_ids", JSON, nullable=False),
    Column("model", String(200), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("timings_ms", JSON, nullable=False),
    # What it was held against before it was said: an object each.
    Column("checks", JSON, nullable=False, default=list),
    # Of what it came from, by name.
    Column("versions", JSON, nullable=False, default=dict),
    # Who asked was one of the team then.
    Column("by_team", Boolean, nullable=False),
    # Who asked wants whoever looks after the bot to see it.
    Column("shared", Boolean, nullable=False, default=False),
    # Lists of answers are made from these two alone: the rows are long.
    Index(None, "conversation_id", "answer_id", "kind"),
    Index(None, "answered_at", "answer_id", "conversation_id", "kind"),
    # From when it was asked to when it was ready, as who asked waited.
    Column("took_s", Float, nullable=False, default=0.0),
    # A month is counted and its waits are told from it alone: the rows hold whole prompts.
    Index(None, "answered_at", "kind", "model", "took_s"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("rating_id", Integer, primary_key=True),
    Column("answer_id", ForeignKey(answers.c.answer_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("good", Boolean, nullable=False),
    Column("rated_at", Instant, nullable=False),
    UniqueConstraint("answer_id", "person_id"),
)
