"""Follow-ups that watch for something: which are due, and whether it has happened."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.domain.followups import WATCHED, FollowUp, FollowUpState, Watch
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import HandOverState
from bot.storage.database import Database, reading, writing
from bot.storage.follow_up_row import as_read, follow_up_of, whose_moment_came
from bot.storage.tables import (
    conversations,
    follow_ups,
    hand_overs,
    messages,
    open_questions,
    persons,
    watches,
)
from bot.storage.watch_row import watch_of
from connectors.messages import Address

_UNTAKEN = (HandOverState.WAITING, HandOverState.EXPIRED)


class WatchRows:
    """The watches' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def due(self, connection: Connection, now: datetime, *, limit: int) -> list[FollowUp]:
        """Return those whose moment has come, in the order they were due."""
        found = connection.execute(
            select(follow_ups)
            .where(*whose_moment_came(now), follow_ups.c.kind.in_(WATCHED))
            .order_by(follow_ups.c.due_at, follow_ups.c.follow_up_id)
            .limit(limit)
        )
        return [follow_up_of(row) for row in found]

    @reading
    def of(self, connection: Connection, follow_up_id: int) -> Watch | None:
        """Return what a follow-up watches for; None where that is gone, or it watches nothing."""
        row = connection.execute(
            select(watches, func.coalesce(persons.c.user_id, "").label("user_id"))
            .outerjoin(persons, watches.c.person_id == persons.c.person_id)
            .where(watches.c.follow_up_id == follow_up_id)
        ).one_or_none()
        return None if row is None else watch_of(row)

    @reading
    def taken_up(self, connection: Connection, watch: Watch) -> bool:
        """Return whether somebody has taken a hand-over, or answered a question, since then.

        A hand-over that ended as nobody took it was not; one that was asked for anew was before.
        """
        if watch.hand_over_id is not None:
            waits = select(hand_overs.c.hand_over_id).where(
                hand_overs.c.hand_over_id == watch.hand_over_id,
                hand_overs.c.state.in_(_UNTAKEN),
                hand_overs.c.asked_at <= watch.since,
            )
        else:
            waits = select(open_questions.c.question_id).where(
                open_questions.c.question_id == watch.question_id,
                open_questions.c.state == QuestionState.OPEN,
            )
        return connection.execute(waits).first() is None

    @reading
    def wrote(self, connection: Connection, watch: Watch, *, others: bool, kept_all: bool) -> bool:
        """Return whether somebody's words of a room that were kept are later than a watch began.

        Args:
            connection: Of the transaction.
            watch: Of a room.
            others: Anybody but its person; else its person.
            kept_all: Everything said there is to the bot; else what is said to it does not count
                as what people say to others.
        """
        address = watch.address or Address("", "")
        statement = select(messages.c.message_pk).where(
            messages.c.platform == address.platform,
            messages.c.channel == address.channel,
            messages.c.sent_at > watch.since,
        )
        if address.thread:
            statement = statement.join(conversations).where(
                conversations.c.thread == address.thread
            )
        if not others:
            statement = statement.where(messages.c.person_id == watch.person_id)
        else:
            statement = statement.where(messages.c.person_id.is_distinct_from(watch.person_id))
            if not kept_all:
                statement = statement.where(messages.c.to_bot.is_(False))
        return connection.execute(statement.limit(1)).first() is not None

    @writing
    def end(
        self, connection: Connection, follow_up: FollowUp, state: FollowUpState, *, now: datetime
    ) -> bool:
        """End a follow-up without a word; False when it was changed since it was read."""
        ended = connection.execute(as_read(follow_up).values(state=state, done_at=now))
        return ended.rowcount == 1
