"""PostgreSQL tells other processes what was changed; SQLite serves one."""

from alembic import op

from bot.storage.hints import FUNCTION, hint_on

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TOLD = (
    hint_on("turns", of=("state", "not_before"), when="NEW.state = 'waiting'"),
    hint_on("outbox", of=("state",), when="NEW.state = 'pending'"),
    hint_on("follow_ups", of=("state", "due_at", "held_until"), when="NEW.state = 'pending'"),
    hint_on("answers", of=("answered_at",)),
    hint_on("settings"),
    hint_on("secrets"),
    hint_on("documents"),
    hint_on("gaps"),
    hint_on("hand_overs"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(FUNCTION)
    for told in _TOLD:
        op.execute(told)
