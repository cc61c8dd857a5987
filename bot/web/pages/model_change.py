"""Before another model answers: how both do on the owner's questions."""

from litestar import get, post

from bot.web.parts import Asked, Given
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.trial_views import beside, in_words, percent


@get("/model/change")
async def show(request: Asked, parts: Given) -> Page:
    """Show how far the trial is, or what came of it, and ask."""
    proposal = parts.model_change.proposed
    if proposal is None:
        return go_to("/model")
    state = parts.trying.last
    comparison = proposal.comparison
    return parts.rendering.page(
        request,
        "model_change.html",
        name=proposal.name or _("no model"),
        now=parts.services.choices.model.name or _("no model"),
        rows=await beside(parts, comparison) if comparison else [],
        worse=comparison.worse if comparison else False,
        under_way=parts.trying.under_way,
        words=in_words(state) if state else "",
        percent=percent(state) if state else 0,
    )


@post("/model/change/use")
async def use(parts: Given) -> Page:
    """Let the model answer from the next question on."""
    return go_to("/model", said="saved" if await parts.model_change.use() else "already-done")


@post("/model/change/keep")
async def keep(parts: Given) -> Page:
    """Keep the one before."""
    return go_to("/model", said="kept" if await parts.model_change.keep() else "already-done")
