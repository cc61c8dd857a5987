"""What was said, by conversation: listed, looked through, and one of them whole."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.domain.conversations import Kind
from bot.domain.listed import Listed
from bot.web import conversation_filter
from bot.web.events import event, stream
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import ngettext, reader
from bot.web.rendering import Page
from bot.web.roles import FOR, VIEWER

# Answers that come faster are told together.
PAUSE_S = 1.0


@get("/conversations", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List conversations, last answered first, a page at a time."""
    services = parts.services
    form = conversation_filter.typed(request.query_params)
    before = request.query_params.get("before", "")
    # Before the rows are read: what comes in between is told of twice rather than never.
    since = services.arrivals.count
    wanted = conversation_filter.read(form, before, _zone(parts))
    listed = Listed() if wanted is None else await services.conversations.listed(wanted)
    older = None if listed.older is None else str(listed.older)
    places = await services.conversations.places()
    return parts.rendering.page(
        request,
        "conversations.html",
        status=422 if form.errors else 200,
        listed=listed,
        form=form,
        narrowed=conversation_filter.narrowed(form),
        first_page=not before,
        first=conversation_filter.address(form),
        older=conversation_filter.address(form, before=older) if older else "",
        since=since,
        kinds=[kind.value for kind in Kind],
        places=places,
        rooms={f"{each.platform}/{each.channel}" for each in places},
        names=await services.conversations.names(),
    )


@get("/conversations/{conversation_id:int}", opt={FOR: VIEWER})
async def show_one(request: Asked, parts: Given, conversation_id: FromPath[int]) -> Page:
    """Show what was said in one conversation, its last part or the one before another."""
    before = request.query_params.get("before", "")
    conversed = await parts.services.conversed.one(
        conversation_id, before=int(before[:12]) if before.isdecimal() else None
    )
    if conversed is None:
        raise NotFoundException
    hidden = Counter(each.kind for each in conversed.said if each.kept_back and each.kind)
    return parts.rendering.page(
        request, "conversation.html", conversed=conversed, first_page=not before, hidden=hidden
    )


@get("/conversations/arrivals", opt={FOR: VIEWER})
async def listen(request: Asked, parts: Given) -> ServerSentEvent | Response[None]:
    """Stream how many answers came since a count, each time as `arrived` with its words.

    Nobody is asked to try again while too many listen: the page is the same without.
    """
    since = request.query_params.get("since", "")
    if parts.services.arrivals.full:
        return Response(None, status_code=204)
    return stream(_arrived(parts, int(since[:12]) if since.isdecimal() else 0))


async def _arrived(parts: Parts, since: int) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.services.arrivals.watch(since)) as counts:
        async for count in counts:
            yield event("arrived", text=_told(count))
            await asyncio.sleep(PAUSE_S)


def _told(count: int) -> str:
    return ngettext("{n} new answer: show it", "{n} new answers: show them", count).format(n=count)


def _zone(parts: Parts) -> ZoneInfo:
    return reader().zone or parts.services.calendar().zone
