"""The set-up link: the owner's password, and what the business is called."""

from zoneinfo import available_timezones

from litestar import get, post

from bot.domain.changes import Actor, By, act_as
from bot.web import business_form
from bot.web.access import OPEN
from bot.web.arrival import let_in
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.passwords import chosen_password
from bot.web.rendering import Page
from bot.web.visitor import visitor

_REASON = "its token is what opens it"


@get("/setup", opt={OPEN: _REASON})
async def show(request: Asked, parts: Given) -> Page:
    """Show the form; looking at it, as link previews do, leaves the link as good as it was."""
    token = request.query_params.get("token", "")
    if not await parts.accounts.is_setup_link(token):
        return _no_longer_good(request, parts)
    return _form(request, parts, Form(business_form.typed(parts.services.choices.business)), token)


@post("/setup", opt={OPEN: _REASON})
async def save(request: Asked, parts: Given) -> Page:
    """Set the password, use the link up, and sign the owner in."""
    form = await read_form(request)
    token = form.raw("token")
    if not await parts.accounts.is_setup_link(token):
        return _no_longer_good(request, parts)
    password = chosen_password(form)
    facts = business_form.read(form, parts.services.choices.business)
    if facts is None or form.errors:
        return _form(request, parts, form, token)
    act_as(Actor(By.LINK))
    owner = await parts.accounts.set_up(token, password)
    if owner is None:
        return _no_longer_good(request, parts)
    await parts.services.choices.set("business", facts.model_dump(mode="json"))
    opened = await parts.accounts.let_in(owner, visitor(request))
    return let_in(request, opened, said="welcome")


def _form(request: Asked, parts: Parts, form: Form, token: str) -> Page:
    return parts.rendering.page(
        request,
        "setup.html",
        status=422 if form.errors else 200,
        form=form,
        token=token,
        zones=zones(),
    )


def _no_longer_good(request: Asked, parts: Parts) -> Page:
    return parts.rendering.page(request, "setup_over.html", status=404)


def zones() -> list[str]:
    """Return the zones people live in, in order: "Africa/Abidjan" to "Pacific/Wallis", and UTC."""
    return [*sorted(name for name in available_timezones() if _is_place(name)), "UTC"]


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
