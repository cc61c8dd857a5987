"""Which call goes next, and to which host."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_calls import EndedCall, ModelCall, Standing, Wish
from bot.llm.dispatch import OVERTAKEN, Dispatch
from bot.llm.errors import ModelError, ModelMissingError
from bot.llm.record import MEASURED_CALLS, CallRecord

NOW_S = 1_000.0


class Hosts:
    """Hosts that may all be called, but for a model that some lack."""

    def __init__(self, *names: str, lacking: tuple[str, ...] = ()) -> None:
        self.names = names
        self.lacking = lacking

    def usable(self, model: str) -> list[str]:
        return [name for name in self.names if not model or name not in self.lacking]

    def why_none(self, model: str) -> ModelError:
        return ModelMissingError(model)


def record(*, stayed_s: float = 0.0, moved_s: float = 0.0, **call_s: float) -> CallRecord:
    made = CallRecord()
    for host, took_s in call_s.items():
        made.add(*[EndedCall(host, took_s)] * MEASURED_CALLS)
    for _ in range(5 if moved_s else 0):
        made.add(EndedCall("a", call_s["a"], stayed_s, stayed=True))
        made.add(EndedCall("b", call_s["b"], moved_s, stayed=False))
    return made


def waiting(number: int, conversation: str = "", *, model: str = "", only: str = "") -> ModelCall:
    wish = Wish(f"person {number}", conversation, model, only)
    return ModelCall(number, wish, 1, NOW_S)


def running(host: str, *, for_s: float) -> ModelCall:
    return ModelCall(0, Wish("somebody"), 0, 0.0, host, NOW_S - for_s)


def decided(dispatch: Dispatch, calls, busy=(), **kept: str):
    decision = dispatch.decide(Standing(calls, busy, kept), NOW_S)
    return [(call.number, host) for call, host in decision.admitted], decision.again_s


def test_calls_that_come_together_go_to_a_host_each():
    dispatch = Dispatch(Hosts("a", "b", "c"), CallRecord(), slots=1)
    admitted, _ = decided(dispatch, [waiting(n) for n in range(1, 5)])
    assert admitted == [(1, "a"), (2, "b"), (3, "c")]


def test_a_call_waits_for_a_fast_host_rather_than_take_a_slow_one():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=50), slots=1)
    admitted, again_s = decided(dispatch, [waiting(1)], [running("a", for_s=4)])
    assert (admitted, again_s) == ([], pytest.approx(6))


def test_a_call_takes_a_slow_host_when_the_fast_one_has_many_before_it():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=50), slots=1)
    calls = [waiting(number) for number in range(1, 8)]
    admitted, _ = decided(dispatch, calls, [running("a", for_s=4)])
    assert admitted == [(5, "b")]  # 6 + 4 * 10 + 10 s there, 50 s here


def test_a_conversation_goes_on_where_its_prompt_was_read():
    dispatch = Dispatch(Hosts("a", "b"), CallRecord(), slots=1)
    assert decided(dispatch, [waiting(1, "x")], x="b")[0] == [(1, "b")]


def test_a_conversation_waits_for_its_host_while_that_costs_less_than_it_saves():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10, stayed_s=1, moved_s=8), slots=1)
    nearly_done, begun = [running("a", for_s=5)], [running("a", for_s=1)]
    assert decided(dispatch, [waiting(1, "x")], nearly_done, x="a") == ([], pytest.approx(5))
    assert decided(dispatch, [waiting(1, "x")], begun, x="a")[0] == [(1, "b")]


def test_who_waits_for_a_host_counts_with_those_that_wait_for_it_before():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10, stayed_s=1, moved_s=8), slots=1)
    busy = [running("a", for_s=5)]
    admitted, _ = decided(dispatch, [waiting(1, "x"), waiting(2, "y")], busy, x="a", y="a")
    assert admitted == [(2, "b")]


def test_where_staying_saves_nothing_nobody_waits_for_it():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10, stayed_s=8, moved_s=8), slots=1)
    assert decided(dispatch, [waiting(1, "x")], [running("a", for_s=9)], x="a")[0] == [(1, "b")]


def test_who_waits_for_a_host_leaves_the_free_one_to_the_next():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10, stayed_s=1, moved_s=8), slots=1)
    calls = [waiting(1, "x"), waiting(2)]
    assert decided(dispatch, calls, [running("a", for_s=8)], x="a")[0] == [(2, "b")]


def test_a_call_that_is_long_overdue_is_not_waited_for_for_ever():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10, stayed_s=1, moved_s=8), slots=1)
    late = [running("a", for_s=13)]
    hung = [running("a", for_s=30)]
    assert decided(dispatch, [waiting(1, "x")], late, x="a") == ([], pytest.approx(3))
    assert decided(dispatch, [waiting(1, "x")], hung, x="a")[0] == [(1, "b")]


def test_newcomers_spread_over_hosts_that_are_about_as_fast():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=11), slots=1)
    one_by_one = [decided(dispatch, [waiting(number)])[0][0][1] for number in range(1, 5)]
    assert one_by_one == ["a", "b", "a", "b"]


def test_a_host_that_lacks_the_model_gets_no_call_of_it():
    dispatch = Dispatch(Hosts("a", "b", lacking=("a",)), CallRecord(), slots=1)
    calls = [waiting(1, model="m"), waiting(2, model="m"), waiting(3)]
    assert decided(dispatch, calls)[0] == [(1, "b"), (3, "a")]


def test_a_call_for_one_host_waits_for_it_and_one_that_was_lost_goes_elsewhere():
    dispatch = Dispatch(Hosts("a", "b"), CallRecord(), slots=1)
    lost = waiting(2)
    lost.lost = "a"
    busy = [running("a", for_s=1)]
    assert decided(dispatch, [waiting(1, only="a"), lost], busy)[0] == [(2, "b")]


@given(
    st.lists(st.sampled_from(["", "x", "y", "z"]), max_size=12),
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 40)), max_size=9),
    st.integers(1, 3),
    st.dictionaries(st.sampled_from("xyz"), st.sampled_from("abc")),
    st.dictionaries(st.sampled_from("abc"), st.floats(0.1, 60)),
)
def test_no_host_gets_more_than_its_slots_and_nobody_waits_for_nothing(
    conversations, busy, slots, kept, call_s
):
    dispatch = Dispatch(Hosts("a", "b", "c"), record(**call_s), slots=slots)
    calls = [waiting(number, each) for number, each in enumerate(conversations)]
    runs = [running(host, for_s=for_s) for host, for_s in busy]
    decision = dispatch.decide(Standing(calls, runs, kept), NOW_S)
    load = dict.fromkeys("abc", 0)
    for host in [call.host for call in runs] + [host for _, host in decision.admitted]:
        load[host] += 1
    assert all(load[host] <= slots for _, host in decision.admitted)
    left_out = len(calls) - len(decision.admitted)
    if left_out and any(count < slots for count in load.values()):
        assert decision.again_s is not None
        assert 0 < decision.again_s < math.inf


def test_of_a_round_who_has_read_its_prompt_on_a_free_host_goes_there_first():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10), slots=1)
    calls = [waiting(1, "x"), waiting(2, "y"), waiting(3)]
    busy = [running("a", for_s=1)]
    assert decided(dispatch, calls, busy, x="a", y="b")[0] == [(2, "b")]
    calls[1].turn = 2
    calls = [calls[0], calls[2], calls[1]]
    assert decided(dispatch, calls, busy, x="a", y="b")[0] == [(1, "b")]


def test_no_more_than_those_that_came_next_go_before_a_call_of_its_round():
    dispatch = Dispatch(Hosts("a", "b"), record(a=10, b=10), slots=1)
    busy = [running("a", for_s=1)]
    for number, goes in ((2 * OVERTAKEN, 2 * OVERTAKEN), (2 * OVERTAKEN + 1, 1)):
        calls = [waiting(1, "x"), waiting(number, "y")]
        assert decided(dispatch, calls, busy, x="a", y="b")[0] == [(goes, "b")]
