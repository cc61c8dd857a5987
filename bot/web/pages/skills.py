"""What it can do beside answering: tools and skills, each of which can be turned off."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.choices import InvalidSettingError
from bot.skills.errors import ChangedError, InvalidSkillError, NoSkillError
from bot.skills.filling import GROUP
from bot.skills.service import SkillState
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.skill_views import files_shown, questions_shown
from bot.web.tool_views import tools_shown


@get("/skills")
async def show(request: Asked, parts: Given) -> Page:
    """List the skills and the tools."""
    services = parts.services
    return parts.rendering.page(
        request,
        "skills.html",
        skills=await services.skills.all(),
        folder=str(services.skills.folder),
        tools=tools_shown(services.tools, parts.sentences),
    )


@post("/tools/{name:str}")
async def switch_tool(request: Asked, parts: Given, name: FromPath[str]) -> Page:
    """Turn a tool on or off."""
    on = (await read_form(request)).text("do") == "on"
    if not await parts.services.tools.switch(name, on=on):
        raise NotFoundException
    return go_to("/skills", said="tool-on" if on else "tool-off")


@get("/skills/{name:str}")
async def show_one(request: Asked, parts: Given, name: FromPath[str]) -> Page:
    """Show all that a skill is, before it is turned on."""
    return _page(request, parts, await _state(parts, name), _form(parts, name))


@post("/skills/{name:str}/approve")
async def approve(request: Asked, parts: Given, name: FromPath[str]) -> Page:
    """Turn a skill on as it was shown."""
    form = await read_form(request)
    try:
        await parts.services.skills.approve(name, form.text("hash"))
    except NoSkillError as error:
        raise NotFoundException from error
    except ChangedError:
        wrong = _("Its files have changed since you looked: see below what they are now.")
    except InvalidSkillError as error:
        wrong = str(error)
    else:
        return go_to("/skills", said="skill-on")
    return _page(request, parts, await _state(parts, name), _form(parts, name), wrong=wrong)


@post("/skills/{name:str}/off")
async def turn_off(parts: Given, name: FromPath[str]) -> Page:
    """Turn a skill off."""
    was_on = await parts.services.skills.turn_off(name)
    return go_to("/skills", said="skill-off" if was_on else "already-done")


@post("/skills/{name:str}/lead-days")
async def save_lead_days(request: Asked, parts: Given, name: FromPath[str]) -> Page:
    """Set how many business days ahead the date in a skill's form must be."""
    state = await _state(parts, name)
    form = await read_form(request)
    typed = form.text("lead_days")
    days = {key: each for key, each in _lead_days(parts).items() if key != name}
    try:
        if typed:
            days[name] = int(typed)
        await parts.services.choices.set(f"{GROUP}.lead_days", dict(days))
    except (ValueError, InvalidSettingError):
        form.fault("lead_days", _("Write a number of days, from 0 to 365."))
        return _page(request, parts, state, form)
    return go_to(f"/skills/{name}", said="saved")


async def _state(parts: Parts, name: str) -> SkillState:
    try:
        return await parts.services.skills.get(name)
    except NoSkillError as error:
        raise NotFoundException from error


def _lead_days(parts: Parts) -> dict[str, int]:
    told = parts.services.choices.get(f"{GROUP}.lead_days")
    return (
        {name: each for name, each in told.items() if isinstance(each, int)}
        if isinstance(told, dict)
        else {}
    )


def _form(parts: Parts, name: str) -> Form:
    days = _lead_days(parts).get(name)
    return Form({"lead_days": "" if days is None else str(days)})


def _page(request: Asked, parts: Parts, state: SkillState, form: Form, *, wrong: str = "") -> Page:
    skill = state.skill
    tools = tools_shown(parts.services.tools, parts.sentences)
    language = parts.services.choices.business.language
    return parts.rendering.page(
        request,
        "skill.html",
        status=422 if wrong or form.errors else 200,
        state=state,
        form=form,
        wrong=wrong,
        tools=[each for each in tools if skill and each.name in skill.tools],
        questions=questions_shown(skill, language) if skill else [],
        files=files_shown(skill) if skill else [],
    )
