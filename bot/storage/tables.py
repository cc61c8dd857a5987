"""Every table. Alembic's migrations make them; `tests` hold the two against each other."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from bot.storage.columns import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

persons = Table(
    "persons",
    metadata,
    Column("person_id", Integer, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("zone", String(64), nullable=False, default=""),
    # Whether they were told that an automated assistant answers.
    Column("introduced", Boolean, nullable=False, default=False),
    UniqueConstraint("platform", "user_id"),
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
)

turns = Table(
    "turns",
    metadata,
    Column("turn_id", Integer, primary_key=True),
    Column("message_pk", ForeignKey(messages.c.message_pk), nullable=False, unique=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("state", String(16), nullable=False),
    Column("leased_by", String(64), nullable=False, default=""),
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
    Index(None, "conversation_id", "answer_id"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("follow_up_id", Integer, primary_key=True),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("thread", String(128), nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("rule", Text, nullable=False, default=""),
    # On the wall in `zone`, so without one.
    Column("dtstart", DateTime(timezone=False), nullable=True),
    Column("series_id", ForeignKey("follow_ups.follow_up_id"), nullable=True),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant, nullable=True),
    # When the owner or the team was told that it could not be delivered.
    Column("told_at", Instant, nullable=True),
    # Whom it is for in place of who asked: a name, and who that is where it is a person.
    Column("receiver", String(200), nullable=False, default=""),
    Column("receiver_id", ForeignKey(persons.c.person_id), nullable=True),
    Column("asked_by", String(200), nullable=False, default=""),
    Column("by_team", Boolean, nullable=False, default=False),
    # It is said again while nobody has marked it done: how often it was. Who else may see to it, as
    # the second person told, or as who has handed it on.
    Column("insists", Boolean, nullable=False, default=False),
    Column("nudged", Integer, nullable=False, default=0),
    Column("second_id", ForeignKey(persons.c.person_id), nullable=True),
    Column("done_at", Instant, nullable=True),
    # By which choice it was put off last, "" by other words.
    Column("put_off_by", String(16), nullable=False, default=""),
    # When it comes once more, where `due_at` is a warning before.
    Column("limit_at", Instant, nullable=True),
    Column("kind", String(16), nullable=False, default="reminder"),
    Column("own_time", Boolean, nullable=False, default=False),
    # Late already, it waits for the end of quiet hours: `due_at` tells for what it is late.
    Column("held_until", Instant, nullable=True),
    Index(None, "state", "due_at"),
    Index(None, "person_id", "state"),
    Index(None, "receiver_id", "state"),
    Index(None, "series_id", "state"),
    # The next one due is found in it without a look at the others.
    Index(None, "state", "held_until", "due_at"),
)

# When people do not wish to be written to, on the clock of their own zone.
quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("person_id", ForeignKey(persons.c.person_id), primary_key=True),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
)

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

# Open questions that are surely the same.
gaps = Table(
    "gaps",
    metadata,
    Column("gap_id", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("document_id", String(200), nullable=False, default=""),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    # When the team's rooms were told of it alone.
    Column("told_at", Instant, nullable=True),
    Index(None, "state", "gap_id"),
)

open_questions = Table(
    "open_questions",
    metadata,
    Column("question_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("document_id", String(200), nullable=False, default=""),
    Column("reason", String(16), nullable=False),
    # None until it is known whether somebody asked the same before.
    Column("gap_id", ForeignKey(gaps.c.gap_id), nullable=True, index=True),
    Index(None, "state", "question_id"),
)

# Entries drafted from what the team replied to a gap.
drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("gap_id", ForeignKey(gaps.c.gap_id), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("audience", String(16), nullable=True),
)

# Who wishes to be told once a question has its answer.
answer_wishes = Table(
    "answer_wishes",
    metadata,
    Column("wish_id", Integer, primary_key=True),
    Column("answer_id", ForeignKey(answers.c.answer_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    UniqueConstraint("answer_id", "person_id"),
)

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("hand_over_id", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False, unique=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    # How often it was asked for; 0 for what was told before there was anything to press.
    Column("round", Integer, nullable=False, default=1),
    Column("changed_at", Instant, nullable=False),
    Column("taken_by", ForeignKey(persons.c.person_id), nullable=True),
    # The origin of what the team's room was told of it, and the state that this shows.
    Column("post", String(64), nullable=False, default=""),
    Column("shown", String(16), nullable=False, default="waiting"),
    # The thread in which a colleague last wrote about it.
    Column("thread", String(128), nullable=False, default=""),
    Column("last_word_at", Instant, nullable=True),
    Column("answered", Boolean, nullable=False, default=False),
    # Who has it writes one answer.
    Column("once", Boolean, nullable=False, default=False),
    # When the room was told again that nobody has taken it.
    Column("reminded_at", Instant, nullable=True),
    # When what the colleague answered was offered as an entry, or it was seen that nothing is.
    Column("offered_at", Instant, nullable=True),
    Index(None, "state", "hand_over_id"),
    Index(None, "conversation_id", "state"),
)

# What was carried between a person and the colleague who has their conversation.
hand_over_words = Table(
    "hand_over_words",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id), primary_key=True),
    Column("hand_over_id", ForeignKey(hand_overs.c.hand_over_id), nullable=False, index=True),
    # From the colleague to the person.
    Column("outward", Boolean, nullable=False),
    Column("round", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("upload_id", Integer, primary_key=True),
    Column("answer_id", ForeignKey(answers.c.answer_id), nullable=False, unique=True),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Index(None, "state", "next_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("document_id", String(200), primary_key=True),
    Column("title", Text, nullable=False),
    Column("shape", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("origin", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("valid_until", Date, nullable=True),
    Column("approved", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("valid_from", Date, nullable=True),
    Column("note", Text, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=1),
    # Of a document for chosen rooms: "platform/channel" each.
    Column("rooms", JSON, nullable=False, default=list),
)

passages = Table(
    "passages",
    metadata,
    Column("passage_id", String(240), primary_key=True),
    Column(
        "document_id",
        ForeignKey(documents.c.document_id, ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("position", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("ways", JSON, nullable=False),
    # Ways that a model wrote; NULL while it has written none for this text.
    Column("drafted", JSON(none_as_null=True), nullable=True),
)

passage_vectors = Table(
    "passage_vectors",
    metadata,
    Column(
        "passage_id",
        ForeignKey(passages.c.passage_id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("embedder", String(240), primary_key=True, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

# Of which documents' ends the owner was told; not of the documents, which may go and come again.
told_endings = Table(
    "told_endings",
    metadata,
    Column("document_id", String(200), primary_key=True),
    Column("ends_on", Date, primary_key=True),
)

folder_files = Table(
    "folder_files",
    metadata,
    Column("folder", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    # Which folder stood at that path.
    Column("root", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("document_ids", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
)

# What the owner tries it on; each with exactly one expectation.
own_questions = Table(
    "own_questions",
    metadata,
    Column("question_id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("document_id", String(200), nullable=False),
    Column("contains", Text, nullable=False),
    Column("unknown", Boolean, nullable=False),
    Column("role", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    # Of a question that is gone the history keeps the number, which no other may get.
    sqlite_autoincrement=True,
)

trials = Table(
    "trials",
    metadata,
    Column("trial_id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("model", String(200), nullable=False),
    Column("embedder", String(240), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("took_ms", Integer, nullable=False),
    # An object a question.
    Column("results", JSON, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("form_id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.conversation_id), nullable=False),
    Column("person_id", ForeignKey(persons.c.person_id), nullable=False),
    Column("skill", String(64), nullable=False),
    # Of the skill's files when it began.
    Column("content_hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    # By the field's name; none are kept of a form that has ended.
    Column("field_values", JSON, nullable=False),
    Column("asked", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    # The turn that changed it last.
    Column("turn_id", ForeignKey(turns.c.turn_id), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "conversation_id", "person_id", "state"),
    Index(None, "state", "changed_at"),
)

# The skills that are on: with what their files were when the owner saw them.
skill_approvals = Table(
    "skill_approvals",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("approved_at", Instant, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("attempt_id", Integer, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
