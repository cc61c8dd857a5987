"""A month in figures: days as the business's clock makes them, and how long people waited."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.domain.conversations import Kind
from bot.domain.figures import Waits, WaitsOfBoth
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.figures import FigureRows
from bot.upkeep.figures import DAYS, AnswerFigures

# Clocks go back in Berlin in the night to the 25th of October: that day has 25 hours.
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PLACE = {"platform": "slack", "channel": "C1", "thread": ""}


def put(connection: Connection, *answered: tuple[datetime, Kind, str, float]) -> None:
    """Store answers: when, of which kind, by which model, and how long each took."""
    connection.execute(
        tables.persons.insert().values(platform="slack", user_id="U", name="Ann", role="public")
    )
    connection.execute(tables.conversations.insert().values(**PLACE, audience="public"))
    for number, (at, kind, model, took_s) in enumerate(answered, 1):
        connection.execute(
            tables.messages.insert().values(
                platform="slack",
                channel="C1",
                message_id=f"{number}",
                conversation_id=1,
                person_id=1,
                text="?",
                to_bot=True,
                sent_at=at,
                received_at=at,
            )
        )
        connection.execute(
            tables.turns.insert().values(message_pk=number, conversation_id=1, state="done")
        )
        words = dict.fromkeys(("text", "language", "searched", "prompt", "raw"), "")
        lists = {name: [] for name in ("sources", "found", "follow_up_ids")}
        connection.execute(
            tables.answers.insert().values(
                turn_id=number,
                conversation_id=1,
                answered_at=at,
                kind=kind,
                model=model,
                timings_ms={},
                took_s=took_s,
                **words,
                **lists,
            )
        )


def figures(database: Database) -> AnswerFigures:
    calendar = BusinessCalendar(BusinessFacts(zone="Europe/Berlin"))
    return AnswerFigures(FigureRows(database), calendar=lambda: calendar, now=lambda: NOW)


def at(day: int, hour: int, minute: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


async def test_days_begin_at_the_business_s_midnight_also_where_the_clock_is_moved(any_database):
    moments = (
        at(24, 21, 59),  # 23:59 in Berlin, still in summer
        at(24, 22, 0),  # midnight: the day of 25 hours begins
        at(25, 22, 59),  # 23:59 in winter
        at(25, 23, 0),  # midnight again
    )
    await any_database.write(
        lambda connection: put(connection, *((each, Kind.COMPOSED, "m", 1.0) for each in moments))
    )
    month = await figures(any_database).month()
    assert len(month.days) == DAYS
    assert month.today.day == date(2026, 11, 3)
    told = {each.day.day: each.total for each in month.days if each.total}
    assert told == {24: 1, 25: 2, 26: 1}


async def test_what_was_not_known_and_who_was_fetched_stand_apart_from_what_was_answered(
    any_database,
):
    kinds = (Kind.VERBATIM, Kind.COMPOSED, Kind.SOCIAL, Kind.UNKNOWN, Kind.HANDOVER, Kind.HANDOVER)
    before = NOW - timedelta(days=DAYS)
    await any_database.write(
        lambda connection: put(
            connection,
            *((NOW, kind, "", 1.0) for kind in kinds),
            (before, Kind.UNKNOWN, "", 1.0),
        )
    )
    month = await figures(any_database).month()
    today = month.today
    assert (today.answered, today.unknown, today.handed_over, today.total) == (3, 1, 2, 6)
    assert sum(each.total for each in month.days) == 6


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], Waits()),
        ([7.0], Waits(1, 7.0, 7.0)),
        ([4.0, 2.0], Waits(2, 2.0, 4.0)),
        ([float(each) for each in range(100, 0, -1)], Waits(100, 50.0, 95.0)),
    ],
)
async def test_half_of_people_and_95_of_100_waited_so_long(any_database, waits, expected):
    with_model = [(NOW, Kind.COMPOSED, "small:1b", each) for each in waits]
    without = [(NOW - timedelta(days=3), Kind.VERBATIM, "", 0.25)]
    await any_database.write(lambda connection: put(connection, *with_model, *without))
    month = await figures(any_database).month()
    assert month.waits_today == WaitsOfBoth(with_model=expected)
    assert month.waits == WaitsOfBoth(expected, Waits(1, 0.25, 0.25))


async def test_a_month_is_read_from_an_index_and_never_from_the_answers_themselves(any_database):
    """Their rows hold whole prompts."""
    if not any_database.is_sqlite:
        pytest.skip("a server plans by what its tables hold")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(any_database._engine, "before_cursor_execute")
    def noted(_connection, _cursor, statement, parameters, _context, _many) -> None:
        asked.append((statement, parameters))

    await figures(any_database).month()
    statements = tuple(asked)
    assert len(statements) == 5

    def plan(connection: Connection) -> list[str]:
        return [
            step.detail
            for statement, parameters in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    reads = [step for step in await any_database.read(plan) if step.split()[1] == "answers"]
    assert len(reads) == DAYS + 4
    assert all("SEARCH answers USING COVERING INDEX" in step for step in reads)
