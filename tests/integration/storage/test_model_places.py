"""One line at the model's gate for all processes of one PostgreSQL."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Interval, literal, update

from bot.domain.model_calls import EndedCall, ModelCall, Wish
from bot.llm.dispatch import Dispatch
from bot.llm.errors import ModelError, NoHostError
from bot.llm.gate import Gate, Place
from bot.llm.line import Line, OwnLine
from bot.llm.record import CallRecord
from bot.llm.shared_line import SharedLine
from bot.storage.database import Database
from bot.storage.hints import Hints
from bot.storage.model_places import LEASE, REMEMBERED, ModelPlaceRows
from bot.storage.tables import model_places
from tests.fakes import tables
from tests.fakes.parts import until
from tests.fakes.postgresql import new_database
from tests.fakes.two_connections import overlapping

HOSTS = ("one", "two")


class Named:
    """Hosts that may all be called."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def usable(self, model: str) -> Sequence[str]:
        del model
        return self.names

    def why_none(self, model: str) -> ModelError:
        return NoHostError(model)


@pytest.fixture(scope="module")
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database for all of these: only one table of it is used, which each begins with empty."""
    if not (postgresql := request.config.option.postgresql):
        pytest.skip("SQLite serves one process")
    with new_database(postgresql) as made:
        asyncio.run(_migrated(made))
        yield made


async def _migrated(url: str) -> None:
    database = Database(url)
    await tables.migrate(database)
    await database.close()


@pytest.fixture
async def server(url: str) -> AsyncIterator[Database]:
    """It, as one process opens it."""
    opened = Database(url)
    await opened.write(lambda connection: connection.execute(model_places.delete()))
    yield opened
    await opened.close()


@pytest.fixture
async def other(server: Database) -> AsyncIterator[Database]:
    """It, as another process opens it."""
    opened = Database(server.url)
    yield opened
    await opened.close()


def gate_on(database: Database, run: str, *names: str) -> Gate:
    rows = ModelPlaceRows(database, run=run)
    return Gate(hosts=Named(*(names or ("one",))), line=partial(SharedLine, rows=rows))


@contextlib.asynccontextmanager
async def at_work(*parts: Callable[[], object]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(part()) for part in parts]  # type: ignore[arg-type]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def told(database: Database, gate: Gate) -> Hints:
    hints = Hints(database)
    hints.on("model_places", gate.woken)
    return hints


async def called(gate: Gate, order: list[str], name: str, **how: str) -> None:
    """Have a person, by the name's first letter, make a call that ends at once."""
    async with gate.place(name[0], **how):
        order.append(name)


async def end_leases(database: Database) -> None:
    """Have the server's clock go on by a lease, as far as leases can tell."""
    moved = model_places.c.leased_until - literal(LEASE + timedelta(seconds=1), Interval)
    await database.write(
        lambda connection: connection.execute(update(model_places).values(leased_until=moved))
    )


async def entered(gate: Gate, person: str, **how: str) -> tuple[Place, contextlib.AsyncExitStack]:
    stack = contextlib.AsyncExitStack()
    return await stack.enter_async_context(gate.place(person, **how)), stack


