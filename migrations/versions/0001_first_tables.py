"""The first tables."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("thread", sa.String(length=128), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversations")),
        sa.UniqueConstraint(
            "platform", "channel", "thread", name=op.f("uq_conversations_platform_channel_thread")
        ),
    )
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_documents")),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_persons")),
        sa.UniqueConstraint("platform", "user_id", name=op.f("uq_persons_platform_user_id")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "setup_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_setup_links")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempts_at"), ["at"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("thread", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_follow_ups_person_id")
        ),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_ups")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_ups_state_due_at"), ["state", "due_at"], unique=False
        )

    op.create_table(
        "messages",
        sa.Column("message_pk", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("to_bot", sa.Boolean(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_messages_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_messages_person_id")
        ),
        sa.PrimaryKeyConstraint("message_pk", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "platform",
            "channel",
            "message_id",
            name=op.f("uq_messages_platform_channel_message_id"),
        ),
    )
    op.create_table(
        "passages",
        sa.Column("passage_id", sa.String(length=240), nullable=False),
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_passages_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_passages")),
    )
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passages_document_id"), ["document_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_table(
        "outbox",
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("thread", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("reply_to", sa.String(length=128), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("posted_id", sa.String(length=128), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.follow_up_id"], name=op.f("fk_outbox_follow_up_id")
        ),
        sa.PrimaryKeyConstraint("outgoing_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("nonce", name=op.f("uq_outbox_nonce")),
        sa.UniqueConstraint("origin", name=op.f("uq_outbox_origin")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_platform_channel_thread_outgoing_id"),
            ["platform", "channel", "thread", "outgoing_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_state_next_at"), ["state", "next_at"], unique=False
        )

    op.create_table(
        "turns",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("message_pk", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("lone_crashes", sa.Integer(), nullable=False),
        sa.Column("not_before", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_turns_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["message_pk"], ["messages.message_pk"], name=op.f("fk_turns_message_pk")
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turns")),
        sa.UniqueConstraint("message_pk", name=op.f("uq_turns_message_pk")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_turns_conversation_id_turn_id"),
            ["conversation_id", "turn_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_turns_state_conversation_id_turn_id"),
            ["state", "conversation_id", "turn_id"],
            unique=False,
        )

    op.create_table(
        "actions",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("call_number", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], name=op.f("fk_actions_turn_id")),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_actions")),
        sa.UniqueConstraint("turn_id", "call_number", name=op.f("uq_actions_turn_id_call_number")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actions_follow_up_id"), ["follow_up_id"], unique=False)

    op.create_table(
        "answers",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("follow_up_ids", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("timings_ms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_answers_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], name=op.f("fk_answers_turn_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answers")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_answers_turn_id")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answers_conversation_id_answer_id"),
            ["conversation_id", "answer_id"],
            unique=False,
        )

    op.create_table(
        "hand_overs",
        sa.Column("hand_over_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_hand_overs_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], name=op.f("fk_hand_overs_turn_id")),
        sa.PrimaryKeyConstraint("hand_over_id", name=op.f("pk_hand_overs")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_hand_overs_turn_id")),
    )
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hand_overs_state_hand_over_id"), ["state", "hand_over_id"], unique=False
        )

    op.create_table(
        "open_questions",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.turn_id"], name=op.f("fk_open_questions_turn_id")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_open_questions")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_open_questions_turn_id")),
    )
    with op.batch_alter_table("open_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_open_questions_state_question_id"),
            ["state", "question_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("open_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_questions_state_question_id"))

    op.drop_table("open_questions")
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_overs_state_hand_over_id"))

    op.drop_table("hand_overs")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answers_conversation_id_answer_id"))

    op.drop_table("answers")
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actions_follow_up_id"))

    op.drop_table("actions")
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turns_state_conversation_id_turn_id"))
        batch_op.drop_index(batch_op.f("ix_turns_conversation_id_turn_id"))

    op.drop_table("turns")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_state_next_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_platform_channel_thread_outgoing_id"))

    op.drop_table("outbox")
    op.drop_table("sessions")
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passages_document_id"))

    op.drop_table("passages")
    op.drop_table("messages")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_state_due_at"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_at"))

    op.drop_table("sign_in_attempts")
    op.drop_table("setup_links")
    op.drop_table("settings")
    op.drop_table("persons")
    op.drop_table("documents")
    op.drop_table("conversations")
    op.drop_table("accounts")
