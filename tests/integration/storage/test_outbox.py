"""The outbox: who delivers a message, and what becomes of one that changes meanwhile."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Interval, literal, text, update

from bot.domain.outgoing import Outgoing, OutgoingState
from bot.outbox.files import KeptFiles
from bot.outbox.sender import Sender
from bot.storage.database import Database
from bot.storage.outbox import LEASE, NewOutgoing, OutboxRows
from bot.storage.tables import outbox
from connectors.messages import Address, OutgoingMessage
from tests.fakes.parts import until
from tests.fakes.platform import FakePlatform, Town
from tests.fakes.states import outgoing_states

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ROOM = Address("slack", "C1")
PATIENCE_S = 60.0


@pytest.fixture
async def other(any_database: Database) -> AsyncIterator[OutboxRows]:
    """The outbox, as another process opens it."""
    opened = Database(any_database.url)
    yield OutboxRows(opened, run="two")
    await opened.close()


async def put(database: Database, *numbers: int, room: Address = ROOM) -> OutboxRows:
    rows = OutboxRows(database, run="one")
    for number in numbers:
        where = f"{room.channel} {number}"
        await rows.put(NewOutgoing(where, where, room, where), now=NOW)
    return rows


async def first(rows: OutboxRows) -> Outgoing:
    [waiting] = await rows.first_of_each_room()
    return waiting.outgoing


async def move_claims(database: Database, by: timedelta) -> None:
    """Have the server's clock go on, as far as claims can tell."""
    moved = update(outbox).values(claimed_until=outbox.c.claimed_until - literal(by, Interval))
    await database.write(lambda connection: connection.execute(moved))


async def test_what_another_has_is_not_delivered_and_neither_what_it_has_tried_since(server, other):
    rows = await put(server, 1)
    mine, theirs = await first(rows), await first(other)
    claimed = await rows.claim(mine)
    assert claimed is not None
    assert not claimed.unsure
    assert await other.claim(theirs) is None
    await rows.put_off(claimed, "busy", unsure=False, next_at=LATER)
    assert await other.claim(theirs) is None
    again = await other.claim(await first(other))
    assert again is not None
    assert (again.attempts, again.unsure) == (1, False)


async def test_what_a_dead_one_had_is_looked_for_and_delivered_by_another(server, other):
    rows = await put(server, 1)
    dead = await rows.claim(await first(rows))
    assert dead is not None
    await move_claims(server, LEASE)
    claimed = await other.claim(await first(other))
    assert claimed is not None
    assert claimed.unsure
    # It was not dead but slow, and is too late now.
    await rows.put_off(dead, "slow", unsure=False, next_at=LATER)
    await rows.failed(dead, "slow", now=NOW)
    await rows.sent(dead, "p1", now=NOW)
    assert await outgoing_states(server) == {OutgoingState.PENDING: 1}
    await other.sent(claimed, "p1", now=NOW)
    assert await outgoing_states(server) == {OutgoingState.SENT: 1}


async def test_a_claim_of_before_the_servers_clock_was_set_back_holds_nothing_up(server, other):
    rows = await put(server, 1)
    await rows.claim(await first(rows))
    await move_claims(server, -2 * LEASE)
    assert await other.claim(await first(other)) is not None


async def test_a_claim_that_was_made_after_ones_own_transaction_began_holds(server, other):
    rows = await put(server, 1)
    mine, theirs = await first(rows), await first(other)

    def begin_early(connection: Connection) -> Outgoing | None:
        connection.execute(text("SELECT now()"))
        begun.set()
        assert made.wait(PATIENCE_S)
        return OutboxRows._claim.__wrapped__(rows, connection, mine)

    begun, made = threading.Event(), threading.Event()
    late = asyncio.create_task(server.write(begin_early))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    assert await other.claim(theirs) is not None
    made.set()
    assert await late is None


async def test_ones_own_delivery_that_was_broken_off_is_taken_up_at_once(server):
    rows = await put(server, 1)
    await rows.claim(await first(rows))
    again = await rows.claim(await first(rows))
    assert again is not None
    assert again.unsure


async def test_two_processes_deliver_each_message_once_and_in_order(
    server, other, monkeypatch, tmp_path
):
    monkeypatch.setattr("bot.outbox.sender.ELSEWHERE_S", 0.05)
    rooms, numbers = [Address("slack", f"C{each}") for each in range(6)], range(10)
    for number in numbers:
        for room in rooms:
            rows = await put(server, number, room=room)
    town = Town()

    class Slow(FakePlatform):
        async def post(self, message: OutgoingMessage) -> str:
            await asyncio.sleep(0.01)
            return await super().post(message)

    def now() -> datetime:
        return datetime.now(UTC)

    senders = [
        Sender(each, {"slack": Slow(town, {})}, KeptFiles(tmp_path, now=now), now=now)
        for each in (rows, other)
    ]
    running = [asyncio.create_task(each.run()) for each in senders]
    await until(lambda: len(town.posts) >= len(rooms) * len(numbers))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    came = defaultdict(list)
    for post in town.posts:
        came[post.address.channel].append(post.text)
    assert came == {
        room.channel: [f"{room.channel} {number}" for number in numbers] for room in rooms
    }
    assert await outgoing_states(server) == {OutgoingState.SENT: len(town.posts)}


async def test_words_that_change_while_the_old_ones_are_on_their_way_still_go_out(any_database):
    rows = await put(any_database, 1)
    under_way = await rows.claim(await first(rows))
    changed = update(outbox).values(text="new words")
    await any_database.write(lambda connection: connection.execute(changed))
    await rows.sent(under_way, "p1", now=NOW)
    waiting = await first(rows)
    assert (waiting.message.text, waiting.posted_id) == ("new words", "p1")
    claimed = await rows.claim(waiting)
    await rows.sent(claimed, "p1", now=NOW)
    assert await outgoing_states(any_database) == {OutgoingState.SENT: 1}
