"""Follow-ups: the committed row is the promise."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, or_, select

from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState, Receiver, Watch
from bot.storage.calls import Call, made_by, note
from bot.storage.database import Database, reading, writing
from bot.storage.follow_up_changes import ChangeRows
from bot.storage.follow_up_deliveries import DeliveryRows
from bot.storage.follow_up_nudges import NudgeRows
from bot.storage.follow_up_pages import FollowUpPageRows
from bot.storage.follow_up_row import NewFollowUp, follow_up_of, put
from bot.storage.tables import follow_ups, messages, watches
from connectors.messages import Address

__all__ = ["Call", "FollowUpRows", "NewFollowUp"]

# Words that wait for a customer, or have reached them.
_TO_THEM = (FollowUpState.PENDING, FollowUpState.QUEUED, FollowUpState.SENT)


class FollowUpRows(DeliveryRows, NudgeRows, ChangeRows, FollowUpPageRows):
    """The follow-ups' table."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        super().__init__(database, run=run)

    @writing
    def promise(
        self, connection: Connection, new: NewFollowUp, call: Call | None, *, now: datetime
    ) -> FollowUp:
        """Commit a follow-up.

        Args:
            new: What is promised.
            call: The turn's call it comes from; a call that was committed before is found again
                and nothing is added. None when no turn asks.
            now: Its date of birth.
        """
        if (before := made_by(connection, call)) is not None:
            return before
        follow_up = put(connection, new, now=now)
        if note(connection, call, follow_up):
            return follow_up
        # The turn was taken by two, and the other one was first: theirs is the promise.
        connection.execute(
            delete(follow_ups).where(follow_ups.c.follow_up_id == follow_up.follow_up_id)
        )
        return made_by(connection, call) or follow_up

    @reading
    def made(self, connection: Connection, call: Call) -> FollowUp | None:
        """Return what a call has committed before, in whatever state, or None."""
        return made_by(connection, call)

    @reading
    def get(self, connection: Connection, follow_up_id: int) -> FollowUp | None:
        """Return one follow-up, or None."""
        found = connection.execute(
            select(follow_ups).where(follow_ups.c.follow_up_id == follow_up_id)
        )
        row = found.one_or_none()
        return None if row is None else follow_up_of(row)

    @reading
    def count(
        self, connection: Connection, *, person_id: int, states: Collection[FollowUpState]
    ) -> int:
        """Return how many follow-ups that a person asked for are in these states."""
        counted: int = connection.execute(
            select(func.count()).where(
                follow_ups.c.person_id == person_id, follow_ups.c.state.in_(states)
            )
        ).scalar_one()
        return counted

    @reading
    def count_due(
        self,
        connection: Connection,
        *,
        states: Collection[FollowUpState],
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """Return how many follow-ups of anybody are in these states.

        Args:
            connection: Of the transaction.
            states: Which.
            since: Of those that are due then or later; None: of all.
            until: Of those that are due before; None: of all.
        """
        wanted = select(func.count()).where(follow_ups.c.state.in_(states))
        if since is not None:
            wanted = wanted.where(follow_ups.c.due_at >= since)
        if until is not None:
            wanted = wanted.where(follow_ups.c.due_at < until)
        return connection.scalar(wanted) or 0

    @reading
    def count_made_for_others(
        self, connection: Connection, person_id: int, *, since: datetime
    ) -> int:
        """Return how many follow-ups for others a person has asked for since a moment."""
        counted: int = connection.execute(
            select(func.count()).where(
                follow_ups.c.person_id == person_id,
                follow_ups.c.receiver != "",
                # A time of a repeated one is born when it is delivered.
                follow_ups.c.series_id.is_(None),
                follow_ups.c.created_at > since,
            )
        ).scalar_one()
        return counted

    @reading
    def count_for(
        self,
        connection: Connection,
        receiver: Receiver,
        address: Address,
        *,
        states: Collection[FollowUpState],
    ) -> int:
        """Return how many in these states others asked for, for a person or a room."""
        room = and_(
            follow_ups.c.receiver != "",
            follow_ups.c.platform == address.platform,
            follow_ups.c.channel == address.channel,
        )
        whom = follow_ups.c.receiver_id == receiver.person_id
        counted: int = connection.execute(
            select(func.count()).where(
                room if receiver.person_id is None else whom, follow_ups.c.state.in_(states)
            )
        ).scalar_one()
        return counted

    @reading
    def count_to_customer(self, connection: Connection, watch: Watch) -> int:
        """Return how many words wait for a customer, or were sent since they wrote last.

        Args:
            connection: Of the transaction.
            watch: Of such words; its person is the customer.
        """
        written = (
            select(func.max(messages.c.sent_at))
            .where(messages.c.person_id == watch.person_id)
            .scalar_subquery()
        )
        counted: int = connection.execute(
            select(func.count())
            .select_from(follow_ups.join(watches))
            .where(
                follow_ups.c.kind == FollowUpKind.MESSAGE,
                follow_ups.c.state.in_(_TO_THEM),
                watches.c.person_id == watch.person_id,
                or_(written.is_(None), follow_ups.c.created_at > written),
            )
        ).scalar_one()
        return counted

    @reading
    def list(
        self,
        connection: Connection,
        *,
        person_id: int | None = None,
        states: Collection[FollowUpState],
        limit: int,
        latest_first: bool = False,
    ) -> list[FollowUp]:
        """Return follow-ups in these states by due date, of one person or of everybody.

        Of a person are those they asked for and those they receive.
        """
        order = (follow_ups.c.due_at, follow_ups.c.follow_up_id)
        statement = (
            select(follow_ups)
            .where(follow_ups.c.state.in_(states))
            .order_by(*(each.desc() if latest_first else each for each in order))
            .limit(limit)
        )
        if person_id is not None:
            whose = (follow_ups.c.person_id, follow_ups.c.receiver_id)
            statement = statement.where(or_(*(each == person_id for each in whose)))
        return [follow_up_of(row) for row in connection.execute(statement)]
