"""The chat platforms: how each is, how it is connected, and how the bot behaves there."""

import asyncio
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.choices import InvalidSettingError
from bot.inbox.platforms import State, Tokens
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms import form as platform_form
from bot.web.platforms.guides import GUIDES, links
from bot.web.platforms.memory import Told
from bot.web.platforms.view import View, view
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from connectors.errors import ConnectorError, PermissionMissingError

# Signing in is two or three requests; nobody waits longer for a form.
TRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying tokens.

    Attributes:
        signed_in_as: As whom and where, "" when they do not do.
        lacking: The tokens are accepted; this is missing besides.
        error: Why they do not do.
    """

    signed_in_as: str = ""
    lacking: str = ""
    error: str = ""


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
    return await _page(request, parts, _known(parts, name), Form())


@get("/platforms/{name:str}/state")
async def state(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Show how a platform is; a page that is open asks for this again and again."""
    shown = await _view(parts, _known(parts, name))
    return parts.rendering.page(request, "_platform_state.html", platform=shown, again=True)


@post("/platforms/{name:str}")
async def connect(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Take new tokens, once the platform has accepted them."""
    services, form = parts.services, await read_form(request)
    guide = GUIDES[_known(parts, name)]
    names = [each for each in services.platforms.token_names(name) if not _fixed(parts, each)]
    new = platform_form.tokens(form, guide, names)
    stored = await services.platforms.tokens(name)
    tokens = {**stored, **new}
    for missing in (each for each in names if not tokens[each]):
        form.fault(missing, _("Paste it here."))
    if form.errors:
        return await _page(request, parts, name, form)
    tried = await _tried(parts, name, tokens)
    # What is accepted but lacks a permission is stored when there is nothing better: Discord shows
    # a token once, and the bot can be invited only after that.
    if tried.error or (tried.lacking and all(stored.values())):
        form.fault("tokens", platform_form.without(tried.error or tried.lacking, tokens))
        return await _page(request, parts, name, form)
    for each, token in new.items():
        await services.keep_token(each, token)
    parts.platform_memory.signed_in(name, tried.signed_in_as, lacking=tried.lacking)
    services.platforms.change(name)
    return go_to(f"/platforms/{name}", said="token-lacks" if tried.lacking else "token-kept")


@post("/platforms/{name:str}/choices")
async def choose(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Put what was chosen for a platform in force."""
    form = await read_form(request)
    choices = parts.services.choices
    told = platform_form.read(form, GUIDES[_known(parts, name)], choices.platform(name))
    if not form.errors:
        try:
            await choices.set(name, told)
        except InvalidSettingError as error:
            form.fault(*_fault(str(error)))
    if form.errors:
        return await _page(request, parts, name, form, chosen=True)
    return go_to(f"/platforms/{name}", said="saved")


@post("/platforms/{name:str}/switch")
async def switch(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Switch a platform on or off."""
    form = await read_form(request)
    on = form.text("on") == "yes"
    await parts.services.choices.set(f"{_known(parts, name)}.on", on)
    back = "/platforms" if form.text("back") == "all" else f"/platforms/{name}"
    return go_to(back, said="switched-on" if on else "switched-off")


@post("/platforms/{name:str}/again")
async def try_again(name: FromPath[str], parts: Given) -> Page:
    """Connect anew at once, in place of when it is next tried."""
    parts.services.platforms.change(_known(parts, name))
    return go_to(f"/platforms/{name}")


@get("/platforms/{name:str}/forget")
async def confirm_forgetting(name: FromPath[str], request: Asked, parts: Given) -> Page:
    """Ask whether the tokens are really to be forgotten."""
    title = GUIDES[_known(parts, name)].title
    return parts.rendering.page(request, "platform_forget.html", name=name, title=title)


@post("/platforms/{name:str}/forget")
async def forget(name: FromPath[str], parts: Given) -> Page:
    """Forget a platform's tokens, which disconnects it."""
    services = parts.services
    for each in services.platforms.token_names(_known(parts, name)):
        if not _fixed(parts, each):
            await services.keep_token(each, "")
    parts.platform_memory.forget(name)
    services.platforms.change(name)
    return go_to(f"/platforms/{name}", said="tokens-forgotten")


async def _tried(parts: Parts, name: str, tokens: Tokens) -> Tried:
    try:
        with parts.services.platforms.trying(name, tokens) as platform:
            async with asyncio.timeout(TRY_S):
                return Tried(await platform.check())
    except TimeoutError:
        title = GUIDES[name].title
        return Tried(
            error=_("{platform} did not answer within {seconds} seconds. Try again.").format(
                platform=title, seconds=f"{TRY_S:.0f}"
            )
        )
    except PermissionMissingError as error:
        return Tried(lacking=explained(error))
    except ConnectorError as error:
        return Tried(error=explained(error))


async def _overview(request: Asked, parts: Parts, form: Form) -> Page:
    services = parts.services
    sentences = services.phrasebook.sentences(services.choices.business.language)
    return parts.rendering.page(
        request,
        "platforms.html",
        status=422 if form.errors else 200,
        form=form,
        platforms=[await _view(parts, name) for name in services.platforms.names if name in GUIDES],
        own_words=sentences.introduction(services.choices.business.name),
    )


async def _page(
    request: Asked, parts: Parts, name: str, form: Form, *, chosen: bool = False
) -> Page:
    """Show a platform; of what was typed only choices come back, never tokens."""
    services = parts.services
    choice = services.choices.platform(name)
    tokens = await services.platforms.tokens(name)
    told = await _told(parts, name)
    find = request.query_params.get("find", "")
    found = platform_form.lines(told.rooms, choice, find=find)
    shown = platform_form.fitting(found, choice)
    typed = platform_form.typed(choice, shown)
    if chosen:
        typed |= {"joins_threads": ""} | dict(form.values)
    return parts.rendering.page(
        request,
        "platform.html",
        status=422 if form.errors else 200,
        form=Form(typed, form.errors),
        platform=await _view(parts, name),
        links=await links(name, tokens),
        tokens=[(each, bool(tokens[each]), _fixed(parts, each)) for each in tokens],
        rooms=shown,
        left_out=len(found) - len(shown),
        all_rooms=platform_form.lines(told.rooms, choice),
        find=find,
        problem=platform_form.without(told.problem, tokens) if _is_on(parts, name) else "",
        chosen=chosen,
    )


async def _told(parts: Parts, name: str) -> Told:
    """Return what a platform tells now, what it told last while it is not connected."""
    platform = parts.services.platforms.connected(name)
    if platform is None or not _is_on(parts, name):
        return parts.platform_memory.last(name)
    return await parts.platform_memory.ask(name, platform)


def _is_on(parts: Parts, name: str) -> bool:
    return parts.services.platforms.status(name).state is State.ON


async def _view(parts: Parts, name: str) -> View:
    services = parts.services
    on = services.choices.platform(name).on
    return await view(services.platforms, parts.platform_memory, name, on=on)


def _known(parts: Parts, name: str) -> str:
    if name not in GUIDES or name not in parts.services.platforms.names:
        raise NotFoundException
    return name


def _fixed(parts: Parts, token_name: str) -> bool:
    return token_name in parts.services.fixed_tokens


def _fault(sentence: str) -> tuple[str, str]:
    """Return the field a setting's error is about, and the error.

    It begins with "slack.staff: " or "slack.rooms.C1.audience: ".
    """
    place, _, told = sentence.partition(": ")
    _, field, *inside = place.split(".")
    return ("-".join(reversed(inside)) if inside and field == "rooms" else field), told
