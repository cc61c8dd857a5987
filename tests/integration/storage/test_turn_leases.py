"""Who runs a turn: the process that took it, until it ends it, gives it back or dies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Interval, Row, event, literal, update

from bot.business.facts import BusinessFacts
from bot.choices import Choices
from bot.domain.conversations import Kind, Outcome, Turn, TurnState
from bot.inbox.framing import Framing
from bot.inbox.turns import AnswerTurn, TurnRunner
from bot.language.sentences import Phrasebook
from bot.outbox.reply import Reply
from bot.people.choices import Manners
from bot.storage.database import Database
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.settings import SettingRows
from bot.storage.tables import turns
from bot.storage.turn_leases import LEASE
from bot.storage.turns import TurnRows
from connectors.base import Connector
from connectors.messages import Address, Author, IncomingMessage
from tests.fakes.parts import until
from tests.fakes.platform import FakePlatform, Town
from tests.fakes.states import outgoing_states, turn_states

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = Address("slack", "C1")
A_MOMENT = timedelta(seconds=1)
PATIENCE_S = 60.0
CHOICES = {"business": BusinessFacts(zone="UTC"), "manners": Manners()}


@pytest.fixture
async def other(any_database: Database) -> AsyncIterator[TurnRows]:
    """The turns, as another process opens them."""
    opened = Database(any_database.url)
    yield TurnRows(opened, run="two")
    await opened.close()


async def taken(database: Database, run: str, *rooms: str) -> list[Turn]:
    """Have somebody write in rooms, and a start take up what they wrote."""
    rows, found = TurnRows(database, run=run), []
    for room in rooms:
        author, address = Author("U1", "Ann"), Address("slack", room)
        said = IncomingMessage(f"m-{room}", address, author, "hello", to_bot=True, sent_at=NOW)
        await InboxRows(database).store(said, now=NOW)
        turn = (await rows.take(suspects=True, now=NOW)).turn
        assert turn is not None
        found.append(turn)
    return found


async def move_leases(database: Database, by: timedelta, *turn_ids: int) -> None:
    """Have the server's clock go on, as far as leases can tell: all, or those of some turns."""
    moved = update(turns).values(leased_until=turns.c.leased_until - literal(by, Interval))
    if turn_ids:
        moved = moved.where(turns.c.turn_id.in_(turn_ids))
    if not database.is_sqlite:
        await database.write(lambda connection: connection.execute(moved))


def runner_of(
    database: Database, rows: TurnRows, answer: AnswerTurn, *connectors: Connector
) -> TurnRunner:
    """What runs turns in a process that is connected to these."""
    choices = Choices(SettingRows(database), first=CHOICES, now=lambda: NOW)
    return TurnRunner(
        rows,
        OutboxRows(database, run="one"),
        {each.platform: each for each in connectors},
        answer,
        Phrasebook(),
        framing=Framing(choices, Phrasebook(), now=lambda: NOW),
        sent=lambda: None,
        now=lambda: NOW,
    )


async def no_answer(_turn: Turn, _reply: Reply) -> None:
    return None


async def rows_of(database: Database) -> list[Row[tuple[object, ...]]]:
    statement = turns.select().order_by(turns.c.turn_id)
    return list(await database.read(lambda connection: connection.execute(statement).all()))


async def states_of(database: Database) -> list[tuple[str, str]]:
    return [(row.state, row.leased_by) for row in await rows_of(database)]


async def test_what_a_living_process_runs_is_left_to_it_by_one_that_starts(server, other):
    await taken(server, "one", "C1", "C2")
    await move_leases(server, LEASE - A_MOMENT)
    await TurnRows(server, run="one").renew()
    await move_leases(server, LEASE - A_MOMENT)
    assert await other.recover(lone_limit=1) == []
    assert await states_of(server) == [(TurnState.RUNNING, "one")] * 2


async def test_what_a_dead_process_ran_is_taken_up_once_the_last_of_its_leases_has_ended(
    server, other
):
    first, last = await taken(server, "dead", "C1", "C2")
    await move_leases(server, LEASE, first.turn_id)
    await other.recover(lone_limit=1)
    assert await states_of(server) == [(TurnState.RUNNING, "dead")] * 2
    await move_leases(server, LEASE, last.turn_id)
    await other.recover(lone_limit=1)
    assert await states_of(server) == [(TurnState.WAITING, "")] * 2
    # Two were in flight: neither is known to be the cause.
    assert [(row.crashes, row.lone_crashes) for row in await rows_of(server)] == [(1, 0), (1, 0)]


async def test_a_lease_of_before_the_servers_clock_was_set_back_holds_nothing_up(server, other):
    await taken(server, "dead", "C1")
    await move_leases(server, -2 * LEASE)
    await other.recover(lone_limit=3)
    assert await states_of(server) == [(TurnState.WAITING, "")]


async def test_a_turn_that_was_alone_in_its_process_was_alone_however_many_others_died(
    any_database, other
):
    await taken(any_database, "dead", "C1")
    await taken(any_database, "dead as well", "C2")
    await move_leases(any_database, LEASE)
    poison = await other.recover(lone_limit=1)
    assert [turn.message_id for turn in poison] == ["m-C1", "m-C2"]
    assert await states_of(any_database) == [(TurnState.RUNNING, "two")] * 2


