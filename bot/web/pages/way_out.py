"""What left this box. For the owner only."""

from datetime import timedelta

from litestar import get

from bot.web.parts import Asked, Given
from bot.web.platforms.guides import GUIDES
from bot.web.rendering import Page

SHOWN = timedelta(days=7)


@get("/way-out")
async def show(request: Asked, parts: Given) -> Page:
    """Say what is open, and which hosts were spoken to in the last days or were refused."""
    services = parts.services
    problem, left, web_hosts = "", None, []
    try:
        web_hosts = await services.way_out.web_hosts()
        left = await services.way_out.left(services.now() - SHOWN)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    return parts.rendering.page(
        request,
        "way_out.html",
        watched=services.way_out.watched,
        let_out=[GUIDES[name].title for name in services.platforms.let_out],
        web_hosts=web_hosts,
        spoken_to=[each for each in left.hosts if each.opened] if left else [],
        tried=[each for each in left.hosts if not each.opened] if left else [],
        unread=left.unread if left else 0,
        problem=problem,
        days=SHOWN.days,
    )
