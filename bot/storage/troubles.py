"""What could not be done, counted where an index leads to it: what is done is never looked at."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUpState
from bot.domain.outgoing import OutgoingState
from bot.domain.troubles import Troubles
from bot.storage.database import Database, reading
from bot.storage.tables import follow_ups, messages, outbox, turns


class TroubleRows:
    """The tables in which something can fail."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def read(self, connection: Connection, *, since: datetime) -> Troubles:
        """Return what failed of what was said, or was due, since a moment."""
        unsent = connection.execute(
            select(outbox.c.platform, func.count().label("count_"))
            .where(
                outbox.c.state == OutgoingState.FAILED,
                outbox.c.created_at >= since,
                outbox.c.follow_up_id.is_(None),
            )
            .group_by(outbox.c.platform)
            .order_by(outbox.c.platform)
        )
        parked = connection.scalar(
            select(func.count())
            .select_from(turns.join(messages))
            .where(turns.c.state == TurnState.PARKED, messages.c.received_at >= since)
        )
        undelivered = connection.scalar(
            select(func.count()).where(
                follow_ups.c.state == FollowUpState.FAILED, follow_ups.c.due_at >= since
            )
        )
        return Troubles({row.platform: row.count_ for row in unsent}, parked or 0, undelivered or 0)
