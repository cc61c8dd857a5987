import asyncio
import contextlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.errors import ModelError, NoHostError
from bot.llm.gate import Gate


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Room:
    """Calls that wait at a gate, hold their place until told, and write down their order."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.order: list[str] = []
        self.told: dict[str, list[tuple[int, float | None]]] = {}
        self._done: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def call(self, name: str, person: str = "") -> None:
        """Start a call; its person is the name's first letter unless given."""
        self.told[name] = []
        self._done[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._call(name, person or name[0]))
        await settle()

    async def _call(self, name: str, person: str) -> None:
        def tell(ahead: int, seconds: float | None) -> None:
            self.told[name].append((ahead, seconds))

        async with self.gate.place(person, tell):
            self.order.append(name)
            await self._done[name].wait()

    async def end(self, name: str) -> None:
        self._done[name].set()
        await settle()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await settle()

    async def end_all(self) -> None:
        for done in self._done.values():
            done.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_free_slot_is_taken_at_once_and_nobody_is_told_to_wait():
    room = Room(Gate())
    await room.call("a1")
    assert room.order == ["a1"]
    assert room.told["a1"] == []
    await room.end_all()


async def test_a_person_with_many_calls_does_not_hold_up_others():
    room = Room(Gate())
    for name in ("a1", "a2", "a3", "a4", "b1", "c1", "b2"):
        await room.call(name)
    await room.end_all()
    assert room.order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30), st.integers(1, 3))
async def test_persons_take_turns_whoever_asked_how_often(persons: list[str], slots: int):
    room = Room(Gate(slots))
    for number in range(slots):
        await room.call(f"x{number}", person=f"first{number}")
    for number, person in enumerate(persons):
        await room.call(f"{person}{number}")
    await room.end_all()
    waiting, served = Counter(persons), Counter[str]()
    for name in room.order[slots:]:
        person = name[0]
        behind = [other for other in waiting if waiting[other] > served[other]]
        assert served[person] == min(served[other] for other in behind)
        served[person] += 1
    assert served == waiting


async def test_newcomers_do_not_starve_a_person_who_waits_for_its_second_turn():
    room = Room(Gate())
    await room.call("a1")
    await room.call("a2")
    for newcomer in "bcdbcd":
        await room.call(f"{newcomer}{len(room.told)}", person=newcomer)
    await room.end_all()
    assert room.order.index("a2") == 4  # after one call of each of the three others


async def test_a_latecomers_many_calls_do_not_pass_a_call_that_has_waited_for_rounds():
    room = Room(Gate())
    for name in ("a1", "a2", "a3", "a4"):
        await room.call(name)
    await room.end("a1")
    await room.end("a2")
    for name in ("b1", "b2", "b3"):
        await room.call(name)
    await room.end_all()
    assert room.order[3:] == ["b1", "a4", "b2", "b3"]


async def test_who_waits_hears_how_many_are_ahead_each_time_it_changes():
    room = Room(Gate())
    for name in ("a1", "b1", "c1"):
        await room.call(name)
    await room.end("a1")
    await room.call("d1")
    await room.end("b1")
    assert [ahead for ahead, _ in room.told["c1"]] == [2, 1]
    assert [ahead for ahead, _ in room.told["d1"]] == [2, 1]
    await room.end_all()


async def test_the_wait_is_estimated_from_measured_calls_and_unknown_before():
    clock = Clock()
    room = Room(Gate(clock=clock))
    await room.call("a1")
    await room.call("b1")
    assert room.told["b1"] == [(1, None)]
    clock.now_s = 20
    await room.end("a1")
    clock.now_s = 25
    await room.call("c1")
    await room.call("d1")
    assert room.told["c1"] == [(1, pytest.approx(15))]
    assert room.told["d1"] == [(2, pytest.approx(35))]
    clock.now_s = 90
    await room.call("e1")
    assert room.told["e1"] == [(3, pytest.approx(40))]  # a call that is late counts as over
    await room.end_all()


async def test_a_call_that_failed_is_not_measured():
    clock = Clock()
    gate = Gate(clock=clock)

    async def failing() -> None:
        async with gate.place("a"):
            clock.now_s = 0.01
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    room = Room(gate)
    await room.call("a1")
    await room.call("b1")
    assert room.told["b1"] == [(1, None)]
    await room.end_all()


async def test_two_slots_share_the_work_ahead():
    clock = Clock()
    room = Room(Gate(2, clock=clock))
    await room.call("a1")
    clock.now_s = 10
    await room.end("a1")
    for name in ("b1", "c1", "d1", "e1"):
        await room.call(name)
    assert room.order == ["a1", "b1", "c1"]
    assert room.told["e1"] == [(3, pytest.approx(15))]
    await room.end_all()


async def test_who_gives_up_waiting_leaves_the_queue():
    room = Room(Gate())
    for name in ("a1", "b1", "c1"):
        await room.call(name)
    await room.cancel("b1")
    assert room.gate.waiting == 1
    assert [ahead for ahead, _ in room.told["c1"]] == [2, 1]
    await room.end("a1")
    assert room.order == ["a1", "c1"]
    await room.end_all()


