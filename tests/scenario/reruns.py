"""Turns whose end cannot be stored the first time, so that they run once more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.conversations import Turn
from bot.storage.errors import DiskFullError
from bot.storage.turns import TurnRows
from tests.fakes.parts import until
from tests.scenario.room import FakeClock


async def run_twice(
    monkeypatch: pytest.MonkeyPatch,
    app: Deskhand,
    clock: FakeClock,
    asking: Awaitable[object],
    between: Callable[[], Awaitable[object]],
) -> object:
    """Return what is answered to who asks, by the second run of their turn.

    Args:
        monkeypatch: Fails the first end.
        app: The bot.
        clock: Its clock.
        asking: Waits for the answer.
        between: What happens between the runs.
    """
    finish, failed = TurnRows.finish, list[int]()

    async def fails_once(self: TurnRows, turn: Turn, *rest: object, **more: object) -> object:
        if not failed:
            failed.append(turn.turn_id)
            raise DiskFullError("The disk is full.")
        return await finish(self, turn, *rest, **more)

    monkeypatch.setattr(TurnRows, "finish", fails_once)
    task = asyncio.ensure_future(asking)
    await until(lambda: failed)
    await between()
    while not task.done():
        clock.go(seconds=2)
        app.runner.wake()
        await asyncio.sleep(0.05)
    return await task
