"""The chat platforms: how each is, how it is connected, and how the bot behaves there."""

from litestar import get, post
from litestar.params import FromPath

from bot.choices import InvalidSettingError
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms import form as platform_form
from bot.web.platforms.guides import GUIDES
from bot.web.platforms.shown import keep_choices, known, names, shown, view_of
from bot.web.platforms.tokens import is_fixed, keep_tokens
from bot.web.rendering import Page, go_to


@get("/platforms")
async def show_all(request: Asked, parts: Given) -> Page:
    """Show how each platform is."""
    typed = platform_form.typed_manners(parts.services.choices.manners)
    return await _overview(request, parts, Form(typed))


@post("/platforms")
async def save_manners(request: Asked, parts: Given) -> Page:
    """Put the manners in force on every platform."""
    form = await read_form(request)
    told = platform_form.read_manners(form)
    if not form.errors:
        try:
            await parts.services.choices.set("manners", told)
        except InvalidSettingError as error:
            place, _, sentence = str(error).partition(": ")
            form.fault(place.removeprefix("manners."), sentence)
    if form.errors:
        return await _overview(request, parts, form)
    return go_to("/platforms", said="saved")


@get("/platforms/{name:str}")
async def show(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Show one platform: how to connect it, and what was chosen for it."""
    return await _page(request, parts, known(parts, name), Form())


@get("/platforms/{name:str}/state")
async def state(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Show how a platform is; a page that is open asks for this again and again."""
    platform = await view_of(parts, known(parts, name))
    setting_up = "setup" in request.query_params
    return parts.rendering.page(
        request, "_platform_state.html", platform=platform, again=True, setting_up=setting_up
    )


@post("/platforms/{name:str}")
async def connect(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Take new tokens, once the platform has accepted them."""
    form = await read_form(request)
    said = await keep_tokens(form, parts, known(parts, name))
    if not said:
        return await _page(request, parts, name, form)
    return go_to(f"/platforms/{name}", said=said)


@post("/platforms/{name:str}/choices")
async def choose(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Put what was chosen for a platform in force."""
    form = await read_form(request)
    if not await keep_choices(form, parts, known(parts, name)):
        return await _page(request, parts, name, form, chosen=True)
    return go_to(f"/platforms/{name}", said="saved")


@post("/platforms/{name:str}/switch")
async def switch(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Switch a platform on or off."""
    form = await read_form(request)
    on = form.text("on") == "yes"
    await parts.services.choices.set(f"{known(parts, name)}.on", on)
    back = "/platforms" if form.text("back") == "all" else f"/platforms/{name}"
    return go_to(back, said="switched-on" if on else "switched-off")


@post("/platforms/{name:str}/again")
async def try_again(name: FromPath[str], parts: Given) -> Page:
    """Connect anew at once, in place of when it is next tried."""
    parts.services.platforms.change(known(parts, name))
    return go_to(f"/platforms/{name}")


@get("/platforms/{name:str}/forget")
async def confirm_forgetting(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Ask whether the tokens are really to be forgotten."""
    title = GUIDES[known(parts, name)].title
    return parts.rendering.page(request, "platform_forget.html", name=name, title=title)


@post("/platforms/{name:str}/forget")
async def forget(name: FromPath[str], parts: Given) -> Page:
    """Forget a platform's tokens, which disconnects it."""
    services = parts.services
    for each in services.platforms.token_names(known(parts, name)):
        if not is_fixed(parts, each):
            await services.keep_token(each, "")
    parts.platform_memory.forget(name)
    services.platforms.change(name)
    return go_to(f"/platforms/{name}", said="tokens-forgotten")


async def _overview(request: Asked, parts: Parts, form: Form) -> Page:
    services = parts.services
    sentences = services.phrasebook.sentences(services.choices.business.language)
    return parts.rendering.page(
        request,
        "platforms.html",
        status=422 if form.errors else 200,
        form=form,
        platforms=[await view_of(parts, name) for name in names(parts)],
        own_words=sentences.introduction(services.choices.business.name),
    )


async def _page(
    request: Asked, parts: Parts, name: str, form: Form, *, chosen: bool = False
) -> Page:
    find = request.query_params.get("find", "")
    filled, context = await shown(parts, name, form, find=find, chosen=chosen)
    status = 422 if form.errors else 200
    return parts.rendering.page(request, "platform.html", status=status, form=filled, **context)
