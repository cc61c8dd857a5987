"""From step to step: where the owner is, what is done, what was put off."""

from collections.abc import Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.upkeep.set_up import STEPS, Progress
from bot.web.forms import Form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import N_
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

_NAMES: Mapping[str, str] = {
    "password": N_("Password"),
    "business": N_("Business"),
    "model": N_("Model"),
    "knowledge": N_("Knowledge"),
    "platforms": N_("Slack, Discord"),
    "rooms": N_("Rooms, people"),
    "try": N_("Try it"),
    "done": N_("Done"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """A step as the list on top shows it.

    Attributes:
        state: "done", "later" or "".
        address: Where it is; "" while it cannot be gone to.
    """

    name: str
    state: str
    address: str
    current: bool


@get("/setup/next")
async def go_on(parts: Given) -> Page:
    """Lead to the step to go on with."""
    progress = await parts.services.setting_up.progress()
    return go_to(f"/setup/{progress.step}")


@post("/setup/next/{step:str}")
async def pass_on(step: FromPath[str], parts: Given) -> Page:
    """Note that a step is done, and lead to the one behind it."""
    await parts.services.setting_up.tick(_known(step))
    return go_to(after(step))


@post("/setup/later/{step:str}")
async def put_off(step: FromPath[str], parts: Given) -> Page:
    """Note that a step is put off, and lead to the one behind it."""
    setting_up = parts.services.setting_up
    await setting_up.put_off(_known(step))
    if step == "platforms":
        # Without a platform there are no rooms.
        step = "rooms"
        await setting_up.put_off(step)
    return go_to(after(step))


@post("/setup/end")
async def end(parts: Given) -> Page:
    """Ask no more to go on."""
    await parts.services.setting_up.end()
    return go_to("/overview")


async def step_page(
    request: Asked, parts: Parts, step: str, *, form: Form, **context: object
) -> Page:
    """Return a step's page, of its own template, with the list of steps on top.

    Args:
        request: Who asks.
        parts: The page's parts.
        step: One of `STEPS`.
        form: What was typed.
        context: For the template.
    """
    progress = await parts.services.setting_up.progress()
    number = STEPS.index(step)
    before = STEPS[number - 1] if number > 1 else ""
    return parts.rendering.page(
        request,
        f"setup_{step}.html",
        status=422 if form.errors else 200,
        form=form,
        step=step,
        step_name=step_name(step),
        number=number + 1,
        stations=stations(step, progress),
        back=f"/setup/{before}" if before else "",
        ticked=step in progress.done,
        **context,
    )


def stations(current: str, progress: Progress) -> list[Station]:
    """Return every step for the list on top; nothing can be gone to before there is a password."""
    return [
        Station(
            name=step_name(step),
            state="done" if step in progress.done else "later" if step in progress.later else "",
            address="" if current == STEPS[0] or step == STEPS[0] else f"/setup/{step}",
            current=step == current,
        )
        for step in STEPS
    ]


def step_name(step: str) -> str:
    """Return what a step is called."""
    return _(_NAMES[step])


def after(step: str) -> str:
    """Return the address of the step behind one."""
    return f"/setup/{STEPS[STEPS.index(step) + 1]}"


def _known(step: str) -> str:
    if step not in STEPS[1:-1]:
        raise NotFoundException
    return step
