"""What the owner tells about the business."""

from litestar import get, post

from bot.business.facts import WEEKDAYS
from bot.web import business_form
from bot.web.forms import Form, read_form
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
    if not await put(form, parts):
        return _form(request, parts, form)
    return go_to("/business", said="saved")


async def put(form: Form, parts: Parts) -> bool:
    """Put the facts of a form in force; False, with the form's errors, where they do not fit."""
    choices = parts.services.choices
    facts = business_form.read(form, choices.business)
    if facts is None:
        return False
    await choices.set("business", facts.model_dump(mode="json"))
    return True


def offered(parts: Parts) -> dict[str, object]:
    """Return what the form's fields offer, for its template."""
    return {
        "days": [
            (business_form.hours_field(day), parts.sentences.weekday(number))
            for number, day in enumerate(WEEKDAYS)
        ],
        "zones": business_form.zones(),
        "regions": business_form.regions_offered(parts.services.choices.business),
        "languages": parts.services.phrasebook.languages,
    }


def _form(request: Asked, parts: Parts, form: Form) -> Page:
    return parts.rendering.page(
        request,
        "business.html",
        status=422 if form.errors else 200,
        form=form,
        **offered(parts),
    )
