"""The model: found, this box measured, one fetched, and proved before it answers anybody."""

import contextlib
from collections.abc import AsyncGenerator, Sequence

from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.llm.errors import ModelError
from bot.llm.model import InstalledModel
from bot.llm.offers import Offer, OffersError, Suited, suited
from bot.llm.pace import weight_of
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.measuring import Measuring
from bot.web.pages import model
from bot.web.pages.setup.steps import after, step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import N_, explained, ngettext, size
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

STEP = "model"
_HERE = "/setup/model"
_GOOD_AT = {
    "quick": N_("Short, plain answers. The quickest, and the likeliest to say it does not know."),
    "balanced": N_("Understands more ways of asking, and takes a little longer."),
    "careful": N_("Keeps closely to what you wrote, in other languages too."),
    "thorough": N_("The best answers of these, and the longest wait."),
}


@get("/setup/model")
async def show(request: Asked, parts: Given) -> Page:
    """Show what is there, and what fits this box once it is measured."""
    return await _page(request, parts, Form())


@post("/setup/model/measure")
async def measure(request: Asked, parts: Given) -> Page:
    """Begin to measure this box, by the smallest model there is or a small one from the net."""
    form = Form()
    try:
        there = await model.chat_models(parts)
        name = _smallest(there, parts.services.offers())
    except (ModelError, OffersError) as error:
        form.fault("measure", explained(error))
        return await _page(request, parts, form)
    parts.measurements.start(name)
    return go_to(_HERE)


@post("/setup/model/measure/stop")
async def stop_measuring(parts: Given) -> Page:
    """Stop the measuring."""
    await parts.measurements.stop()
    return go_to(_HERE)


@get("/setup/model/measure/progress")
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where the measuring is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


@post("/setup/model/download")
async def download(request: Asked, parts: Given) -> Page:
    """Begin to bring a model to this box."""
    form = await read_form(request)
    if not model.fetch(parts, form):
        return await _page(request, parts, form)
    return go_to(_HERE)


@post("/setup/model/download/stop")
async def stop(parts: Given) -> Page:
    """Stop the download; what has come so far is kept for when it goes on."""
    await parts.downloads.stop()
    return go_to(_HERE)


@post("/setup/model/use")
async def use(request: Asked, parts: Given) -> Page:
    """Ask a model a test question, and have it answer from then on if it does."""
    form = await read_form(request)
    name, services = form.text("name"), parts.services
    tested = await model.asked(parts, services.model_called(name), model.test_question(form))
    if tested.error:
        form.fault("use", tested.error)
        return await _page(request, parts, form)
    await services.choices.set("model.name", name)
    await services.setting_up.tick(STEP)
    return await _page(request, parts, form, tested)


@post("/setup/model/without")
async def without(parts: Given) -> Page:
    """Answer without a model, in the business's own words alone."""
    await parts.services.choices.set("model.name", "")
    await parts.services.setting_up.tick(STEP)
    return go_to(after(STEP))


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.measurements.watch()) as states:
        async for state in states:
            name = "ended" if state.ended else "progress"
            yield event(name, text=_words(state), percent=_percent(state))


def _words(state: Measuring) -> str:
    if state.error:
        return state.error
    if state.total_bytes:
        return _("Fetching {model} to measure with: {done} of {total}.").format(
            model=state.model, done=size(state.done_bytes), total=size(state.total_bytes)
        )
    return _("{model} reads and writes a little. This takes up to a minute.").format(
        model=state.model
    )


def _percent(state: Measuring) -> int:
    if state.ended:
        return 100
    # Fetching is most of it where it is needed; what then follows is the same everywhere.
    return 80 * state.done_bytes // state.total_bytes if state.total_bytes else 85


def wait_words(wait_s: float) -> str:
    """Return how long an answer takes, as people say it: "about 9 seconds"."""
    if wait_s < 90:
        n = max(1, round(wait_s))
        return ngettext("about {n} second", "about {n} seconds", n).format(n=n)
    n = round(wait_s / 60)
    return ngettext("about {n} minute", "about {n} minutes", n).format(n=n)


def good_at(offer: Offer) -> str:
    """Return what a model is good at: the table's known words in the reader's language."""
    return _(_GOOD_AT[offer.good_at]) if offer.good_at in _GOOD_AT else offer.good_at


async def _page(
    request: Asked, parts: Parts, form: Form, tested: model.Tested | None = None
) -> Page:
    # Before what they lead to is asked for: one that ends meanwhile is watched, not passed over.
    loading, measuring = parts.downloads.last, parts.measurements.last
    installed: list[InstalledModel] = []
    missing = ""
    try:
        installed = await model.chat_models(parts)
    except ModelError as error:
        missing = explained(error)
    offers: list[Suited] = []
    progress = await parts.services.setting_up.progress()
    if not missing and progress.pace is not None:
        try:
            offers = await _suited(parts, installed)
        except OffersError as error:
            form.fault("measure", explained(error))
    return await step_page(
        request,
        parts,
        STEP,
        form=form,
        missing=missing,
        address=parts.services.library.address,
        installed={each.name for each in installed},
        by=_measured_by(parts, installed),
        pace=progress.pace,
        offers=[(each, wait_words(each.wait_s), good_at(each.offer)) for each in offers],
        choice=parts.services.choices.model.name,
        tested=tested,
        download=loading,
        download_words=model.in_words(loading) if loading else "",
        download_percent=model.percent(loading) if loading else 0,
        measuring=measuring,
        measuring_words=_words(measuring) if measuring else "",
        measuring_percent=_percent(measuring) if measuring else 0,
    )


async def _suited(parts: Parts, installed: Sequence[InstalledModel]) -> list[Suited]:
    services = parts.services
    progress = await services.setting_up.progress()
    if progress.pace is None:
        return []
    table = services.offers()
    named = {offer.name for offer in table}
    others = [
        Offer(
            name=each.name,
            parameters=weight_of(each).parameters / 1e9,
            size_gb=each.size_bytes / 1e9,
            good_at=_("On this box already."),
        )
        for each in installed
        if each.name not in named and each.size_bytes
    ]
    return suited(
        [*table, *others],
        progress.pace,
        memory_bytes=services.model_memory(),
        disk_bytes=(await services.disk.left()).free_bytes,
        there=frozenset(each.name for each in installed),
    )


def _measured_by(parts: Parts, installed: Sequence[InstalledModel]) -> Offer | None:
    """Return the small model that would be fetched to measure; None where there is one already."""
    if installed:
        return None
    try:
        return next((offer for offer in parts.services.offers() if offer.measures), None)
    except OffersError:
        return None


def _smallest(there: Sequence[InstalledModel], offers: Sequence[Offer]) -> str:
    if there:
        return min(there, key=lambda each: each.size_bytes).name
    small = [offer for offer in offers if offer.measures] or offers
    return min(small, key=lambda offer: offer.size_bytes).name
