"""The link a colleague was invited by: they choose their password and are in."""

from litestar import get, post

from bot.domain.changes import Actor, By, act_as
from bot.storage.accounts import Account
from bot.web.access import OPEN
from bot.web.arrival import let_in
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.passwords import chosen_password
from bot.web.rendering import Page
from bot.web.visitor import visitor

_REASON = "its token is what opens it"


@get("/invitation", opt={OPEN: _REASON})
async def show(request: Asked, parts: Given) -> Page:
    """Ask for a password; looking at it leaves the link as good as it was."""
    token = request.query_params.get("token", "")
    account = await parts.accounts.colleagues.invited(token)
    if account is None:
        return _no_longer_good(request, parts)
    return await _form(request, parts, Form(), token, account)


@post("/invitation", opt={OPEN: _REASON})
async def accept(request: Asked, parts: Given) -> Page:
    """Set the password, use the link up, and sign the colleague in."""
    form = await read_form(request)
    token = form.raw("token")
    invited = await parts.accounts.colleagues.invited(token)
    if invited is None:
        return _no_longer_good(request, parts)
    password = chosen_password(form)
    if form.errors:
        return await _form(request, parts, form, token, invited)
    act_as(Actor(By.ACCOUNT, invited.name))
    account = await parts.accounts.colleagues.accept(token, password)
    if account is None:
        return _no_longer_good(request, parts)
    opened = await parts.accounts.let_in(account, visitor(request))
    return let_in(request, opened, said="welcome-colleague")


async def _form(request: Asked, parts: Parts, form: Form, token: str, account: Account) -> Page:
    owner = await parts.accounts.owner()
    business = parts.services.choices.business.name
    return parts.rendering.page(
        request,
        "invitation.html",
        status=422 if form.errors else 200,
        form=form,
        token=token,
        account=account,
        host=", ".join(filter(None, (owner.shown_name if owner else "", business))),
    )


def _no_longer_good(request: Asked, parts: Parts) -> Page:
    return parts.rendering.page(request, "invitation_over.html", status=404)
