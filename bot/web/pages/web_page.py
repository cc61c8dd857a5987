"""A page of the web given to the knowledge by its address, and whether that is allowed at all."""

from litestar import get, post

from bot.web.about_form import readers_of, ticked
from bot.web.forms import Form, read_form
from bot.web.pages.upload import OTHERS, SHORT_S
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.rooms import rooms_of
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from bot.web.web_pages import read_page
from knowledge.errors import UnreadableError
from knowledge.readers.files import Reading

MAX_URL_CHARS = 2_000


@get("/knowledge/web-page", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """Ask for an address, or first whether addresses may be asked at all."""
    return await _form(request, parts, Form())


@post("/knowledge/web-page", opt={FOR: EDITOR})
async def add(request: Asked, parts: Given) -> Page:
    """Add what the page at an address says."""
    form = await read_form(request)
    url = form.required("url", _("Write the page's address, like: https://example.com/faq."))
    readers = readers_of(form)
    reading = Reading(())
    if readers is not None and not form.errors:
        try:
            reading = await read_page(parts.services, url[:MAX_URL_CHARS], readers)
        except UnreadableError as error:
            form.errors["url"] = _("{why} Nothing was added.").format(why=explained(error))
    if form.errors:
        return await _form(request, parts, form)
    state = await parts.intake.start(
        list(reading), reading.notes, origin=url[:MAX_URL_CHARS], wait_s=SHORT_S
    )
    if state is None or state.error:
        form.errors["url"] = state.error if state else _(OTHERS)
        return await _form(request, parts, form)
    if not state.ended:
        return go_to("/knowledge/upload")
    if reading.notes:
        return await _form(request, parts, Form(), reading)
    return go_to("/knowledge", said="uploaded", count=len(reading))


@post("/knowledge/web-page/switch")
async def switch(request: Asked, parts: Given) -> Page:
    """Allow pages to be fetched, or no longer."""
    form = await read_form(request)
    await parts.services.choices.set("knowledge.web_pages", bool(form.text("on")))
    return go_to("/knowledge/web-page", said="saved")


async def _form(request: Asked, parts: Parts, form: Form, added: Reading | None = None) -> Page:
    return parts.rendering.page(
        request,
        "web_page.html",
        status=422 if form.errors else 200,
        form=form,
        on=parts.services.choices.knowledge.web_pages,
        added=len(added) if added else 0,
        notes=added.notes if added else (),
        rooms=await rooms_of(parts, ticked(form)),
    )
