"""Promises through kills and clock jumps; an outside witness says what people saw."""

from datetime import timedelta

import pytest

from tests.crash.promise_siege import besieged

HOUR = timedelta(hours=1)


async def test_four_kills_and_a_wild_clock_lose_no_promise_and_keep_none_twice(tmp_path):
    counts = await besieged(tmp_path, kills=4, promises=80, within=HOUR, seed=1)
    assert min(counts.values()) > 0


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_thousand_promises_outlive_forty_kills_and_a_wild_clock(tmp_path):
    counts = await besieged(tmp_path, kills=40, promises=1_000, within=10 * HOUR, seed=2)
    assert min(counts.values()) > 20
