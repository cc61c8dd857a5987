"""Open questions in pieces: the most asked first, none twice and none left out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.domain.gaps import QuestionState
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.gaps import GapRows
from tests.fakes.two_connections import overlapping

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# How often each gap was asked; the last is off the list.
ASKED = (1, 3, 2, 1, 3, 2, 9)


def put(connection: Connection) -> None:
    connection.execute(
        tables.persons.insert().values(platform="slack", user_id="U", name="Ann", role="public")
    )
    connection.execute(
        tables.conversations.insert().values(
            platform="slack", channel="C1", thread="", audience="public"
        )
    )
    number = 0
    for gap, times in enumerate(ASKED, 1):
        state = QuestionState.DISMISSED if gap == len(ASKED) else QuestionState.OPEN
        connection.execute(tables.gaps.insert().values(state=state, opened_at=NOW))
        for _ in range(times):
            number += 1
            connection.execute(
                tables.messages.insert().values(
                    platform="slack",
                    channel="C1",
                    message_id=f"{number}",
                    conversation_id=1,
                    person_id=1,
                    text="?",
                    to_bot=True,
                    sent_at=NOW,
                    received_at=NOW,
                )
            )
            connection.execute(
                tables.turns.insert().values(message_pk=number, conversation_id=1, state="done")
            )
            connection.execute(
                tables.open_questions.insert().values(
                    turn_id=number,
                    text=f"question {number}",
                    language="en",
                    asked_at=NOW + timedelta(minutes=number),
                    state=state,
                    reason="unknown",
                    gap_id=gap,
                )
            )


async def test_the_most_asked_come_first_and_each_page_goes_on_where_the_one_before_ended(
    any_database,
):
    await any_database.write(put)
    rows = GapRows(any_database, run="test")
    every = await rows.gaps()
    # Of those asked as often, the one that was asked last.
    assert [each.gap_id for each in every] == [5, 2, 6, 3, 4, 1]
    found, after = [], None
    while page := await rows.page(limit=2, after=after):
        found += page
        after = (len(page[-1].questions), page[-1].questions[-1].question_id)
    assert found == every
    assert await rows.count() == len(every)


async def test_two_processes_that_gather_together_open_one_gap_and_the_other_looks_again(server):
    await server.write(put)

    def ungather(connection: Connection) -> None:
        connection.execute(tables.open_questions.update().values(gap_id=None))
        connection.execute(tables.gaps.delete())

    await server.write(ungather)
    one, other = GapRows(server, run="one"), Database(server.url)
    two = GapRows(other, run="two")

    def opens(question_id: int, newest: int) -> Callable[[Connection], bool]:
        return lambda connection: GapRows.put.__wrapped__(
            one, connection, question_id, None, newest=newest, now=NOW
        )

    both = await overlapping(server, opens(1, 0), two.put(1, None, newest=0, now=NOW))
    assert both == (True, True)
    [gap] = await one.gaps()
    assert [each.question_id for each in gap.questions] == [1]
    # Another question, which may be the one that is being put.
    newest = gap.gap_id
    both = await overlapping(server, opens(2, newest), two.put(3, None, newest=newest, now=NOW))
    assert both == (True, False)
    newest = max(each.gap_id for each in await two.gaps())
    assert await two.put(3, newest, newest=newest, now=NOW)
    assert sorted(len(each.questions) for each in await one.gaps()) == [1, 2]
    await other.close()
