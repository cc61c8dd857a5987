"""The business: name, contact, place, language, hours with exceptions."""

from litestar import get, post

from bot.language.territories import territory_of
from bot.web import business_form
from bot.web.forms import Form, read_form
from bot.web.pages import business
from bot.web.pages.setup.steps import after, step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

STEP = "business"


@get("/setup/business")
async def show(request: Asked, parts: Given) -> Page:
    """Show the facts as they are; the country of the zone is the first guess for the holidays."""
    facts = parts.services.choices.business
    typed = business_form.typed(facts)
    if not facts.name:
        typed["region"] = typed["region"] or territory_of(facts.zone)
    return await _form(request, parts, Form(typed))


@post("/setup/business")
async def save(request: Asked, parts: Given) -> Page:
    """Put the facts in force and go on, or say beside each field what does not fit."""
    form = await read_form(request)
    form.required("name", _("What do people call you?"))
    if form.errors or not await business.put(form, parts):
        return await _form(request, parts, form)
    await parts.services.setting_up.tick(STEP)
    return go_to(after(STEP))


async def _form(request: Asked, parts: Parts, form: Form) -> Page:
    return await step_page(request, parts, STEP, form=form, **business.offered(parts))
