"""The model: which one answers, how it is, and how others come to this box."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage
from pydantic import JsonValue

from bot.choices import InvalidSettingError, ModelChoice
from bot.llm.errors import ModelError
from bot.llm.model import ChatMessage, ChatModel, ChatRequest, InstalledModel, Text
from bot.web.downloads import Download
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.pages import embedder, hosts
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained, ngettext, size
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

CONTEXT_SIZES = (2048, 4096, 8192, 16_384, 32_768)
MAX_TEST_CHARS = 500
TEST_TOKENS = 100
# The model's own limits are longer; nobody watches a test for so long.
TEST_LIMIT_S = 120.0
# Ollama's names: [host/][namespace/]model[:tag].
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,150}(:[A-Za-z0-9._-]{1,80})?")


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test question; `error` is a sentence when nothing did."""

    text: str
    took_ms: float
    error: str = ""


@get("/model")
async def show(request: Asked, parts: Given) -> Page:
    """Show what answers now, and what could."""
    return await _page(request, parts, Form(_typed(parts)))


@post("/model")
async def choose(request: Asked, parts: Given) -> Page:
    """Let another model answer from the next question on, once it has answered a test.

    Where the owner has questions of their own it is tried on them first, and nothing changes yet.
    """
    form = await read_form(request)
    services = parts.services
    name = form.text("name")
    another = name != services.choices.model.name
    chosen = _chosen(form, services.choices.model)
    try:
        if name and another and not form.errors:
            await services.try_model(name)
        services.choices.check({"model": chosen})
    except ModelError as error:
        form.fault("name", explained(error))
    except InvalidSettingError as error:
        form.fault(_field(str(error)), str(error).partition(": ")[2])
    if another and not form.errors and await services.own_questions.count():
        if parts.model_change.propose(name, {key: chosen[key] for key in _typed(parts)}):
            return go_to("/model/change")
        form.fault("name", _("Your questions are being asked just now: wait, or stop that first."))
    if form.errors:
        return await _page(request, parts, form)
    await services.choices.set("model", chosen)
    return go_to("/model", said="saved")


@post("/model/test")
async def test(request: Asked, parts: Given) -> Page:
    """Ask the model something of its own, without the knowledge."""
    form = await read_form(request)
    tested = await asked(parts, parts.services.model, test_question(form))
    if "hx-request" in request.headers:
        return parts.rendering.page(request, "_tested.html", tested=tested)
    return await _page(request, parts, Form(_typed(parts)), tested)


@post("/model/download")
async def download(request: Asked, parts: Given) -> Page:
    """Begin to bring a model to this box."""
    form = await read_form(request)
    if not fetch(parts, form):
        typed = Form(_typed(parts) | dict(form.values), form.errors)
        return await _page(request, parts, typed)
    return go_to("/model")


@post("/model/download/stop")
async def stop(parts: Given) -> Page:
    """Stop the download under way."""
    await parts.downloads.stop()
    return go_to("/model")


@get("/model/download/progress")
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where the download is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.downloads.watch()) as steps:
        async for step in steps:
            name = "ended" if step.ended else "progress"
            yield event(name, text=in_words(step), percent=percent(step))


def in_words(step: Download) -> str:
    """Return where a download is in one sentence."""
    if step.ended:
        return step.error or _("{model} is on this box.").format(model=step.name)
    if not step.total_bytes:
        return f"{step.name}: {step.status}."
    told = _("{model}: {done} of {total}").format(
        model=step.name, done=size(step.done_bytes), total=size(step.total_bytes)
    )
    if step.left_s is None:
        return f"{told}."
    speed = _("{size} a second").format(size=size(round(step.bytes_per_s)))
    return f"{told}, {speed}, {about_left(step.left_s)}."


