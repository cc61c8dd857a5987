"""Slack and Discord: connected one after the other, each proved before its tokens are kept."""

from litestar import get, post
from litestar.params import FromPath

from bot.web.forms import Form, read_form
from bot.web.pages.setup.steps import step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.shown import known, names, shown, view_of
from bot.web.platforms.tokens import keep_tokens
from bot.web.rendering import Page, go_to

STEP = "platforms"


@get("/setup/platforms")
async def show(request: Asked, parts: Given) -> Page:
    """Show how each platform is, and lead to where it is connected."""
    platforms = [await view_of(parts, name) for name in names(parts)]
    return await step_page(request, parts, STEP, form=Form(), platforms=platforms, platform=None)


@get("/setup/platforms/{name:str}")
async def show_one(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Show each click that connects one."""
    return await _page(request, parts, known(parts, name), Form())


@post("/setup/platforms/{name:str}")
async def connect(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Take new tokens, once the platform has accepted them."""
    form = await read_form(request)
    said = await keep_tokens(form, parts, known(parts, name))
    if not said:
        return await _page(request, parts, name, form)
    await parts.services.setting_up.tick(STEP)
    return go_to(f"/setup/platforms/{name}", said=said)


async def _page(request: Asked, parts: Parts, name: str, form: Form) -> Page:
    filled, context = await shown(parts, name, form)
    return await step_page(request, parts, STEP, form=filled, platforms=[], **context)
