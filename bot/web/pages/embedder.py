"""The embedder: what finds passages by their meaning, and how far another one is."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.choices import BUILTIN_EMBEDDER
from bot.domain.changes import What
from bot.llm.errors import ModelError
from bot.web.events import event, stream
from bot.web.forms import read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained, number
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.trial_views import Row, beside
from knowledge.errors import EmbeddingUnavailableError
from knowledge.swap import Preparation

LOOK_S = 0.5  # between two looks at how far it is


@dataclass(frozen=True, slots=True)
class EmbedderView:
    """What the page shows of embedders.

    Attributes:
        names: Those to choose from, the built-in one first.
        words: How far the chosen one is, "" when it finds already.
        waiting: What the owner has to decide on, the one in use and the one that waits; empty
            when nothing.
        error: Why a choice was not taken.
    """

    names: Sequence[str]
    chosen: str
    preparation: Preparation | None
    words: str
    percent: int
    waiting: Sequence[Row] = ()
    error: str = ""


@post("/model/embedder")
async def choose(request: Asked, parts: Given) -> Page:
    """Have another embedder prepared, once it has read a question; it then takes over by itself."""
    form = await read_form(request)
    name = form.text("embedder")
    choices = parts.services.choices
    try:
        if name != choices.model.embedder:
            await parts.services.try_embedder(name)
    except EmbeddingUnavailableError as error:
        shown = await view(parts, chosen=name, error=explained(error))
        return parts.rendering.page(request, "embedder.html", status=422, finder=shown)
    await choices.set("model.embedder", name)
    return go_to("/model", said="saved")


@post("/model/embedder/use")
async def use(parts: Given) -> Page:
    """Let the embedder that waits for the owner find all the same."""
    services = parts.services
    if not services.approval.use():
        return go_to("/model", said="already-done")
    chosen = services.choices.model.embedder
    await services.changes.decided(What.MODEL, chosen, take=True, at=services.now())
    return go_to("/model", said="saved")


@post("/model/embedder/keep")
async def keep(parts: Given) -> Page:
    """Keep the one before, and give up the one that waits for the owner."""
    said = "kept" if await parts.services.approval.keep() else "already-done"
    return go_to("/model", said=said)


@get("/model/embedder/progress")
async def progress(parts: Given) -> ServerSentEvent:
    """Stream how far the chosen embedder is: `progress` with a sentence and percent, `ended`."""
    return stream(_progress(parts))


async def view(parts: Parts, *, chosen: str = "", error: str = "") -> EmbedderView:
    """Return what the page shows of embedders."""
    preparation = parts.services.knowledge.preparation
    in_use = chosen or parts.services.choices.model.embedder
    names = dict.fromkeys([BUILTIN_EMBEDDER, *await _of_ollama(parts), in_use])
    return EmbedderView(
        list(names),
        in_use,
        preparation,
        _in_words(preparation),
        _percent(preparation),
        await _waiting(parts),
        error,
    )


async def _waiting(parts: Parts) -> Sequence[Row]:
    comparison = parts.services.approval.waiting
    return await beside(parts, comparison) if comparison else ()


async def _of_ollama(parts: Parts) -> list[str]:
    library = parts.services.library
    with contextlib.suppress(ModelError):  # the page says so beside the models that answer
        installed = await library.installed()
        details = await asyncio.gather(*(library.details(model.name) for model in installed))
        both = zip(installed, details, strict=True)
        return [model.name for model, detail in both if detail.embeds]
    return []


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    services = parts.services
    while (preparation := services.knowledge.preparation) and not services.approval.waiting:
        yield event("progress", text=_in_words(preparation), percent=_percent(preparation))
        await asyncio.sleep(LOOK_S)
    waits = services.approval.waiting
    yield event("ended", text=_("It waits for you.") if waits else _("It finds now."), percent=100)


def _in_words(preparation: Preparation | None) -> str:
    if preparation is None:
        return ""
    if preparation.asked:
        return _("All passages are read. It is tried on your questions.")
    far = _("{done} of {total} passages read. Until all are, the one before finds.")
    if preparation.problem:
        far = _("{done} of {total} passages read. It waits: {problem}")
    return far.format(
        done=number(preparation.done),
        total=number(preparation.total),
        problem=_(preparation.problem) if preparation.problem else "",
    )


def _percent(preparation: Preparation | None) -> int:
    if preparation is None or not preparation.total:
        return 0
    return 100 * preparation.done // preparation.total
