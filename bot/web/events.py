"""Server-sent events: one way, text, as browsers read them (html.spec.whatwg.org, 9.2)."""

import json
from collections.abc import AsyncIterator, Mapping

from litestar.response import ServerSentEvent, ServerSentEventMessage


def event(name: str, **fields: str | int | bool) -> ServerSentEventMessage:
    """Return one event whose data are a JSON object."""
    told: Mapping[str, str | int | bool] = fields
    return ServerSentEventMessage(event=name, data=json.dumps(told))


def stream(events: AsyncIterator[ServerSentEventMessage]) -> ServerSentEvent:
    """Return a response that sends events as they come; closing it closes their source."""
    return ServerSentEvent(events, headers={"Cache-Control": "no-store"}, status_code=200)
