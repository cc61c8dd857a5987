"""One platform as its pages show it, and what is chosen for it."""

from litestar.exceptions import NotFoundException

from bot.choices import InvalidSettingError
from bot.inbox.platforms import State
from bot.web.forms import Form
from bot.web.parts import Parts
from bot.web.platforms import form as platform_form
from bot.web.platforms.guides import GUIDES, links
from bot.web.platforms.memory import Told
from bot.web.platforms.tokens import is_fixed
from bot.web.platforms.view import View, view


async def shown(
    parts: Parts, name: str, form: Form, *, find: str = "", chosen: bool = False
) -> tuple[Form, dict[str, object]]:
    """Return the form as a template shows it, and all else that it shows of a platform.

    Args:
        parts: The page's parts.
        name: The platform's.
        form: What was typed; only choices of it come back, never tokens.
        find: Part of the names of the rooms to show; "" for all.
        chosen: The form is that of the choices.
    """
    services = parts.services
    choice = services.choices.platform(name)
    tokens = await services.platforms.tokens(name)
    told = await _told(parts, name)
    found = platform_form.lines(told.rooms, choice, find=find)
    rooms = platform_form.fitting(found, choice)
    typed = platform_form.typed(choice, rooms)
    if chosen:
        typed |= {"joins_threads": ""} | dict(form.values)
    return Form(typed, form.errors), {
        "platform": await view_of(parts, name),
        "links": await links(name, tokens),
        "tokens": [(each, bool(tokens[each]), is_fixed(parts, each)) for each in tokens],
        "rooms": rooms,
        "left_out": len(found) - len(rooms),
        "all_rooms": platform_form.lines(told.rooms, choice),
        "find": find,
        "problem": platform_form.without(told.problem, tokens) if _is_on(parts, name) else "",
        "chosen": chosen,
    }


async def keep_choices(form: Form, parts: Parts, name: str) -> bool:
    """Put what a form chooses in force; False, with the form's errors, where it does not fit."""
    choices = parts.services.choices
    told = platform_form.read(form, GUIDES[name], choices.platform(name))
    if not form.errors:
        try:
            await choices.set(name, told)
        except InvalidSettingError as error:
            form.fault(*_fault(str(error)))
    return not form.errors


async def view_of(parts: Parts, name: str) -> View:
    """Return how a platform is just now."""
    services = parts.services
    on = services.choices.platform(name).on
    return await view(services.platforms, parts.platform_memory, name, on=on)


def names(parts: Parts) -> list[str]:
    """Return the platforms there are, in order."""
    return [name for name in parts.services.platforms.names if name in GUIDES]


def known(parts: Parts, name: str) -> str:
    """Return a platform's name out of an address.

    Raises:
        NotFoundException: There is none of this name.
    """
    if name not in names(parts):
        raise NotFoundException
    return name


async def _told(parts: Parts, name: str) -> Told:
    """Return what a platform tells now, what it told last while it is not connected."""
    platform = parts.services.platforms.connected(name)
    if platform is None or not _is_on(parts, name):
        return parts.platform_memory.last(name)
    return await parts.platform_memory.ask(name, platform)


def _is_on(parts: Parts, name: str) -> bool:
    return parts.services.platforms.status(name).state is State.ON


def _fault(sentence: str) -> tuple[str, str]:
    """Return the field a setting's error is about, and the error.

    It begins with "slack.staff: " or "slack.rooms.C1.audience: ".
    """
    place, _, told = sentence.partition(": ")
    _, field, *inside = place.split(".")
    return ("-".join(reversed(inside)) if inside and field == "rooms" else field), told
