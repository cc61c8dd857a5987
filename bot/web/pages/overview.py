"""The overview: whether people can reach it, what waits, what went wrong, how the month was."""

from datetime import datetime, time, timedelta

from litestar import get

from bot.upkeep.health import ready
from bot.web import usual
from bot.web.chart import chart
from bot.web.imports_waiting import imports_waiting
from bot.web.pages.setup.steps import step_name
from bot.web.parts import Asked, Given
from bot.web.reach import reach
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, VIEWER
from bot.web.services import Services
from bot.web.troubles import troubles

# More nobody sees to from here; all of them stand on a page of their own.
MAX_HAND_OVERS = 10


@get("/", opt={FOR: VIEWER})
async def home() -> Page:
    """Lead to the overview."""
    return go_to("/overview")


@get("/overview", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """Show everything but the parts' health, which is proved after the page is there."""
    services = parts.services
    month = await services.figures.month()
    hand_overs = await services.hand_overs.open(limit=MAX_HAND_OVERS + 1)
    setting_up = await services.setting_up.progress()
    return parts.rendering.page(
        request,
        "overview.html",
        reach=reach(parts, parts.proofs.last),
        troubles=await troubles(parts),
        business=services.choices.business,
        month=month,
        chart=chart(month.days),
        hand_overs=hand_overs[:MAX_HAND_OVERS],
        more_wait=len(hand_overs) > MAX_HAND_OVERS,
        open_questions=await services.questions.count(),
        follow_ups=await services.follow_ups.due_between(*_today(services)),
        documents=await services.knowledge.documents_count(),
        endings=await services.endings.near(),
        imports_waiting=await imports_waiting(parts),
        model=services.choices.model.name,
        day_of_year=parts.sentences.day_of_year,
        setting_up=setting_up,
        setting_up_at=step_name(setting_up.open_step) if setting_up.waiting else "",
        open_ones=await usual.open_ones(services.knowledge),
    )


@get("/overview/health", opt={FOR: VIEWER})
async def health(request: Asked, parts: Given) -> Page:
    """Prove every part, and show a row each, those that work folded where all is a piece of a page.

    It is a whole page where there is no script.
    """
    rows = await parts.proofs.rows(fresh="fresh" in request.query_params)
    whole = "hx-request" not in request.headers
    return parts.rendering.page(
        request,
        "health.html" if whole else "_health_proved.html",
        rows=rows,
        whole=whole,
        ready=ready(rows),
        reach=reach(parts, rows),
    )


def _today(services: Services) -> tuple[datetime, datetime]:
    """Return when today began where the business is, and when it ends."""
    calendar = services.calendar()
    today = calendar.day(services.now())
    begins, ends = (
        datetime.combine(day, time(), tzinfo=calendar.zone)
        for day in (today, today + timedelta(days=1))
    )
    return begins, ends
