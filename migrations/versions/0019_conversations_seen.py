"""What rooms are is known; answers keep what they were held against, and came from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the page tells of conversations, and the indices that it lists them by."""
    op.create_table(
        "rooms",
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", name="pk_rooms"),
    )
    # Slack's ids tell, and a thread of Discord's is never in a direct message. Of its other rooms
    # nothing is certain: what their next message tells of them holds for all that was said there.
    op.execute(
        "INSERT INTO rooms (platform, channel, name, direct)"
        " SELECT DISTINCT platform, channel, '', substr(channel, 1, 1) = 'D'"
        " FROM conversations WHERE platform = 'slack'"
    )
    op.execute(
        "INSERT INTO rooms (platform, channel, name, direct)"
        " SELECT DISTINCT platform, channel, '', false"
        " FROM conversations WHERE platform = 'discord' AND thread <> ''"
    )
    for name, default in (("checks", "[]"), ("versions", "{}")):
        op.add_column("answers", sa.Column(name, sa.JSON(), nullable=False, server_default=default))
    op.add_column(
        "answers", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "answers", sa.Column("by_team", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE answers SET by_team = true WHERE turn_id IN (SELECT turn_id FROM turns"
        " JOIN messages ON messages.message_pk = turns.message_pk"
        " JOIN persons ON persons.person_id = messages.person_id"
        " WHERE persons.role <> 'public')"
    )
    op.drop_index("ix_answers_conversation_id_answer_id", "answers")
    for table, columns in (
        ("answers", ["conversation_id", "answer_id", "kind"]),
        ("answers", ["answered_at", "answer_id", "conversation_id", "kind"]),
        ("messages", ["conversation_id", "message_pk"]),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
