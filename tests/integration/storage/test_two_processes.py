"""What two processes do to one database at the same time comes to the same as one by one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, update

from bot.domain.conversations import Kind, Outcome, Turn, TurnState
from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.database import Database
from bot.storage.followups import Call, FollowUpRows, NewFollowUp
from bot.storage.hand_over_posts import HandOverPostRows
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.people import PersonRows
from bot.storage.tables import follow_ups, turns
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage
from tests.fakes.two_connections import overlapping

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOM = Address("slack", "C1")
TEAM = Address("slack", "T1")


@pytest.fixture
async def other(any_database: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(any_database.url)
    yield opened
    await opened.close()


def message(number: int, text: str = "hello", *, sent_at: datetime = NOW) -> IncomingMessage:
    author = Author("U1", "Ann")
    return IncomingMessage(f"m{number}", ROOM, author, text, to_bot=True, sent_at=sent_at)


async def new_follow_up(database: Database, due_at: datetime = NOW) -> NewFollowUp:
    person = await PersonRows(database).ensure("slack", Author("U1", "Ann"))
    return NewFollowUp(person.person_id, ROOM, "bake", due_at, "UTC", "en")


async def promised(database: Database) -> FollowUp:
    rows = FollowUpRows(database, run="one")
    return await rows.promise(await new_follow_up(database), None, now=NOW - HOUR)


async def taken(database: Database, *, now: datetime = NOW) -> Turn | None:
    return (await TurnRows(database, run="two").take(suspects=True, now=now)).turn


# Follow-ups


async def test_a_call_that_two_run_makes_one_promise(any_database, other):
    await InboxRows(any_database).store(message(1), now=NOW)
    new, call = await new_follow_up(any_database), Call(1, 0, "schedule", {})
    one, two = FollowUpRows(any_database, run="one"), FollowUpRows(other, run="two")
    first, second = await overlapping(
        any_database,
        lambda connection: FollowUpRows.promise.__wrapped__(one, connection, new, call, now=NOW),
        two.promise(new, call, now=NOW),
    )
    assert first == second
    assert await one.list(states=tuple(FollowUpState), limit=9) == [first]


async def test_what_is_put_off_while_it_is_being_delivered_comes_again(any_database, other):
    due = await promised(any_database)
    one, two = FollowUpRows(any_database, run="one"), FollowUpRows(other, run="two")
    out = NewOutgoing("follow-up 1", "n", ROOM, "bake", follow_up_id=due.follow_up_id)
    claimed, again = await overlapping(
        any_database,
        lambda connection: FollowUpRows.claim.__wrapped__(one, connection, due, out, now=NOW),
        two.again(
            due.follow_up_id,
            person_id=due.person_id,
            due_at=NOW + HOUR,
            later=HOUR,
            choice="",
            now=NOW,
        ),
    )
    assert claimed
    assert again is not None
    assert (again.state, again.due_at) == (FollowUpState.PENDING, NOW + HOUR)


async def test_nobody_is_told_of_a_failure_that_was_put_off_since_and_is_of_the_next(any_database):
    due = await promised(any_database)
    rows = FollowUpRows(any_database, run="one")
    told = NewOutgoing("undelivered 1", "n", TEAM, "not delivered")

    async def fail() -> None:
        failed = update(follow_ups).values(state=FollowUpState.FAILED)
        await any_database.write(lambda connection: connection.execute(failed))

    await fail()
    [(failed, _)] = await rows.undelivered(limit=9)
    await rows.again(
        due.follow_up_id, person_id=due.person_id, due_at=NOW + HOUR, later=HOUR, choice="", now=NOW
    )
    assert not await rows.tell(failed.follow_up_id, told, now=NOW)
    await fail()
    assert len(await rows.undelivered(limit=9)) == 1
    assert await rows.tell(failed.follow_up_id, told, now=NOW)


# Messages and turns


async def test_two_first_messages_of_a_person_in_a_room_are_both_stored(any_database, other):
    one, two = InboxRows(any_database), InboxRows(other)
    first, second = await overlapping(
        any_database,
        lambda connection: InboxRows.store.__wrapped__(one, connection, message(1), now=NOW),
        two.store(message(2), now=NOW),
    )
    assert None not in (first, second)
    turn = await taken(other)
    assert turn is not None
    assert turn.text == "hello"


async def test_a_message_whose_turn_is_just_being_taken_is_edited_no_more(any_database, other):
    await InboxRows(any_database).store(message(1), now=NOW)
    one = TurnRows(any_database, run="one")
    take, edited = await overlapping(
        any_database,
        lambda connection: TurnRows.take.__wrapped__(one, connection, suspects=True, now=NOW),
        InboxRows(other).edit(ROOM, "m1", "changed"),
    )
    assert take.turn.text == "hello"
    assert edited is False


async def test_a_message_that_is_just_being_edited_is_taken_with_its_new_words(any_database, other):
    await InboxRows(any_database).store(message(1), now=NOW)
    one = InboxRows(any_database)
    edited, turn = await overlapping(
        any_database,
        lambda connection: InboxRows.edit.__wrapped__(one, connection, ROOM, "m1", "changed"),
        taken(other),
    )
    assert edited is True
    turn = turn or await taken(other)
    assert turn is not None
    assert turn.text == "changed"


async def test_a_conversation_one_of_whose_turns_is_just_being_taken_has_none_for_others(
    any_database, other
):
    inbox, one = InboxRows(any_database), TurnRows(any_database, run="one")
    await inbox.store(message(1), now=NOW)

    async def missed_and_take() -> Turn | None:
        # It was said before, and comes in only now.
        await InboxRows(other).store(message(2, sent_at=NOW - HOUR), now=NOW)
        return await taken(other)

    take, second = await overlapping(
        any_database,
        lambda connection: TurnRows.take.__wrapped__(one, connection, suspects=True, now=NOW),
        missed_and_take(),
    )
    assert take.turn.message_id == "m1"
    assert second is None


async def test_a_turn_is_left_alone_where_another_of_its_conversation_was_taken_just_before(
    any_database,
):
    inbox = InboxRows(any_database)
    first = await inbox.store(message(1), now=NOW)
    await inbox.store(message(2, sent_at=NOW - HOUR), now=NOW)
    looked: list[str] = []

    @event.listens_for(any_database._engine, "after_cursor_execute")
    def after(connection: Connection, *statement: object) -> None:
        if not looked and "not_before" in str(statement[1]):
            looked.append("as far as was seen, none runs")
            begins = update(turns).where(turns.c.turn_id == first)
            connection.execute(begins.values(state=TurnState.RUNNING, leased_by="one"))

    assert await taken(any_database) is None
    assert looked


# Hand-overs


async def test_words_added_while_a_post_is_brought_up_to_date_are_shown_by_the_next(any_database):
    inbox, posts = InboxRows(any_database), HandOverPostRows(any_database, run="one")
    running, outbox = TurnRows(any_database, run="one"), OutboxRows(any_database, run="one")

    async def ask(number: int) -> None:
        await inbox.store(message(number, f"a person, {number}"), now=NOW)
        turn = (await running.take(suspects=True, now=NOW)).turn
        wanted = Outcome(Kind.HANDOVER, "soon", "en", hand_over="asked")
        await running.finish(turn, wanted, [], now=NOW)

    async def deliver() -> None:
        [waiting] = await outbox.first_of_each_room()
        claimed = await outbox.claim(waiting.outgoing)
        await outbox.sent(claimed, "p1", now=NOW)

    await ask(1)
    [new] = await posts.untold()
    post = NewOutgoing("hand-over 1", "n", TEAM, "somebody waits")
    await posts.tell(new, post, now=NOW)
    await deliver()
    await ask(2)
    [read] = await posts.misshown()
    await ask(3)
    assert await posts.show(read, replace(post, text=read.text), now=NOW)
    await deliver()
    [again] = await posts.misshown()
    assert again.text == "a person, 1\na person, 2\na person, 3"
    assert await posts.show(again, replace(post, text=again.text), now=NOW)
    assert await posts.misshown() == []
