"""The parts of the whole bot, at work in a test or a benchmark."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from bot.app.deskhand import Deskhand


@contextlib.asynccontextmanager
async def at_work(app: Deskhand, *, clock: bool = False) -> AsyncIterator[None]:
    """Have an app's parts at work inside the block, stopped in the server's own order and closed.

    A part that breaks is not started again, as the server would: its error is raised at the end.

    Args:
        app: Nothing of it runs yet.
        clock: Have reminders go off and documents' ends told, too.
    """
    await app.runner.recover()
    listening = [connector.run(app.reception) for connector in app.connectors.values()]
    first = [
        *listening,
        app.runner.run(),
        app.services.gate.run(),
        app.uploads.run(),
        app.questions.run(),
        app.hand_overs.run(),
        *([app.clock.run(), app.watching.run(), app.endings.run()] if clock else []),
    ]
    stages = [
        [asyncio.create_task(part) for part in stage]
        for stage in (first, [app.sender.run()], [app.platforms.run()])
    ]
    try:
        yield
    finally:
        for stage in stages:
            for task in stage:
                task.cancel()
            await asyncio.gather(*stage, return_exceptions=True)
        await app.close()
    for task in (each for stage in stages for each in stage):
        if not task.cancelled():
            task.result()


async def until(so: Callable[[], object], *, within_s: float = 60.0, look_s: float = 0.02) -> None:
    """Wait for something to be true.

    Raises:
        TimeoutError: It did not become true.
    """
    async with asyncio.timeout(within_s):
        while not so():
            await asyncio.sleep(look_s)
