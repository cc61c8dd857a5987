"""Follow-ups that were delivered and that nobody has marked done."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.database import Database, reading, writing
from bot.storage.follow_up_row import follow_up_of
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import follow_ups, outbox
from connectors.messages import Address


class NudgeRows:
    """Follow-ups that are said once more, and where they were said."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def unfinished(
        self, connection: Connection, *, delivered_after: datetime, nudges: int, limit: int
    ) -> list[FollowUp]:
        """Return delivered follow-ups that insist on being done and are not.

        Args:
            connection: Of the transaction.
            delivered_after: Older ones are given up.
            nudges: Only those that were said again less often than this.
            limit: No more than so many.

        Returns:
            The one delivered first comes first.
        """
        found = connection.execute(
            select(follow_ups)
            .where(
                follow_ups.c.state == FollowUpState.SENT,
                follow_ups.c.insists.is_(True),
                follow_ups.c.done_at.is_(None),
                follow_ups.c.nudged < nudges,
                follow_ups.c.delivered_at > delivered_after,
            )
            .order_by(follow_ups.c.delivered_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [follow_up_of(row) for row in found]

    @writing
    def nudge(
        self,
        connection: Connection,
        follow_up: FollowUp,
        message: NewOutgoing | None,
        *,
        second_id: int | None,
        now: datetime,
    ) -> bool:
        """Take an unfinished follow-up and say it again, in one transaction.

        Args:
            connection: Of the transaction.
            follow_up: As it was read.
            message: What is said; None where there is nobody to tell.
            second_id: Whom it is told besides; None where it is said to its receiver.
            now: The clock.

        Returns:
            False when somebody else did so first, or it was done or put off meanwhile.
        """
        taken = connection.execute(
            update(follow_ups)
            .where(*_still(follow_up))
            .values(nudged=follow_up.nudged + 1, second_id=second_id)
        )
        if taken.rowcount != 1:
            return False
        if message is not None:
            put_final(connection, self._database, message, None, now=now, run=self._run)
        return True

    @reading
    def said_in(
        self, connection: Connection, address: Address, posted_ids: tuple[str, ...]
    ) -> int | None:
        """Return which follow-up a post of one of these ids in a room tells of, or None."""
        found: int | None = connection.scalar(
            select(outbox.c.follow_up_id)
            .where(
                outbox.c.platform == address.platform,
                outbox.c.channel == address.channel,
                outbox.c.posted_id.in_([each for each in posted_ids if each]),
                outbox.c.follow_up_id.is_not(None),
            )
            .limit(1)
        )
        return found

    @reading
    def said_last(self, connection: Connection, address: Address, *, back: int) -> int | None:
        """Return which follow-up the last message in a conversation tells of, or None.

        Args:
            connection: Of the transaction.
            address: Of the conversation.
            back: How many messages of ours since are left out.
        """
        found: int | None = connection.scalar(
            select(outbox.c.follow_up_id)
            .where(
                outbox.c.platform == address.platform,
                outbox.c.channel == address.channel,
                outbox.c.thread == address.thread,
            )
            .order_by(outbox.c.outgoing_id.desc())
            .offset(back)
            .limit(1)
        )
        return found


def _still(follow_up: FollowUp) -> tuple[ColumnElement[bool], ...]:
    return (
        follow_ups.c.follow_up_id == follow_up.follow_up_id,
        follow_ups.c.state == FollowUpState.SENT,
        follow_ups.c.nudged == follow_up.nudged,
        follow_ups.c.done_at.is_(None),
    )
