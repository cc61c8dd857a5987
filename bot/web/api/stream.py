"""Streamed answers: a JSON line a step, the result or the reason of failure last."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from litestar.response import Stream
from pydantic import BaseModel

from bot.web.api.errors import problem
from bot.web.api.shapes.steps import BEAT_S, Step

Tell = Callable[[Step], None]
Work = Callable[[Tell], Awaitable[BaseModel | None]]


def stream(work: Work) -> Stream:
    """Return a response of the steps that work tells, then what it returns.

    The work is cancelled when the client goes away.
    """
    return Stream(_lines(work), media_type="application/x-ndjson")


def progress(tell: Tell) -> Callable[[int, int], None]:
    """Return what tells how much is done, and of how much."""

    def tell_progress(done: int, total: int) -> None:
        tell(Step(event="progress", done=done, total=total))

    return tell_progress


async def _lines(work: Work) -> AsyncGenerator[bytes, None]:
    steps: asyncio.Queue[Step] = asyncio.Queue()
    task = asyncio.create_task(_run(work, steps.put_nowait))
    try:
        while True:
            try:
                # Not wait_for: before 3.12 it loses a cancellation that meets a step.
                async with asyncio.timeout(BEAT_S):
                    step = await steps.get()
            except TimeoutError:
                yield b"\n"
                continue
            yield step.model_dump_json(exclude_defaults=True).encode() + b"\n"
            if step.event in {"result", "error"}:
                return
    finally:
        task.cancel()


async def _run(work: Work, tell: Tell) -> None:
    try:
        result = await work(tell)
    except Exception as error:  # noqa: BLE001 - the edge of one request; `problem` logs it
        tell(Step(event="error", text=problem(error).text))
    else:
        value = None if result is None else result.model_dump(mode="json")
        tell(Step(event="result", value=value))
