"""Everything that is the business's own, to take along and to bring in. For the owner only."""

import contextlib
from collections.abc import AsyncGenerator

from litestar import Response, get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.domain.changes import What
from bot.upkeep.transfer import Parcel
from bot.web.api.transfer import MEDIA_TYPE, received_shown, shown
from bot.web.api.wording import came_in, held, named
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.imports import Import
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained, number
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.trial_views import asked
from knowledge.errors import UnreadableError
from knowledge.zipped import MAX_ZIP_BYTES

# The largest file that is read, and room for the form around it.
MAX_BODY_BYTES = MAX_ZIP_BYTES + 1_000_000
SHORT_S = 5.0  # what was decided on is mostly in by then


@get("/knowledge/export")
async def export(parts: Given) -> Response[bytes]:
    """Give everything as one file to keep."""
    services = parts.services
    content = await services.transfer.pack()
    today = services.calendar().day(services.now())
    name = f"deskhand-knowledge-{today.isoformat()}.zip"
    return Response(
        content,
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/knowledge/import")
async def show(request: Asked, parts: Given) -> Page:
    """Ask for an export, or show how far the one under way is."""
    return await _form(request, parts, Form())


@post("/knowledge/import", request_max_body_size=MAX_BODY_BYTES)
async def look(request: Asked, parts: Given) -> Page:
    """Say what is in an export and what it would replace, and ask."""
    form = await read_form(request)
    content = form.files[0].content if form.files else b""
    if not content:
        form.errors["file"] = _("Choose a file first.")
        return await _form(request, parts, form)
    try:
        token, parcel = await parts.imports.look(content)
    except UnreadableError as error:
        form.errors["file"] = _("{why} Nothing was changed.").format(why=explained(error))
        return await _form(request, parts, form)
    return _question(request, parts, token, parcel)


@post("/knowledge/import/start")
async def start(request: Asked, parts: Given) -> Page:
    """Begin to take in what was looked through."""
    form = await read_form(request)
    begun = parts.imports.start(
        form.text("token"),
        alone=form.text("replace") == "yes",
        with_settings=form.text("settings") == "yes",
    )
    if not begun and not parts.imports.under_way:
        form.errors["file"] = _(
            "That was too long ago: choose the file again. Nothing was changed."
        )
        return await _form(request, parts, form)
    return go_to("/knowledge/import")


@post("/knowledge/import/decide")
async def decide(request: Asked, parts: Given) -> Page:
    """Let what waits take effect, or leave everything as it is."""
    take = (await read_form(request)).text("do") == "take"
    if not parts.imports.decide(take=take):
        return go_to("/knowledge", said="already-done")
    origin, now = parts.imports.origin, parts.services.now()
    await parts.services.changes.decided(What.IMPORT, origin, take=take, at=now)
    await parts.imports.arrived(within_s=SHORT_S)
    return go_to("/knowledge/import")


@get("/knowledge/import/progress")
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where the import is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.imports.watch()) as states:
        async for state in states:
            name = "ended" if state.ended or state.waiting else "progress"
            yield event(name, text=_words(state), percent=_percent(state))


def _words(state: Import) -> str:
    if state.received is not None:
        return came_in(received_shown(state.received))
    if state.total and state.done == state.total and not state.error:
        return _("All is read.")
    return state.error or _("Reading: {done} of {total}.").format(
        done=number(state.done), total=number(state.total)
    )


def _percent(state: Import) -> int:
    return 100 * state.done // state.total if state.total else 0


def _question(request: Asked, parts: Parts, token: str, parcel: Parcel) -> Page:
    told = shown(parcel)
    return parts.rendering.page(
        request,
        "import_question.html",
        token=token,
        held=held(told),
        parcel=told,
        named=named,
    )


async def _form(request: Asked, parts: Parts, form: Form) -> Page:
    last = parts.imports.last
    return parts.rendering.page(
        request,
        "import.html",
        status=422 if form.errors else 200,
        form=form,
        max_bytes=MAX_ZIP_BYTES,
        state=last,
        under_way=parts.imports.under_way,
        asked=await asked(parts, last.waiting if last else None),
        words=_words(last) if last else "",
        percent=_percent(last) if last else 0,
    )
