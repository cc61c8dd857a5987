"""Who reads what, and who is who, on each platform that is connected."""

from litestar import get, post
from litestar.params import FromPath

from bot.web.forms import Form, read_form
from bot.web.pages.setup.steps import after, step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.guides import GUIDES
from bot.web.platforms.shown import keep_choices, known, names, shown
from bot.web.rendering import Page, go_to

STEP = "rooms"


@get("/setup/rooms")
async def show(request: Asked, parts: Given) -> Page:
    """Show the first platform's rooms; where none is connected, say so."""
    connected = await _connected(parts)
    if connected:
        return await _page(request, parts, connected[0], Form())
    return await step_page(request, parts, STEP, form=Form(), platform=None, others=[])


@get("/setup/rooms/{name:str}")
async def show_one(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Show one platform's rooms and people."""
    return await _page(request, parts, known(parts, name), Form())


@post("/setup/rooms/{name:str}")
async def choose(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Put what was chosen in force, and go on: to the next platform, or to the next step."""
    form = await read_form(request)
    if not await keep_choices(form, parts, known(parts, name)):
        return await _page(request, parts, name, form, chosen=True)
    connected = await _connected(parts)
    left = connected[connected.index(name) + 1 :] if name in connected else []
    if left:
        return go_to(f"/setup/rooms/{left[0]}", said="saved")
    await parts.services.setting_up.tick(STEP)
    return go_to(after(STEP))


async def _connected(parts: Parts) -> list[str]:
    """Return the platforms that have all their tokens."""
    tokens = {name: await parts.services.platforms.tokens(name) for name in names(parts)}
    return [name for name, told in tokens.items() if all(told.values())]


async def _page(
    request: Asked, parts: Parts, name: str, form: Form, *, chosen: bool = False
) -> Page:
    find = request.query_params.get("find", "")
    filled, context = await shown(parts, name, form, find=find, chosen=chosen)
    others = [(each, GUIDES[each].title) for each in await _connected(parts)]
    return await step_page(request, parts, STEP, form=filled, others=others, **context)
