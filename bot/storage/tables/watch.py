"""What follow-ups watch for."""

from sqlalchemy import Column, ForeignKey, String, Table

from bot.storage.columns import Instant
from bot.storage.tables.conversation import conversations
from bot.storage.tables.follow_up import follow_ups
from bot.storage.tables.hand_over import hand_overs
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons
from bot.storage.tables.question import open_questions


def _of(column: "Column[int]") -> ForeignKey:
    # Gone with what it watches: the follow-up is then cancelled when it is due.
    return ForeignKey(column, ondelete="CASCADE")


watches = Table(
    "watches",
    metadata,
    Column("follow_up_id", _of(follow_ups.c.follow_up_id), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("since", Instant, nullable=False),
    Column("place", String(200), nullable=False, default=""),
    Column("platform", String(32), nullable=False, default=""),
    Column("channel", String(200), nullable=False, default=""),
    Column("thread", String(128), nullable=False, default=""),
    Column("person_id", _of(persons.c.person_id), nullable=True, index=True),
    Column("hand_over_id", _of(hand_overs.c.hand_over_id), nullable=True, index=True),
    Column("question_id", _of(open_questions.c.question_id), nullable=True, index=True),
    Column("conversation_id", _of(conversations.c.conversation_id), nullable=True, index=True),
)
