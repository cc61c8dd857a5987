"""What the business wrote, and where it comes from."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from bot.storage.columns import Instant
from bot.storage.tables.conversation import answers
from bot.storage.tables.metadata import metadata
from bot.storage.tables.person import persons

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

# Which documents were changed, and as how manieth change: where several processes share the
# knowledge they tell each other by it. Of one that was changed twice the last alone.
knowledge_changes = Table(
    "knowledge_changes",
    metadata,
    Column("document_id", String(200), primary_key=True),
    Column("number", BigInteger, nullable=False, index=True),
)

# One row, there where several processes share the knowledge.
knowledge_state = Table(
    "knowledge_state",
    metadata,
    Column("state_id", Integer, primary_key=True),
    # How many changes there were; up to which one the index has them all; and up to which one
    # those of documents that are gone are no longer told.
    Column("changed", BigInteger, nullable=False),
    Column("indexed", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False),
    # By which index questions are answered.
    Column("embedder", String(240), nullable=False),
    Column("generation", Integer, nullable=False),
)

# Which index each process reads from, and up to which change it has read; seen lately, or gone.
knowledge_readers = Table(
    "knowledge_readers",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("embedder", String(240), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
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