async def test_a_cancelled_or_failed_call_frees_its_slot():
    room = Room(Gate())
    await room.call("a1")
    await room.call("b1")
    await room.cancel("a1")
    assert room.order == ["a1", "b1"]
    await room.end_all()
    assert (room.gate.running, room.gate.waiting) == (0, 0)


async def test_who_is_cancelled_in_the_moment_of_being_let_in_frees_the_slot():
    room = Room(Gate())
    for name in ("a1", "b1", "c1"):
        await room.call(name)
    room._done["a1"].set()
    await asyncio.sleep(0)  # a1 leaves and lets b1 in, which has not run yet
    room._tasks["b1"].cancel()
    await settle()
    assert room.order[-1] == "c1"
    await room.end_all()


async def test_more_slots_let_more_in_at_once_and_fewer_stop_nobody():
    room = Room(Gate())
    for name in ("a1", "b1", "c1", "d1"):
        await room.call(name)
    room.gate.slots = 3
    await settle()
    assert room.order == ["a1", "b1", "c1"]
    room.gate.slots = 1
    assert room.gate.running == 3
    await room.end("a1")
    await room.end("b1")
    assert room.order == ["a1", "b1", "c1"]
    await room.end("c1")
    assert room.order[-1] == "d1"
    await room.end_all()


async def test_an_error_while_telling_gives_the_place_back():
    gate = Gate()

    def broken(_ahead: int, _seconds: float | None) -> None:
        raise ZeroDivisionError

    async with gate.place("a"):
        with pytest.raises(ZeroDivisionError):
            async with gate.place("b", broken):
                pass
        assert gate.waiting == 0


async def test_calls_are_told_of_with_how_long_they_waited_and_took_but_not_those_that_give_way():
    clock, told = Clock(), []
    gate = Gate(clock=clock)
    gate.on_called = lambda wait_s, call_s: told.append((wait_s, call_s))
    async with gate.place("ways", give_way=lambda: None):
        clock.now_s = 5.0
        second = asyncio.create_task(_call_of(gate, clock))
        await settle()
        clock.now_s = 7.0
    await second
    with pytest.raises(RuntimeError):
        async with gate.place("broken"):
            raise RuntimeError
    assert told == [(2.0, 10.0)]


async def _call_of(gate: Gate, clock: Clock) -> None:
    async with gate.place("somebody"):
        clock.now_s += 10.0


async def test_who_writes_in_many_conversations_is_one_person():
    gate, order = Gate(), []

    async def call(person: str, conversation: str) -> None:
        async with gate.place(person, conversation=conversation):
            order.append(conversation)

    async with gate.place("first"):
        calls = [call("ann", f"ann {number}") for number in range(50)] + [call("ben", "ben")]
        tasks = [asyncio.create_task(each) for each in calls]
        await settle()
    await asyncio.gather(*tasks)
    assert order[:2] == ["ann 0", "ben"]


class Two:
    """Two hosts, of which the owner or a failure may take some out."""

    def __init__(self) -> None:
        self.up = ["one", "two"]

    def usable(self, model: str) -> list[str]:
        del model
        return self.up

    def why_none(self, model: str) -> ModelError:
        return NoHostError(model)


async def test_rounds_are_kept_over_several_hosts():
    room = Room(Gate(hosts=Two()))
    for name in ("a1", "a2", "a3", "a4", "b1", "c1"):
        await room.call(name)
    await room.end_all()
    assert room.order == ["a1", "a2", "b1", "c1", "a3", "a4"]


async def test_a_host_more_lets_who_waits_in_and_one_less_stops_nobody():
    hosts = Two()
    hosts.up = ["one"]
    gate = Gate(hosts=hosts)
    room = Room(gate)
    for name in ("a1", "b1", "c1"):
        await room.call(name)
    hosts.up = ["one", "two"]
    gate.look_again()
    await settle()
    assert room.order == ["a1", "b1"]
    hosts.up = ["two"]
    gate.look_again()
    await settle()
    assert gate.running == 2
    await room.end("a1")
    assert room.order == ["a1", "b1"]
    await room.end_all()


async def test_who_waits_is_told_when_no_host_is_left():
    hosts = Two()
    gate = Gate(hosts=hosts)
    async with gate.place("a"), gate.place("b"):
        waiting = asyncio.create_task(gate.place("c").__aenter__())
        await settle()
        hosts.up = []
        gate.look_again()
        with pytest.raises(NoHostError):
            await waiting
        assert gate.waiting == 0


async def test_a_call_that_its_host_lost_goes_to_another_before_those_that_came_later():
    room = Room(gate := Gate(hosts=Two()))
    async with gate.place("a") as lost:
        await room.call("b1")
        await room.call("c1")
        moving = asyncio.create_task(lost.move())
        await settle()
        assert room.order == ["b1", "c1"]  # on the host that it was lost on
        await room.call("d1")
        await room.end("b1")
        assert await moving
        assert lost.host == "two"
        assert not await lost.move()  # once is enough
        assert room.order == ["b1", "c1"]
    await settle()
    assert room.order == ["b1", "c1", "d1"]
    await room.end_all()
