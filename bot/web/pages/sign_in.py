"""Signing in and out."""

from litestar import get, post

from bot.web.access import OPEN, SESSION_COOKIE, session_cookie
from bot.web.accounts import SessionOverError
from bot.web.arrival import let_in
from bot.web.attempts import TooManyAttemptsError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, OWNER, VIEWER
from bot.web.visitor import visitor

_REASON = "nobody has a session before"


@get("/sign-in", opt={OPEN: _REASON})
async def show(request: Asked, parts: Given) -> Page:
    """Ask for the password, and for the name where there are others than the owner."""
    return await _form(request, parts, Form())


@post("/sign-in", opt={OPEN: _REASON})
async def sign_in(request: Asked, parts: Given) -> Page:
    """Open a session, with a new token each time."""
    form = await read_form(request)
    several = await parts.accounts.several()
    name = form.text("name") or ("" if several else OWNER)
    try:
        opened = await parts.accounts.sign_in(name, form.raw("password"), visitor(request))
    except TooManyAttemptsError as error:
        form.fault("password", str(error))
        return await _form(request, parts, form, status=429)
    if opened is None:
        form.fault(
            "password",
            _("Name and password do not fit.") if several else _("This is not the password."),
        )
        return await _form(request, parts, form, status=422)
    return let_in(request, opened)


@get("/sign-in/code", opt={OPEN: _REASON})
async def ask_code(request: Asked, parts: Given) -> Page:
    """Ask for the second factor's code."""
    return parts.rendering.page(request, "sign_in_code.html")


@post("/sign-in/code", opt={OPEN: _REASON})
async def prove_code(request: Asked, parts: Given) -> Page:
    """Open the session that waits for a code, by a new token."""
    form = await read_form(request)
    token = request.cookies.get(SESSION_COOKIE, "")
    try:
        opened = await parts.accounts.finish(token, form.text("code"), visitor(request))
    except SessionOverError:
        return go_to("/sign-in", said="sign-in-again")
    except TooManyAttemptsError as error:
        form.fault("code", str(error))
        return parts.rendering.page(request, "sign_in_code.html", status=429, form=form)
    if opened is None:
        form.fault("code", _("This is not the code, or it was used already: type the next one."))
        return parts.rendering.page(request, "sign_in_code.html", status=422, form=form)
    return let_in(request, opened)


@post("/sign-out", opt={FOR: VIEWER})
async def sign_out(request: Asked, parts: Given) -> Page:
    """End the session of whoever asks."""
    await parts.accounts.sign_out(request.scope["auth"])
    response = go_to("/sign-in", said="signed-out")
    response.set_cookie(session_cookie("", secure=request.url.scheme == "https"))
    return response


async def _form(request: Asked, parts: Parts, form: Form, *, status: int = 200) -> Page:
    return parts.rendering.page(
        request,
        "sign_in.html",
        status=status,
        form=Form({"name": form.text("name")}, errors=form.errors),
        name=parts.services.choices.business.name,
        set_up=await parts.accounts.has_owner(),
        several=await parts.accounts.several(),
    )
