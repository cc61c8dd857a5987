"""The second factor of one's own account: begun, proved, taken off."""

from collections.abc import Sequence

import segno
from litestar import get, post
from markupsafe import Markup

from bot.web.attempts import TooManyAttemptsError
from bot.web.forms import Form, read_form
from bot.web.pages.account import page as account_page
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, VIEWER
from bot.web.second_factor import app_address
from bot.web.visitor import visitor

_PIXELS_A_SQUARE = 5
_SECRET_GROUP_CHARS = 4


@post("/account/second-factor/begin", opt={FOR: VIEWER})
async def begin(request: Asked, parts: Given) -> Page:
    """Make the secret for an authenticator app, once the password is shown."""
    form = await read_form(request)
    if not await _proved(request, parts, form):
        return await account_page(request, parts, form)
    factors = parts.accounts.second_factors
    if await factors.since(request.user.account_id) is not None:
        return go_to("/account", said="already-done")
    await factors.propose(request.user.account_id)
    return go_to("/account/second-factor")


@get("/account/second-factor", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """Show the secret as a square and as words, until a code has proved it."""
    return await _square(request, parts, Form())


@post("/account/second-factor", opt={FOR: VIEWER})
async def confirm(request: Asked, parts: Given) -> Page:
    """Put it in force, and show the recovery codes this once; all other sessions end."""
    form = await read_form(request)
    account = request.user
    codes = await parts.accounts.second_factors.confirm(account.account_id, form.text("code"))
    if not codes:
        form.fault("code", _("This is not the code: type the one that the app shows now."))
        return await _square(request, parts, form)
    await parts.accounts.end_others(account, request.auth)
    return _codes(request, parts, codes)


@post("/account/second-factor/remove", opt={FOR: VIEWER})
async def take_off(request: Asked, parts: Given) -> Page:
    """Ask for no code any more, once the password is shown."""
    form = await read_form(request)
    if not await _proved(request, parts, form):
        return await account_page(request, parts, form)
    await parts.accounts.second_factors.take_off(request.user.account_id)
    return go_to("/account", said="second-factor-off")


@post("/account/recovery-codes", opt={FOR: VIEWER})
async def fresh_codes(request: Asked, parts: Given) -> Page:
    """Replace the recovery codes, once the password is shown."""
    form = await read_form(request)
    if not await _proved(request, parts, form):
        return await account_page(request, parts, form)
    factors = parts.accounts.second_factors
    if await factors.since(request.user.account_id) is None:
        return go_to("/account")
    return _codes(request, parts, await factors.fresh_codes(request.user.account_id))


async def _proved(request: Asked, parts: Parts, form: Form) -> bool:
    """Return whether the password was typed, noting it where it was not."""
    try:
        if await parts.accounts.proves(request.user, form.raw("proof"), visitor(request)):
            return True
    except TooManyAttemptsError as error:
        form.fault("proof", str(error))
    form.fault("proof", _("This is not your password."))
    return False


async def _square(request: Asked, parts: Parts, form: Form) -> Page:
    account = request.user
    secret = await parts.accounts.second_factors.proposed(account.account_id)
    if not secret:
        return go_to("/account")
    business = parts.services.choices.business.name
    address = app_address(
        secret, name=account.name, business=f"Deskhand {business}" if business else "Deskhand"
    )
    groups = range(0, len(secret), _SECRET_GROUP_CHARS)
    return parts.rendering.page(
        request,
        "second_factor.html",
        status=422 if form.errors else 200,
        form=Form(errors=form.errors),
        square=Markup(  # noqa: S704 - drawn by the library: of squares, and no words
            segno.make(address, micro=False).svg_inline(
                scale=_PIXELS_A_SQUARE, dark="#000", light="#fff"
            )
        ),
        secret=" ".join(secret[start : start + _SECRET_GROUP_CHARS] for start in groups),
    )


def _codes(request: Asked, parts: Parts, codes: Sequence[str]) -> Page:
    return parts.rendering.page(request, "recovery_codes.html", codes=codes)
