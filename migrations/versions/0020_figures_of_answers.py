"""How long people waited for each answer, and indexes for a month's and a person's figures."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# More at a time would take memory that a small box does not have.
_AT_ONCE = 5_000

_answers = sa.table(
    "answers",
    sa.column("answer_id", sa.Integer()),
    sa.column("turn_id", sa.Integer()),
    sa.column("answered_at", Instant()),
    sa.column("took_s", sa.Float()),
)
_turns = sa.table(
    "turns", sa.column("turn_id", sa.Integer()), sa.column("message_pk", sa.Integer())
)
_messages = sa.table(
    "messages", sa.column("message_pk", sa.Integer()), sa.column("sent_at", Instant())
)


def upgrade() -> None:
    op.add_column("answers", sa.Column("took_s", sa.Float(), nullable=False, server_default="0"))
    _tell_how_long_those_before_took()
    for table, columns in (
        ("answers", ["answered_at", "kind", "model", "took_s"]),
        ("messages", ["person_id", "received_at"]),
        ("messages", ["conversation_id", "person_id"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _tell_how_long_those_before_took() -> None:
    connection = op.get_bind()
    wanted = (
        sa.select(_answers.c.answer_id, _answers.c.answered_at, _messages.c.sent_at)
        .select_from(
            _answers.join(_turns, _turns.c.turn_id == _answers.c.turn_id).join(
                _messages, _messages.c.message_pk == _turns.c.message_pk
            )
        )
        .order_by(_answers.c.answer_id)
        .limit(_AT_ONCE)
    )
    put = (
        sa.update(_answers)
        .where(_answers.c.answer_id == sa.bindparam("of"))
        .values(took_s=sa.bindparam("took"))
    )
    after = 0
    while rows := connection.execute(wanted.where(_answers.c.answer_id > after)).all():
        took = [
            {"of": row.answer_id, "took": max(0.0, (row.answered_at - row.sent_at).total_seconds())}
            for row in rows
        ]
        connection.execute(put, took)
        after = rows[-1].answer_id
