"""Two processes on one PostgreSQL keep promises that an outside witness judges."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from tests.crash.promise_siege import besieged
from tests.fakes.postgresql import new_database


@pytest.mark.timeout(1_200)
async def test_a_thousand_promises_are_kept_once_by_two_processes_that_are_killed(
    tmp_path, request
):
    server = request.config.option.postgresql
    if not server:
        pytest.skip("two processes need a PostgreSQL: script/test --scale")
    with contextlib.ExitStack() as stack:
        url = await asyncio.to_thread(stack.enter_context, new_database(server))
        counts = await besieged(
            tmp_path,
            kills=40,
            promises=1_000,
            within=timedelta(hours=10),
            seed=3,
            database_url=url,
            processes=2,
        )
    assert min(counts.values()) > 20
