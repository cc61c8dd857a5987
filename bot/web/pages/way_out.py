"""What left this box. For the owner only."""

from datetime import timedelta

from litestar import get

from bot.web.access import owner_only
from bot.web.parts import Asked, Given
from bot.web.rendering import Page

SHOWN = timedelta(days=7)


@get("/way-out", guards=[owner_only])
async def show(request: Asked, parts: Given) -> Page:
    """List the hosts that were spoken to in the last days, and those that were refused."""
    services = parts.services
    problem, left = "", None
    try:
        left = await services.way_out.left(services.now() - SHOWN)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    return parts.rendering.page(
        request,
        "way_out.html",
        watched=services.way_out.watched,
        spoken_to=[each for each in left.hosts if each.opened] if left else [],
        tried=[each for each in left.hosts if not each.opened] if left else [],
        unread=left.unread if left else 0,
        problem=problem,
        days=SHOWN.days,
    )
