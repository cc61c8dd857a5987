"""Signing in and out."""

from litestar import get, post

from bot.web.access import OPEN, client_address, session_cookie
from bot.web.accounts import TooManyAttemptsError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, OWNER, VIEWER


@get("/sign-in", opt={OPEN: "nobody has a session before"})
async def show(request: Asked, parts: Given) -> Page:
    """Ask for the password."""
    return await _form(request, parts, Form())


@post("/sign-in", opt={OPEN: "nobody has a session before"})
async def sign_in(request: Asked, parts: Given) -> Page:
    """Open a session, with a new token each time."""
    form = await read_form(request)
    try:
        session = await parts.accounts.sign_in(
            OWNER, form.raw("password"), address=client_address(request)
        )
    except TooManyAttemptsError as error:
        form.fault("password", str(error))
        return await _form(request, parts, form, status=429)
    if session is None:
        form.fault("password", "This is not the password.")
        return await _form(request, parts, form, status=422)
    response = go_to("/overview")
    response.set_cookie(session_cookie(session, secure=request.url.scheme == "https"))
    return response


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
        form=Form(errors=form.errors),
        name=parts.services.choices.business.name,
        set_up=await parts.accounts.has_owner(),
    )