def about_left(left_s: float) -> str:
    """Return how long something will still take, in words."""
    minutes = round(left_s / 60)
    if minutes < 1:
        return _("less than a minute left")
    return ngettext("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)


def percent(step: Download) -> int:
    """Return how much of the layer under way has come, 0 to 100."""
    if step.ended and not step.error:
        return 100
    return 100 * step.done_bytes // step.total_bytes if step.total_bytes else 0


def test_question(form: Form) -> str:
    """Return what to ask a model to see whether it answers."""
    return form.text("question")[:MAX_TEST_CHARS] or _("Say hello in one short sentence.")


def fetch(parts: Parts, form: Form) -> bool:
    """Begin to bring the model to this box that a form names; False, with its error, if not."""
    name = form.required("download", _("Write the model's name, like: qwen3:4b."))
    if name and not _NAME.fullmatch(name):
        form.errors["download"] = _("This is no model's name; they look like qwen3:4b.")
    elif name and not parts.downloads.start(name):
        form.errors["download"] = _("Another download is under way: wait for it, or stop it.")
    return not form.errors


async def asked(parts: Parts, model: ChatModel, question: str) -> Tested:
    """Ask a model something, without the knowledge."""
    request = ChatRequest((ChatMessage("user", question),), max_tokens=TEST_TOKENS)
    began = time.perf_counter()
    said: list[str] = []
    error = ""
    try:
        async with (
            asyncio.timeout(TEST_LIMIT_S),
            parts.services.gate.place("the page's test", model=model.name) as place,
            contextlib.aclosing(model.chat(request, place)) as chunks,
        ):
            said += [chunk.text async for chunk in chunks if isinstance(chunk, Text)]
    except ModelError as model_error:
        error = explained(model_error)
    except TimeoutError:
        error = _("It did not finish within {seconds} seconds: choose a smaller model.").format(
            seconds=f"{TEST_LIMIT_S:.0f}"
        )
    return Tested("".join(said), (time.perf_counter() - began) * 1000, error)


async def _page(request: Asked, parts: Parts, form: Form, tested: Tested | None = None) -> Page:
    services = parts.services
    # Before the models are asked for: a download that ends meanwhile is watched, not passed over.
    last = parts.downloads.last
    installed: list[InstalledModel] = []
    missing = ""
    try:
        installed = await chat_models(parts)
    except ModelError as error:
        missing = explained(error)
    return parts.rendering.page(
        request,
        "model.html",
        status=422 if form.errors else 200,
        form=form,
        installed=installed,
        missing=missing,
        choice=services.choices.model,
        proposed=parts.model_change.proposed,
        state=services.model.status,
        gate=services.gate,
        hosts=hosts.view(parts),
        sizes=sorted({*CONTEXT_SIZES, services.choices.model.context_tokens}),
        tested=tested,
        download=last,
        download_words=in_words(last) if last else "",
        download_percent=percent(last) if last else 0,
        finder=await embedder.view(parts),
    )


async def chat_models(parts: Parts) -> list[InstalledModel]:
    """Return the models on this box that can answer; those that make vectors only cannot."""
    library = parts.services.library
    installed = await library.installed()
    details = await asyncio.gather(*(library.details(model.name) for model in installed))
    return [model for model, detail in zip(installed, details, strict=True) if not detail.embeds]


def _chosen(form: Form, now: ModelChoice) -> dict[str, JsonValue]:
    """Return the settings a form asks for; what is no number is noted and stays as it is."""
    chosen: dict[str, JsonValue] = now.model_dump(mode="json") | {"name": form.text("name")}
    for number in ("context_tokens", "calls_at_once"):
        if form.text(number).isdecimal():
            chosen[number] = int(form.text(number))
        else:
            form.fault(number, _("This must be a whole number."))
    return chosen


def _typed(parts: Parts) -> dict[str, str]:
    choice = parts.services.choices.model
    return {
        "name": choice.name,
        "context_tokens": str(choice.context_tokens),
        "calls_at_once": str(choice.calls_at_once),
    }


def _field(sentence: str) -> str:
    """Return the field a setting's error is about: it begins with "model.<field>: "."""
    return sentence.partition(":")[0].removeprefix("model.")
