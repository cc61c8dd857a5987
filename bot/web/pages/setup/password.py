"""The first step: who has the set-up link gives the owner a password, which uses the link up."""

from litestar import get, post

from bot.domain.changes import Actor, By, act_as
from bot.web.access import OPEN, SESSION_COOKIE
from bot.web.arrival import let_in
from bot.web.forms import Form, read_form
from bot.web.pages.setup.steps import step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.passwords import chosen_password
from bot.web.rendering import Page, go_to
from bot.web.visitor import visitor

_REASON = "its token is what opens it"


@get("/setup", opt={OPEN: _REASON})
async def show(request: Asked, parts: Given) -> Page:
    """Show the form; looking at it, as link previews do, leaves the link as good as it was."""
    token = request.query_params.get("token", "")
    if await parts.accounts.is_setup_link(token):
        return await _form(request, parts, Form(), token)
    # Loaded again after it was used up, or opened from the browser's history.
    session = request.cookies.get(SESSION_COOKIE, "")
    if session and await parts.accounts.account(session) is not None:
        return go_to("/setup/next")
    return _no_longer_good(request, parts)


@post("/setup", opt={OPEN: _REASON})
async def save(request: Asked, parts: Given) -> Page:
    """Set the password, use the link up, and sign the owner in."""
    form = await read_form(request)
    token = form.raw("token")
    if not await parts.accounts.is_setup_link(token):
        return _no_longer_good(request, parts)
    password = chosen_password(form)
    if form.errors:
        return await _form(request, parts, form, token)
    act_as(Actor(By.LINK))
    first = not await parts.accounts.has_owner()
    owner = await parts.accounts.set_up(token, password)
    if owner is None:
        return _no_longer_good(request, parts)
    setting_up = parts.services.setting_up
    if first:
        await setting_up.begin()
    opened = await parts.accounts.let_in(owner, visitor(request))
    waiting = (await setting_up.progress()).waiting
    return let_in(request, opened, to="/setup/next" if waiting else "/overview")


async def _form(request: Asked, parts: Parts, form: Form, token: str) -> Page:
    return await step_page(request, parts, "password", form=Form(errors=form.errors), token=token)


def _no_longer_good(request: Asked, parts: Parts) -> Page:
    return parts.rendering.page(request, "setup_over.html", status=404)
