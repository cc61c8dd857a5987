"""Follow-ups that watch for something, in either database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState, Watch, WatchKind
from bot.storage.database import Database, writing
from bot.storage.followups import Call, FollowUpRows, NewFollowUp
from bot.storage.inbox import InboxRows, put_conversation
from bot.storage.outgoing_row import NewOutgoing
from bot.storage.people import PersonRows
from bot.storage.tables import conversations
from bot.storage.turns import TurnRows
from bot.storage.watches import WatchRows
from connectors.messages import Address, Author, IncomingMessage

ROOM, THEIRS = Address("slack", "C1"), Address("slack", "D2")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Conversations:
    """What erasing does to a conversation, once nothing else hangs on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @writing
    def made(self, connection, address: Address) -> int:
        return put_conversation(connection, address, "public")

    @writing
    def erase(self, connection, number: int) -> None:
        connection.execute(delete(conversations).where(conversations.c.conversation_id == number))


class Desk:
    """Ann of the team, Carla who writes to it, and what is watched."""

    def __init__(self, database: Database, ann: int, carla: int) -> None:
        self.database = database
        self.rows = FollowUpRows(database, run="here")
        self.watches = WatchRows(database)
        self.ann = ann
        self.carla = carla

    def watch(self, kind: WatchKind = WatchKind.PERSON, **more: object) -> Watch:
        of = {"address": THEIRS, "person_id": self.carla, **more}
        return Watch(kind, "Carla", NOW - HOUR, **of)

    async def promised(self, call: Call | None = None, **more: object) -> FollowUp:
        kept = {"kind": FollowUpKind.MESSAGE, "watch": self.watch(), **more}
        new = NewFollowUp(self.ann, THEIRS, "Hello?", NOW, "UTC", "en", **kept)
        return await self.rows.promise(new, call, now=NOW - HOUR)

    async def writes(self, text: str, *, author: str, to_bot: bool, **where: str) -> None:
        message = IncomingMessage(
            text, Address("slack", "D2", **where), Author(author, author), text, to_bot, NOW
        )
        await InboxRows(self.database).store(message, now=NOW, unasked=not to_bot)


@pytest.fixture
async def desk(any_database) -> Desk:
    people = PersonRows(any_database)
    ann = await people.ensure("slack", Author("U1", "Ann", role="staff"))
    carla = await people.ensure("slack", Author("U2", "Carla"))
    return Desk(any_database, ann.person_id, carla.person_id)


async def test_what_watches_is_due_by_itself_and_said_or_ended_by_exactly_one(desk):
    made, other = await desk.promised(), await desk.promised()
    assert await desk.rows.due(NOW, limit=9) == []
    assert await desk.rows.earliest() == NOW
    assert [each.follow_up_id for each in await desk.watches.due(NOW, limit=9)] == [1, 2]
    assert await desk.watches.due(NOW - HOUR, limit=9) == []
    said = [
        *(
            FollowUpRows(desk.database, run=f"r{each}").claim(
                made, NewOutgoing("it", f"n{each}", THEIRS, "Hello?", follow_up_id=1), now=NOW
            )
            for each in range(4)
        ),
        *(desk.watches.end(made, FollowUpState.FULFILLED, now=NOW) for _ in range(4)),
    ]
    assert sum(await asyncio.gather(*said)) == 1
    assert [each.follow_up_id for each in await desk.watches.due(NOW, limit=9)] == [2]
    assert await desk.watches.end(other, FollowUpState.FULFILLED, now=NOW)
    assert (await desk.rows.get(2)).state is FollowUpState.FULFILLED
    assert await desk.rows.earliest() is None


async def test_a_turn_taken_by_two_promises_once_with_one_watch(desk):
    await desk.writes("again on Tuesday", author="U1", to_bot=True)
    taken = await TurnRows(desk.database, run="here").take(suspects=False, now=NOW)
    call = Call(taken.turn.turn_id, 0, "schedule", {})
    made = await asyncio.gather(*(desk.promised(call) for _ in range(4)))
    assert {each.follow_up_id for each in made} == {made[0].follow_up_id}
    assert (await desk.watches.of(made[0].follow_up_id)).user_id == "U2"


async def test_with_the_conversation_its_watch_is_gone(desk):
    conversation = Conversations(desk.database)
    number = await conversation.made(THEIRS)
    made = await desk.promised(watch=desk.watch(conversation_id=number))
    assert (await desk.watches.of(made.follow_up_id)).conversation_id == number
    await conversation.erase(number)
    assert await desk.watches.of(made.follow_up_id) is None


async def test_who_wrote_in_a_room_since_is_known_from_what_was_kept(desk):
    watch = desk.watch()
    others = desk.watch(WatchKind.OTHERS)
    wrote = desk.watches.wrote
    await desk.writes("to the bot", author="U1", to_bot=True)
    assert not await wrote(watch, others=False, kept_all=False)
    # What is said to the bot is no reply to anybody, but where nothing else can be said.
    assert not await wrote(others, others=True, kept_all=False)
    assert await wrote(others, others=True, kept_all=True)
    await desk.writes("to each other", author="U1", to_bot=False)
    assert await wrote(others, others=True, kept_all=False)
    in_thread = desk.watch(WatchKind.OTHERS, address=Address("slack", "D2", "T"))
    assert not await wrote(in_thread, others=True, kept_all=False)
    await desk.writes("yes", author="U2", to_bot=True)
    assert await wrote(watch, others=False, kept_all=False)


async def test_words_to_a_customer_are_counted_until_they_write(desk):
    made = await desk.promised()
    await desk.promised()
    assert await desk.rows.count_to_customer(desk.watch()) == 2
    await desk.rows.cancel(made.follow_up_id, None, now=NOW)
    assert await desk.rows.count_to_customer(desk.watch()) == 1
    await desk.writes("yes", author="U2", to_bot=True)
    assert await desk.rows.count_to_customer(desk.watch()) == 0
