"""How what it knows is found: words that mean the same, and ways to ask drafted by the model."""

from litestar import get, post

from bot.choices import InvalidSettingError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to


@get("/knowledge/finding")
async def show(request: Asked, parts: Given) -> Page:
    """Show what is chosen."""
    chosen = parts.services.choices.knowledge
    values = {
        "synonyms": "\n".join(", ".join(group) for group in chosen.synonyms),
        "more_ways": "yes" if chosen.more_ways else "",
    }
    return _form(request, parts, Form(values))


@post("/knowledge/finding")
async def choose(request: Asked, parts: Given) -> Page:
    """Keep what the form holds; it is in force from the next question on."""
    form = await read_form(request)
    chosen = parts.services.choices.knowledge.model_dump(mode="json")
    chosen["synonyms"] = groups(form.text("synonyms"))
    chosen["more_ways"] = bool(form.text("more_ways"))
    try:
        await parts.services.choices.set("knowledge", chosen)
    except InvalidSettingError as error:
        form.errors["synonyms"] = str(error).partition(": ")[2]
        return _form(request, parts, form)
    return go_to("/knowledge/finding", said="saved")


def groups(text: str) -> list[list[str]]:
    """Return the groups in a text: one a line, its words and phrases parted by commas."""
    lines = ([each.strip() for each in line.split(",")] for line in text.splitlines())
    return [kept for line in lines if (kept := [each for each in line if each])]


def _form(request: Asked, parts: Parts, form: Form) -> Page:
    return parts.rendering.page(
        request, "finding.html", status=422 if form.errors else 200, form=form
    )
