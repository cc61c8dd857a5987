"""What waits, and how it is counted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from bot.domain.backlog import Backlog, Queue
from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUpState
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import HandOverState
from bot.domain.outgoing import OutgoingState
from bot.storage import tables
from bot.storage.backlog import BacklogRows
from bot.storage.database import Database
from bot.storage.inbox import InboxRows

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = {"platform": "slack", "channel": "C1", "thread": ""}
NOTHING = Queue(0, None)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def put(connection: Connection, table: str, **columns: Any) -> int:
    made = connection.execute(insert(getattr(tables, table)).values(**columns))
    return int(made.inserted_primary_key[0])


def one_of_each_state(connection: Connection) -> None:
    """Have two of whatever waits, and one in each other state, from longer ago."""
    person = put(connection, "persons", platform="slack", user_id="U1", name="Ann", role="public")
    conversation = put(connection, "conversations", **ROOM, audience="public")
    turns = iter(range(1, 100))

    def turn(state: TurnState, at: datetime) -> int:
        number = next(turns)
        message = put(
            connection,
            "messages",
            platform="slack",
            channel="C1",
            message_id=f"m{number}",
            conversation_id=conversation,
            person_id=person,
            text="hello",
            to_bot=True,
            sent_at=at,
            received_at=at,
        )
        return put(
            connection,
            "turns",
            message_pk=message,
            conversation_id=conversation,
            state=state,
        )

    for state in (TurnState.WAITING, *TurnState):
        turn(state, ago(5 if state is TurnState.WAITING else 50))
    for number, sending in enumerate((OutgoingState.PENDING, *OutgoingState)):
        put(
            connection,
            "outbox",
            **ROOM,
            origin=f"{number}",
            nonce=f"{number}",
            text="hello",
            sources=[],
            state=sending,
            created_at=ago(7 if sending is OutgoingState.PENDING else 70),
            next_at=NOW,
            run="before",
        )
    for promise, minutes, held in (
        (FollowUpState.PENDING, 9, None),
        (FollowUpState.PENDING, 8, None),
        # Not overdue: it is due in a moment, waits for the end of quiet hours, or is over.
        (FollowUpState.PENDING, -9, None),
        (FollowUpState.PENDING, 90, ago(-60)),
        *((state, 90, None) for state in FollowUpState if state is not FollowUpState.PENDING),
    ):
        put(
            connection,
            "follow_ups",
            **ROOM,
            person_id=person,
            subject="flour",
            due_at=ago(minutes),
            held_until=held,
            zone="UTC",
            language="en",
            state=promise,
            created_at=ago(99),
        )
    for wish in (HandOverState.WAITING, *HandOverState):
        at = ago(11 if wish is HandOverState.WAITING else 110)
        put(
            connection,
            "hand_overs",
            turn_id=turn(TurnState.DONE, ago(200)),
            conversation_id=conversation,
            text="a person, please",
            reason="asked",
            asked_at=at,
            changed_at=at,
            state=wish,
        )
    for gap in (QuestionState.OPEN, *QuestionState):
        put(
            connection,
            "gaps",
            state=gap,
            opened_at=ago(13 if gap is QuestionState.OPEN else 130),
        )


async def test_what_waits_is_counted_and_nothing_else(any_database: Database):
    await any_database.write(one_of_each_state)
    backlog = await BacklogRows(any_database).read(overdue_before=NOW)
    assert backlog == Backlog(
        turns=Queue(2, ago(5)),
        turns_running=1,
        turns_parked=1,
        outgoing=Queue(2, ago(7)),
        outgoing_failed=1,
        follow_ups=Queue(2, ago(9)),
        hand_overs=Queue(2, ago(11)),
        hand_overs_taken=1,
        questions=Queue(2, ago(13)),
    )


async def test_nothing_waits_in_an_empty_house(any_database: Database):
    backlog = await BacklogRows(any_database).read(overdue_before=NOW)
    queues = (backlog.turns, backlog.outgoing, backlog.follow_ups, backlog.hand_overs)
    assert (*queues, backlog.questions) == (NOTHING,) * 5


async def test_the_database_says_how_large_it_is(any_database: Database):
    rows = BacklogRows(any_database)
    before = await rows.size_bytes()

    def fill(connection: Connection) -> None:
        person = put(
            connection, "persons", platform="slack", user_id="U1", name="Ann", role="public"
        )
        room = put(connection, "conversations", **ROOM, audience="public")
        connection.execute(
            insert(tables.messages),
            [
                {
                    "platform": "slack",
                    "channel": "C1",
                    "message_id": str(number),
                    "conversation_id": room,
                    "person_id": person,
                    "text": "flour and water " * 100,
                    "files": [],
                    "to_bot": True,
                    "sent_at": NOW,
                    "received_at": NOW,
                }
                for number in range(1_000)
            ],
        )

    await any_database.write(fill)
    assert await rows.size_bytes() > before


async def test_counting_looks_at_nothing_that_is_done(any_database: Database):
    """SQLite says SCAN where it goes through a whole table or index, SEARCH where it does not."""
    if not any_database.is_sqlite:
        pytest.skip("a server plans by what its tables hold")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(any_database._engine, "before_cursor_execute")
    def noted(_connection, _cursor, statement, parameters, _context, _many) -> None:
        asked.append((statement, parameters))

    await BacklogRows(any_database).read(overdue_before=NOW)
    await InboxRows(any_database).last_moment()
    statements = tuple(asked)
    assert len(statements) == 11

    def plan(connection: Connection) -> list[str]:
        return [
            step.detail
            for statement, parameters in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    steps = await any_database.read(plan)
    scans = [step for step in steps if step.startswith("SCAN")]
    # From the last row on, a set number of them.
    assert scans == ["SCAN messages", "SCAN outbox"]
    assert all("LIMIT" in statement for statement, _ in statements[-2:])
    assert sum("USING" in step and step.startswith("SEARCH") for step in steps) >= 9