async def test_a_hosts_slots_are_counted_over_all_processes(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    order: list[str] = []
    async with at_work(told(server, mine).run, told(other, yours).run, mine.run, yours.run):
        async with mine.place("a"):
            waiting = asyncio.create_task(called(yours, order, "b"))
            await until(lambda: yours.waiting == 1)
            assert (yours.running, order) == (1, [])
        await waiting
    assert order == ["b"]


async def test_calls_that_come_at_the_same_moment_do_not_get_the_same_slot(server, other):
    one, two = ModelPlaceRows(server, run="1"), ModelPlaceRows(other, run="2")
    decide = Dispatch(Named("one"), CallRecord(), slots=1).decide
    (_, settled), (_, later) = await overlapping(
        server,
        lambda connection: ModelPlaceRows.join.__wrapped__(
            one, connection, Wish("a"), decide, now_s=0.0
        ),
        two.join(Wish("b"), decide, now_s=0.0),
    )
    assert len(settled.standing.running) == 1
    assert [len(later.standing.running), len(later.standing.waiting)] == [1, 1]


async def test_persons_take_turns_wherever_they_are_answered(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    order: list[str] = []
    async with at_work(told(server, mine).run, told(other, yours).run, mine.run, yours.run):
        async with mine.place("x"):
            calls = []
            for gate, name in ((mine, "a1"), (yours, "a2"), (mine, "a3"), (yours, "b1")):
                before = gate.waiting
                calls.append(asyncio.create_task(called(gate, order, name)))
                await until(lambda gate=gate, before=before: gate.waiting > before)
        await asyncio.gather(*calls)
    assert order == ["a1", "b1", "a2", "a3"]


async def test_without_a_single_hint_a_look_finds_what_others_did(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    order: list[str] = []
    async with at_work(mine.run, yours.run):
        async with mine.place("a"):
            waiting = asyncio.create_task(called(yours, order, "b"))
            await until(lambda: yours.waiting == 1)
        await waiting
    assert order == ["b"]


async def test_who_waits_hears_of_those_before_them_in_other_processes(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    heard: list[int] = []

    async def wait() -> None:
        async with yours.place("c", lambda ahead, _seconds: heard.append(ahead)):
            pass

    async with at_work(told(server, mine).run, told(other, yours).run, mine.run, yours.run):
        async with mine.place("a"):
            before = asyncio.create_task(called(mine, [], "b"))
            await until(lambda: mine.waiting == 1)
            waiting = asyncio.create_task(wait())
            await until(lambda: heard != [])
        await asyncio.gather(before, waiting)
    assert heard[0] == 2


async def test_a_conversation_stays_on_its_host_whichever_process_answers(server, other):
    mine, yours = gate_on(server, "1", *HOSTS), gate_on(other, "2", *HOSTS)
    async with mine.place("a", conversation="7") as first:
        pass
    async with mine.place("b", conversation="8") as second:
        pass
    assert {first.host, second.host} == set(HOSTS)
    for gate in (yours, mine):
        async with gate.place("a", conversation="7") as again:
            assert (again.host, again.home) == (first.host, first.host)
    async with at_work(yours.run):
        await until(lambda: yours.at_home(first.host) == 1)


async def test_what_calls_took_is_known_in_every_process(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    async with mine.place("a"):
        await asyncio.sleep(0.05)
    async with at_work(yours.run):
        await until(lambda: yours.record.mean_s is not None)
    assert (yours.record.mean_s or 0) >= 0.05


async def test_the_place_of_a_process_that_died_comes_free_when_its_lease_ends(server, other):
    dead, living = gate_on(server, "1"), gate_on(other, "2")
    _, held = await entered(dead, "a")
    waiting_too = asyncio.create_task(called(dead, [], "b"))
    await until(lambda: dead.waiting == 1)
    order: list[str] = []
    waiting = asyncio.create_task(called(living, order, "c"))
    await until(lambda: living.waiting == 2)
    await end_leases(server)
    async with at_work(living.run):  # renews its own alone
        await waiting
    assert order == ["c"]
    waiting_too.cancel()
    await held.aclose()


async def test_a_process_that_lives_keeps_its_places_by_its_beat(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    async with mine.place("a"):
        await end_leases(server)
        await yours.settled()
        assert yours.running == 0
        async with at_work(mine.run, yours.run):
            await until(lambda: yours.running == 1)
        waiting = asyncio.create_task(called(yours, [], "b"))
        await until(lambda: yours.waiting == 1)
        assert yours.running == 1
        waiting.cancel()


async def test_a_place_that_was_forgotten_is_taken_up_again(server):
    gate = gate_on(server, "1")
    async with gate.place("a"):
        waiting = asyncio.create_task(called(gate, [], "b"))
        await until(lambda: gate.waiting == 1)
        await server.write(lambda connection: connection.execute(model_places.delete()))
        await gate.settled()
        assert (gate.running, gate.waiting) == (0, 0)
        async with at_work(gate.run):
            await until(lambda: (gate.running, gate.waiting) == (1, 1))
    await waiting


async def test_what_is_over_for_long_is_forgotten(server):
    gate = gate_on(server, "1")
    async with gate.place("a"):
        pass
    long_ago = model_places.c.ended_at - literal(REMEMBERED, Interval)
    await server.write(
        lambda connection: connection.execute(update(model_places).values(ended_at=long_ago))
    )
    await ModelPlaceRows(server, run="1").renew([])
    assert await server.read(lambda c: c.execute(model_places.select()).all()) == []


async def test_a_call_that_its_host_lost_moves_to_another(server):
    gate = gate_on(server, "1", *HOSTS)
    async with gate.place("a") as place:
        lost = place.host
        assert await place.move()
        assert {lost, place.host} == set(HOSTS)
        assert gate.running_on(place.host) == 1
        assert not await place.move()


async def test_who_stops_waiting_while_joining_leaves_no_place_behind(server):
    gate = gate_on(server, "1")
    joining = asyncio.create_task(called(gate, [], "a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    joining.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await joining
    async with at_work(gate.run), asyncio.timeout(LEASE.total_seconds() / 2):
        await called(gate, [], "b")
    assert (gate.running, gate.waiting) == (0, 0)


async def test_a_call_that_nobody_waits_for_gives_way_to_one_of_another_process(server, other):
    mine, yours = gate_on(server, "1"), gate_on(other, "2")
    asked = asyncio.Event()
    async with at_work(told(server, mine).run, told(other, yours).run, mine.run, yours.run):
        async with mine.place("ways", give_way=asked.set):
            waiting = asyncio.create_task(called(yours, [], "b"))
            await asked.wait()
        await waiting


@pytest.mark.parametrize("seed", range(5))
async def test_the_order_is_that_of_one_process(server, other, seed):
    """The same calls come and end in both: who goes in, and when, is the same."""
    chance, record = random.Random(seed), CallRecord()
    dispatch = partial(Dispatch, Named(*HOSTS), CallRecord(), slots=1)
    own: Line = OwnLine(dispatch().decide, record, clock=lambda: 0.0)
    decide = dispatch().decide
    shared: list[Line] = [
        SharedLine(decide, record, clock=lambda: 0.0, rows=ModelPlaceRows(each, run=str(number)))
        for number, each in enumerate((server, other))
    ]
    pairs: list[tuple[ModelCall, Line, int]] = []
    for _ in range(30):
        admitted = [pair for pair in pairs if pair[0].admitted_s is not None]
        if admitted and chance.random() < 0.45:
            pair = chance.choice(admitted)
            pairs.remove(pair)
            call, line, number = pair
            await own.leave(call, EndedCall(call.host, 1.0))
            there = line.find(number)
            assert there is not None
            await line.leave(there, EndedCall(there.host, 1.0))
        else:
            wish = Wish(chance.choice("abc"), chance.choice(["", "1", "2", "3"]))
            line = chance.choice(shared)
            pairs.append((await own.join(wish), line, (await line.join(wish)).number))
        for line in shared:
            await line.settle()
        for call, line, number in pairs:
            there = line.find(number)
            assert there is not None
            assert (there.host, there.turn) == (call.host, call.turn)
