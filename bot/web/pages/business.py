"""What the owner tells about the business."""

from litestar import get, post

from bot.business.facts import WEEKDAYS
from bot.web import business_form
from bot.web.forms import Form, read_form
from bot.web.pages.setup import zones
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to


@get("/business")
async def show(request: Asked, parts: Given) -> Page:
    """Show the facts as they are."""
    return _form(request, parts, Form(business_form.typed(parts.services.choices.business)))


@post("/business")
async def save(request: Asked, parts: Given) -> Page:
    """Put the facts in force, or say beside each field what does not fit."""
    form = await read_form(request)
    choices = parts.services.choices
    facts = business_form.read(form, choices.business)
    if facts is None:
        return _form(request, parts, form)
    await choices.set("business", facts.model_dump(mode="json"))
    return go_to("/business", said="saved")


def _form(request: Asked, parts: Parts, form: Form) -> Page:
    return parts.rendering.page(
        request,
        "business.html",
        status=422 if form.errors else 200,
        form=form,
        days=[
            (business_form.hours_field(day), parts.sentences.weekday(number))
            for number, day in enumerate(WEEKDAYS)
        ],
        zones=zones(),
        languages=parts.services.phrasebook.languages,
    )
