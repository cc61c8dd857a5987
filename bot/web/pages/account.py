"""One's own account: how one reads, the password, and where one is signed in."""

from zoneinfo import available_timezones

from litestar import get, post

from bot.language.preference import own_name
from bot.web.accounts import mark_of
from bot.web.arrival import carrying
from bot.web.attempts import TooManyAttemptsError
from bot.web.business_form import zones
from bot.web.colleagues import NameRefusedError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.passwords import chosen_password
from bot.web.reader import gettext as _
from bot.web.reader import languages
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, OWNER, VIEWER
from bot.web.visitor import visitor


@get("/account", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """Show what is chosen, and where one is signed in."""
    return await page(request, parts, Form())


@post("/account", opt={FOR: VIEWER})
async def save(request: Asked, parts: Given) -> Page:
    """Keep how one is called and reads."""
    form = await read_form(request)
    account = request.user
    shown_name = account.shown_name
    if account.role == OWNER and form.text("shown_name") != account.shown_name:
        try:
            shown_name = form.text("shown_name") and await parts.accounts.colleagues.check_name(
                form.text("shown_name"), besides=account
            )
        except NameRefusedError as error:
            form.fault("shown_name", str(error))
    language, zone = form.text("language"), form.text("zone")
    if language and language not in languages():
        form.fault("language", _("Choose one of the list."))
    if zone and zone not in available_timezones():
        form.fault("zone", _("There is no such zone: choose one of the list."))
    if form.errors:
        return await page(request, parts, form)
    await parts.services.entrance.accounts.set_reading(
        account.account_id,
        shown_name=shown_name,
        language=language,
        zone=zone,
        now=parts.services.now(),
    )
    return go_to("/account", said="saved")


@post("/account/password", opt={FOR: VIEWER})
async def change_password(request: Asked, parts: Given) -> Page:
    """Change the password; all other sessions end, and this one goes on by a new token."""
    form = await read_form(request)
    password = chosen_password(form)
    if form.errors:
        return await page(request, parts, form)
    try:
        opened = await parts.accounts.change_password(
            request.user, form.raw("old"), password, visitor(request)
        )
    except TooManyAttemptsError as error:
        form.fault("old", str(error))
        return await page(request, parts, form, status=429)
    if opened is None:
        form.fault("old", _("This is not your password."))
        return await page(request, parts, form)
    return carrying(request, opened, go_to("/account", said="password-changed"))


@post("/account/sessions/end", opt={FOR: VIEWER})
async def end_session(request: Asked, parts: Given) -> Page:
    """End one of one's sessions."""
    mark = (await read_form(request)).text("mark")
    ended = await parts.accounts.end_session(request.user, mark)
    return go_to("/account", said="session-ended" if ended else "already-done")


@post("/account/sessions/end-others", opt={FOR: VIEWER})
async def end_others(request: Asked, parts: Given) -> Page:
    """End all of one's sessions but this one."""
    ended = await parts.accounts.end_others(request.user, request.auth)
    return go_to("/account", said="sessions-ended", count=ended)


async def page(request: Asked, parts: Parts, form: Form, *, status: int = 422) -> Page:
    """Return the page; `status` is that of a form with something wrong in it."""
    account = request.user
    chosen = {"shown_name": account.shown_name, "language": account.language, "zone": account.zone}
    return parts.rendering.page(
        request,
        "account.html",
        status=status if form.errors else 200,
        form=Form(chosen | dict(form.values), errors=form.errors),
        account=account,
        languages=[(each, own_name(each)) for each in languages()],
        zones=zones(),
        business_zone=parts.services.choices.business.zone,
        sessions=await parts.accounts.sessions(account),
        this=mark_of(request.auth),
        second_factor=await parts.accounts.second_factors.since(account.account_id),
        codes_left=await parts.accounts.second_factors.codes_left(account.account_id),
    )
