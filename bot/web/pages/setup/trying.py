"""The first answer: asked as a customer or as staff, by the way that everybody's questions go."""

from litestar import get

from bot.web import usual
from bot.web.forms import Form
from bot.web.pages import test_chat
from bot.web.pages.setup.steps import step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page

STEP = "try"
MAX_SUGGESTED = 3


@get("/setup/try")
async def show(request: Asked, parts: Given) -> Page:
    """Show a conversation, with a few questions it knows to begin with."""
    context = await test_chat.shown(request, parts)
    bubbles = context["bubbles"]
    if bubbles:
        await parts.services.setting_up.tick(STEP)
    return await step_page(
        request,
        parts,
        STEP,
        form=Form(),
        suggested=[] if bubbles else await _suggested(parts),
        **context,
    )


async def _suggested(parts: Parts) -> list[str]:
    """Return questions that are answered for sure: of the twelve first, then of any entry."""
    services = parts.services
    entries = await services.knowledge.public_entries(
        services.calendar().day(services.now()), limit=MAX_SUGGESTED, first=usual.ORIGIN
    )
    return [entry.title for entry in entries]
