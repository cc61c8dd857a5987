"""The overview: what works, what waits, what was said today."""

from datetime import datetime, time

from litestar import get

from bot.upkeep.health import ready
from bot.web.imports_waiting import imports_waiting
from bot.web.parts import Asked, Given
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, VIEWER
from bot.web.services import Services

MAX_HAND_OVERS = 100


@get("/", opt={FOR: VIEWER})
async def home() -> Page:
    """Lead to the overview."""
    return go_to("/overview")


@get("/overview", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """Show everything but the parts' health, which is proved after the page is there."""
    services = parts.services
    return parts.rendering.page(
        request,
        "overview.html",
        business=services.choices.business,
        counts=await services.answers.counts(since=_midnight(services)),
        hand_overs=await services.hand_overs.open(limit=MAX_HAND_OVERS),
        open_questions=await services.questions.count(),
        follow_ups=len(await services.follow_ups.waiting()),
        documents=len(await services.knowledge.documents()),
        endings=await services.endings.near(),
        imports_waiting=await imports_waiting(parts),
        model=services.choices.model.name,
    )


@get("/overview/health", opt={FOR: VIEWER})
async def health(request: Asked, parts: Given) -> Page:
    """Prove every part, and show a row each; a whole page where there is no script."""
    rows = await parts.proofs.rows(fresh="fresh" in request.query_params)
    whole = "hx-request" not in request.headers
    return parts.rendering.page(
        request, "health.html" if whole else "_health.html", rows=rows, ready=ready(rows)
    )


def _midnight(services: Services) -> datetime:
    """Return when today began where the business is."""
    zone = services.calendar().zone
    return datetime.combine(services.now().astimezone(zone).date(), time(), tzinfo=zone)
