"""People who want a person: who waits, who has them, how it ended, and how it goes."""

from litestar import get, post
from litestar.params import FromPath

from bot.web import hand_overs_form
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR, VIEWER

MAX_OPEN = 100
MAX_ENDED = 50


@get("/hand-overs", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List those that are open, oldest first, and those that have ended, the last first."""
    choice = parts.services.choices.hand_overs
    return await _page(request, parts, Form(hand_overs_form.typed(choice)))


@post("/hand-overs")
async def choose(request: Asked, parts: Given) -> Page:
    """Put in force how conversations are handed over."""
    form = await read_form(request)
    choice = hand_overs_form.read(form)
    if choice is None:
        return await _page(request, parts, form)
    await parts.services.choices.set("hand_overs", choice.model_dump(mode="json"))
    return go_to("/hand-overs", said="saved")


@post("/hand-overs/{hand_over_id:int}/done", opt={FOR: EDITOR})
async def seen_to(hand_over_id: FromPath[int], parts: Given) -> Page:
    """Take one that waits off the list."""
    done = await parts.services.hand_overs.done(hand_over_id)
    return go_to("/hand-overs", said="hand-over-done" if done else "already-done")


@post("/hand-overs/{hand_over_id:int}/back", opt={FOR: EDITOR})
async def give_back(hand_over_id: FromPath[int], parts: Given) -> Page:
    """Give a conversation that a colleague has back to the bot."""
    given = await parts.services.hand_overs.given_back(hand_over_id)
    return go_to("/hand-overs", said="hand-over-back" if given else "already-done")


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    hand_overs = parts.services.hand_overs
    return parts.rendering.page(
        request,
        "hand_overs.html",
        status=422 if form.errors else 200,
        waiting=await hand_overs.open(limit=MAX_OPEN),
        ended=await hand_overs.ended(limit=MAX_ENDED),
        business=parts.services.choices.business.name,
        form=form,
    )
