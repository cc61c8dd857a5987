"""What waits, counted where an index leads to it: what is done is never looked at."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    func,
    or_,
    select,
    text,
)

from bot.domain.backlog import Backlog, Queue
from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUpState
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import HandOverState
from bot.domain.outgoing import OutgoingState
from bot.storage.database import Database, reading
from bot.storage.tables import follow_ups, gaps, hand_overs, messages, outbox, turns


class BacklogRows:
    """The tables in which something waits."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def read(self, connection: Connection, *, overdue_before: datetime) -> Backlog:
        """Return what waits; of follow-ups those that were due before a moment."""

        def count(column: ColumnElement[str], state: str) -> int:
            return int(connection.scalar(_count(column, state)) or 0)

        def queue(statement: Select[int, datetime]) -> Queue:
            row = connection.execute(statement).one()
            return Queue(row.waiting, row.since)

        return Backlog(
            turns=queue(_TURNS),
            turns_running=count(turns.c.state, TurnState.RUNNING),
            turns_parked=count(turns.c.state, TurnState.PARKED),
            outgoing=queue(_OUTGOING),
            outgoing_failed=count(outbox.c.state, OutgoingState.FAILED),
            follow_ups=queue(_overdue(overdue_before)),
            hand_overs=queue(_HAND_OVERS),
            hand_overs_taken=count(hand_overs.c.state, HandOverState.TAKEN),
            questions=queue(_QUESTIONS),
        )

    @reading
    def size_bytes(self, connection: Connection) -> int:
        """Return what the database takes; of SQLite without what is not yet in its main file."""
        size = _PAGES if self._database.is_sqlite else "SELECT pg_database_size(current_database())"
        return int(connection.scalar(text(size)) or 0)


_PAGES = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


def _queue(since: ColumnElement[datetime], of: FromClause) -> Select[int, datetime]:
    return select(func.count().label("waiting"), func.min(since).label("since")).select_from(of)


def _count(column: ColumnElement[str], state: str) -> Select[int]:
    return select(func.count()).where(column == state)


def _overdue(before: datetime) -> Select[int, datetime]:
    due_at, held_until = follow_ups.c.due_at, follow_ups.c.held_until
    return _queue(due_at, follow_ups).where(
        follow_ups.c.state == FollowUpState.PENDING,
        due_at < before,
        or_(held_until.is_(None), held_until < before),
    )


_TURNS = _queue(messages.c.received_at, turns.join(messages)).where(
    turns.c.state == TurnState.WAITING
)
_OUTGOING = _queue(outbox.c.created_at, outbox).where(outbox.c.state == OutgoingState.PENDING)
_HAND_OVERS = _queue(hand_overs.c.asked_at, hand_overs).where(
    hand_overs.c.state == HandOverState.WAITING
)
_QUESTIONS = _queue(gaps.c.opened_at, gaps).where(gaps.c.state == QuestionState.OPEN)
