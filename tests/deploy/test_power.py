"""Power cuts, judged from outside by who was promised something."""

import random
import time

import pytest

from tests.deploy.conftest import Stack
from tests.deploy.witness import PATIENCE_S, Witness, assert_each_is_kept_once

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(3_600)]

CUTS = 20
SEED = 7


def test_twenty_power_cuts_lose_no_promise_and_make_none_twice(stack: Stack):
    lot = random.Random(SEED)
    confirmed: list[str] = []
    number = 0
    stack.up("up before power cuts")
    for _ in range(CUTS):
        witness = Witness(stack, number)
        assert witness.was_promised.wait(PATIENCE_S)
        time.sleep(lot.uniform(0, 8))
        stack.compose("kill", "-s", "KILL")
        number = witness.stop()
        confirmed += witness.confirmed
        stack.up("up after a power cut")
    assert len(confirmed) >= CUTS
    assert_each_is_kept_once(stack, confirmed)
