"""What the simulation of many businesses and the figures of several hosts are made of."""

import numpy as np
import pytest

from tests.benchmarks.fleet import Answered
from tests.benchmarks.scale import _ratio, reuse
from tests.benchmarks.sizing import WAIT_S, _waited_s, hosts_for
from tests.fakes.paced_ollama import Read


def test_calls_wait_for_the_first_host_that_is_free_in_order():
    arrivals, durations = np.zeros(100), np.ones(100)
    assert _waited_s(arrivals, durations, 100) == 0
    # The last five of a hundred wait longer than these.
    assert _waited_s(arrivals, durations, 1) == pytest.approx(94.05)
    assert _waited_s(arrivals, durations, 50) == 1


def test_there_are_as_many_hosts_as_it_takes_and_not_one_more():
    hosts, waited_s = hosts_for(2.0, 5.0)
    assert waited_s <= WAIT_S
    # Ten would be busy all the time.
    assert 12 <= hosts <= 14
    assert hosts_for(0.001, 5.0) == (1, 0.0)
    # A thousand would be; so many share one queue that nobody waits in it.
    assert hosts_for(200.0, 5.0) == (1_112, 0.0)


def test_what_is_reused_is_told_of_the_beginnings_alone():
    assert reuse([]) == 0
    reads = [
        Read(0.0, tokens=900, beginning=600, reused=0, took_s=1.0, finished=True),
        # What it shares beyond, the same passages, nobody has kept for it.
        Read(1.0, tokens=900, beginning=600, reused=800, took_s=1.0, finished=True),
    ]
    assert reuse(reads) == 0.5


def test_a_fair_share_is_one_part_each_of_all_that_is_answered():
    # Eight people, an answer a second: eight seconds each.
    flood = [Answered(9, at / 2, 99.0) for at in range(10)]
    light = [Answered(at % 7, at / 2 + 0.25, 4.0) for at in range(10)]
    assert _ratio([*flood, *light], range(7), 0.0, 5.0) == pytest.approx(4.0 / (8 / 4))
