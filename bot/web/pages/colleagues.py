"""Those who use the page beside the owner: invited, given a role, taken away."""

from urllib.parse import quote, urlsplit

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.storage.accounts import Account
from bot.web.colleagues import INVITATION_LIFE, MAX_COLLEAGUES, NameRefusedError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, VIEWER

_GIVEN = (EDITOR, VIEWER)
# By these names a computer speaks of itself: nobody else gets there by them.
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@get("/colleagues")
async def show(request: Asked, parts: Given) -> Page:
    """List them, and ask for one more."""
    return await _page(request, parts, Form({"role": EDITOR}))


@post("/colleagues")
async def invite(request: Asked, parts: Given) -> Page:
    """Invite somebody, and show the link this once."""
    form = await read_form(request)
    role = _role(form)
    if len(await parts.accounts.colleagues.all()) >= MAX_COLLEAGUES:
        form.fault("name", _("{count} are the most.").format(count=MAX_COLLEAGUES))
    if role is None or form.errors:
        return await _page(request, parts, form)
    try:
        token = await parts.accounts.colleagues.invite(form.text("name"), role)
    except NameRefusedError as error:
        form.fault("name", str(error))
        return await _page(request, parts, form)
    return await _page(request, parts, Form({"role": EDITOR}), token, form.text("name"))


@post("/colleagues/{account_id:int}/link")
async def invite_again(request: Asked, parts: Given, account_id: FromPath[int]) -> Page:
    """Make a fresh link for somebody, and show it this once."""
    account = await _colleague(parts, account_id)
    token = await parts.accounts.colleagues.invite_again(account)
    return await _page(request, parts, Form({"role": EDITOR}), token, account.name)


@post("/colleagues/{account_id:int}/role")
async def set_role(request: Asked, parts: Given, account_id: FromPath[int]) -> Page:
    """Give somebody another role; they are signed out everywhere."""
    account = await _colleague(parts, account_id)
    form = await read_form(request)
    role = _role(form)
    if role is None:
        return await _page(request, parts, form)
    if role == account.role:
        return go_to("/colleagues", said="kept")
    await parts.accounts.colleagues.set_role(account, role)
    return go_to("/colleagues", said="role-changed")


@get("/colleagues/{account_id:int}/remove")
async def confirm_removal(request: Asked, parts: Given, account_id: FromPath[int]) -> Page:
    """Ask whether somebody is really to go."""
    account = await _colleague(parts, account_id)
    return parts.rendering.page(request, "colleague_remove.html", account=account)


@post("/colleagues/{account_id:int}/remove")
async def remove(parts: Given, account_id: FromPath[int]) -> Page:
    """Take somebody away; they are signed out at once."""
    await parts.accounts.colleagues.remove(await _colleague(parts, account_id))
    return go_to("/colleagues", said="colleague-removed")


async def _colleague(parts: Parts, account_id: int) -> Account:
    account = await parts.accounts.colleagues.get(account_id)
    if account is None:
        raise NotFoundException
    return account


def _role(form: Form) -> str | None:
    role = form.text("role")
    if role in _GIVEN:
        return role
    form.fault("role", _("Choose what they may do."))
    return None


async def _page(
    request: Asked, parts: Parts, form: Form, token: str = "", invited: str = ""
) -> Page:
    link = parts.address.link(request, f"/invitation?token={quote(token)}") if token else ""
    return parts.rendering.page(
        request,
        "colleagues.html",
        status=422 if form.errors else 200,
        form=form,
        colleagues=await parts.accounts.colleagues.all(),
        link=link,
        invited=invited,
        hours=int(INVITATION_LIFE.total_seconds()) // 3600,
        here_alone=urlsplit(link).hostname in _OWN_NAMES,
    )
