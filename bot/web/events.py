"""Server-sent events: one way, text, as browsers read them (html.spec.whatwg.org, 9.2)."""

import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextvars import ContextVar

from litestar.response import ServerSentEvent, ServerSentEventMessage


def event(name: str, **fields: str | int | bool) -> ServerSentEventMessage:
    """Return one event whose data are a JSON object."""
    told: Mapping[str, str | int | bool] = fields
    return ServerSentEventMessage(event=name, data=json.dumps(told))


Allowed = Callable[[], Awaitable[bool]]
_allowed: ContextVar[Allowed] = ContextVar("allowed")


def only_while(allowed: Allowed) -> None:
    """Have whatever this request streams end before the first event that is not allowed."""
    _allowed.set(allowed)


def stream(events: AsyncGenerator[ServerSentEventMessage, None]) -> ServerSentEvent:
    """Return a response that sends events as they come; closing it closes their source.

    It ends with the session that asked for it, as `only_while` was told.
    """
    return ServerSentEvent(
        _while_allowed(events, _allowed.get()),
        headers={"Cache-Control": "no-store"},
        status_code=200,
    )


async def _while_allowed(
    events: AsyncGenerator[ServerSentEventMessage, None], allowed: Allowed
) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(events):
        async for each in events:
            if not await allowed():
                return
            yield each
