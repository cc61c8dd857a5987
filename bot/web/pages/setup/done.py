"""The end: what is set, what was put off, and what comes next."""

from litestar import get

from bot.upkeep import demo
from bot.upkeep.set_up import STEPS
from bot.web import usual
from bot.web.forms import Form
from bot.web.pages.setup.steps import step_page
from bot.web.parts import Asked, Given
from bot.web.platforms.shown import names, view_of
from bot.web.rendering import Page

STEP = STEPS[-1]


@get("/setup/done")
async def show(request: Asked, parts: Given) -> Page:
    """Show what is set, with a link to each step."""
    services = parts.services
    await services.setting_up.tick(STEP)
    return await step_page(
        request,
        parts,
        STEP,
        form=Form(),
        business=services.choices.business,
        model=services.choices.model.name,
        model_away=services.model.status.ok is False,
        known=await services.knowledge.documents_count(),
        sample=len(await demo.sample_of(services.knowledge)),
        open_ones=await usual.open_ones(services.knowledge),
        platforms=[await view_of(parts, name) for name in names(parts)],
    )