async def test_a_turn_that_another_has_taken_up_is_no_longer_ones_own(any_database, other):
    [turn] = await taken(any_database, "one", "C1")
    one = TurnRows(any_database, run="one")
    await move_leases(any_database, LEASE)
    await other.recover(lone_limit=3)
    assert (await other.take(suspects=True, now=NOW)).turn is not None
    await one.renew()
    await one.fail(turn.turn_id, again_at=NOW)
    await one.give_back(turn.turn_id)
    await one.put_off(turn.turn_id, until=NOW)
    await one.park(turn, NewOutgoing("parked", "n", ROOM, "set aside"), now=NOW)
    assert await states_of(any_database) == [(TurnState.RUNNING, "two")]
    assert await outgoing_states(any_database) == {}


def once_read(other: TurnRows, work: Callable[[Connection], object]) -> list[str]:
    """Have something done when the other process has read what runs; return whether it was.

    In the same transaction, since SQLite lets no other begin: the last word counts.
    """
    looked = list[str]()

    @event.listens_for(other._database._engine, "after_cursor_execute")
    def after(connection: Connection, *statement: object) -> None:
        if not looked and str(statement[1]).startswith("SELECT"):
            looked.append("it has read what runs")
            work(connection)

    return looked


async def test_of_two_that_look_together_one_takes_up_what_a_dead_one_left(any_database, other):
    await taken(any_database, "dead", "C1")
    await move_leases(any_database, LEASE)
    one = TurnRows(any_database, run="one")

    def take_up(connection: Connection) -> None:
        TurnRows.recover.__wrapped__(one, connection, lone_limit=3)
        TurnRows.take.__wrapped__(one, connection, suspects=True, now=NOW)

    looked = once_read(other, take_up)
    assert await other.recover(lone_limit=1) == []
    assert looked
    assert await states_of(any_database) == [(TurnState.RUNNING, "one")]


async def test_a_process_that_renews_its_lease_while_another_looks_keeps_its_turn(server, other):
    await taken(server, "slow", "C1")
    await move_leases(server, LEASE)
    slow = TurnRows(server, run="slow")
    looked = once_read(other, lambda connection: TurnRows.renew.__wrapped__(slow, connection))
    await other.recover(lone_limit=3)
    assert looked
    assert await states_of(server) == [(TurnState.RUNNING, "slow")]


async def test_turns_of_platforms_that_are_elsewhere_are_neither_taken_nor_waited_for(
    any_database, other
):
    [turn] = await taken(any_database, "one", "C1")
    await TurnRows(any_database, run="one").give_back(turn.turn_id)
    left = await other.take(suspects=True, on=["local", "discord"], now=NOW)
    assert (left.turn, left.again_at, left.held_up) == (None, None, False)
    assert (await other.take(suspects=True, on=["slack"], now=NOW)).turn == turn


async def test_a_process_takes_up_nothing_of_a_platform_that_it_is_not_connected_to(server):
    [turn] = await taken(server, "one", "C1")
    one = TurnRows(server, run="one")
    await one.give_back(turn.turn_id)
    runner = runner_of(server, one, no_answer)
    assert await runner._start_all() is None
    assert runner.running == 0


async def test_a_turn_whose_platform_went_off_here_may_begin_at_once_elsewhere(server, other):
    [turn] = await taken(server, "one", "C1")
    runner = runner_of(server, TurnRows(server, run="one"), no_answer)
    assert not await runner._run_turn(turn)
    assert (await other.take(suspects=True, on=["slack"], now=NOW)).turn == turn


async def test_a_process_renews_what_it_runs_and_takes_up_what_a_dead_one_ran(
    server, other, monkeypatch
):
    monkeypatch.setattr("bot.inbox.turns.BEAT_S", 0.02)
    may_end, begun = asyncio.Event(), list[str]()

    async def answer(turn: Turn, _reply: Reply) -> Outcome:
        begun.append(turn.message_id)
        await may_end.wait()
        return Outcome(Kind.SOCIAL, "hello", "en")

    async def lease_of(turn_id: int) -> datetime:
        [found] = [row for row in await rows_of(server) if row.turn_id == turn_id]
        return found.leased_until

    [mine] = await taken(server, "one", "C1")
    [theirs] = await taken(server, "dead", "C2")
    one = TurnRows(server, run="one")
    await one.give_back(mine.turn_id)
    runner = runner_of(server, one, answer, FakePlatform(Town(), {}))
    running = asyncio.create_task(runner.run())
    await until(lambda: begun == ["m-C1"])
    await move_leases(server, LEASE - A_MOMENT, mine.turn_id)
    short = await lease_of(mine.turn_id)
    async with asyncio.timeout(PATIENCE_S):
        while await lease_of(mine.turn_id) <= short:
            await asyncio.sleep(0.01)
    assert begun == ["m-C1"]
    await move_leases(server, LEASE, theirs.turn_id)
    await until(lambda: begun == ["m-C1", "m-C2"])
    may_end.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await turn_states(server) == {TurnState.DONE: 2}
