"""Trying it on the owner's own questions: the list, what came of it, and what it was before."""

import contextlib
from collections.abc import AsyncGenerator

from litestar import get, post
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion
from bot.upkeep.evaluation import InvalidQuestionsError
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from bot.web.trial_views import compared, in_words, percent, took
from bot.web.trying import Progress
from knowledge.readers.files import MAX_BYTES

# What a browser lists while one types; a document beyond them is found by its whole title or id.
LISTED = 300
HISTORY = 30


@get("/evaluate", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """Show the list, the last trial and those before."""
    return await _page(request, parts, Form({"asked_by": Role.PUBLIC.value, "expect": "document"}))


@post("/evaluate/questions", opt={FOR: EDITOR})
async def add(request: Asked, parts: Given) -> Page:
    """Put one question on the list."""
    form = await read_form(request)
    question = await _question(parts, form)
    if question is not None:
        try:
            await parts.services.own_questions.add([question])
        except InvalidQuestionsError as error:
            form.fault("question", explained(error))
    if form.errors:
        return await _page(request, parts, form)
    return go_to("/evaluate", said="own-question-added")


@post("/evaluate/file", request_max_body_size=MAX_BYTES, opt={FOR: EDITOR})
async def add_file(request: Asked, parts: Given) -> Page:
    """Put the questions of a questions file on the list: all of them or none."""
    form = await read_form(request)
    if not form.files or not form.files[0].content:
        form.fault("file", _("Choose a questions file first."))
        return await _page(request, parts, form)
    try:
        added = await parts.services.own_questions.add_file(
            form.files[0].content.decode("utf-8-sig"), role=_role(form)
        )
    except UnicodeDecodeError:
        form.fault("file", _("The file is not text in UTF-8: save it again as that."))
    except InvalidQuestionsError as error:
        form.fault("file", _("{why} Nothing was added.").format(why=explained(error)))
    if form.errors:
        return await _page(request, parts, form)
    return go_to("/evaluate", said="own-questions-added", count=added)


@post("/evaluate/questions/{question_id:int}/remove", opt={FOR: EDITOR})
async def remove(parts: Given, question_id: FromPath[int]) -> Page:
    """Take a question off the list."""
    removed = await parts.services.own_questions.remove(question_id)
    return go_to("/evaluate", said="own-question-removed" if removed else "already-done")


@post("/evaluate/run", opt={FOR: EDITOR})
async def run(request: Asked, parts: Given) -> Page:
    """Begin to try the search alone, or the answers."""
    form = await read_form(request)
    services = parts.services
    if not await services.own_questions.count():
        return go_to("/evaluate")

    async def search(_progress: Progress) -> object:
        return await services.trials.search()

    async def answers(progress: Progress) -> object:
        model = services.choices.model.name
        return await services.trials.answers(services.evaluation, model, progress=progress)

    alone = form.text("scope") == "search"
    began = parts.trying.start(
        _("The search") if alone else _("The answers"), search if alone else answers
    )
    return go_to("/evaluate", **({} if began else {"said": "trial-under-way"}))


@post("/evaluate/stop", opt={FOR: EDITOR})
async def stop(parts: Given) -> Page:
    """Stop the trial under way."""
    await parts.trying.stop()
    return go_to("/evaluate")


@get("/evaluate/progress", opt={FOR: EDITOR})
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where the trial is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.trying.watch()) as states:
        async for state in states:
            name = "ended" if state.ended else "progress"
            yield event(name, text=in_words(state), percent=percent(state))


async def _question(parts: Parts, form: Form) -> OwnQuestion | None:
    """Return the question a form asks for, noting what is wrong; None when something is."""
    text = form.required("question", _("Write the question as people would ask it."))
    expect = form.text("expect")
    document_id = contains = ""
    if expect == "document":
        document_id = await _document_id(parts, form)
    elif expect == "contains":
        contains = form.required("contains", _("Write the words that must be shown."))
    elif expect != "unknown":
        form.fault("expect", _("Say what is right."))
    if form.errors:
        return None
    told = form.text("origin")
    return OwnQuestion(
        text,
        document_id,
        contains,
        unknown=expect == "unknown",
        role=_role(form),
        origin=Origin(told) if told in set(Origin) else Origin.WRITTEN,
    )


async def _document_id(parts: Parts, form: Form) -> str:
    """Return the id of the document that was typed, by its title or its id."""
    typed = form.required("document", _("Choose the document that answers it."))
    named = await parts.services.knowledge.named(typed)
    whole = [each for each in named if each.document_id == typed] or named
    if typed and not whole:
        form.fault("document", _("There is no such document: choose one of the list."))
    elif len(whole) > 1:
        several = ", ".join(each.document_id for each in whole[:5])
        form.fault(
            "document",
            _("Several have this title: write which one, {several}.").format(several=several),
        )
    return whole[0].document_id if len(whole) == 1 else ""


def _role(form: Form) -> Role:
    return Role.STAFF if form.text("asked_by") == Role.STAFF.value else Role.PUBLIC


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    services = parts.services
    questions = await services.own_questions.all()
    titles = await services.knowledge.titles_of({each.document_id for each in questions})
    listed = await services.knowledge.titles(limit=LISTED)
    model = services.choices.model.name
    expected_s = await services.trials.expected_s(model, len(questions))
    # One more, to compare the oldest that is shown with.
    trials = await services.trials.history(limit=HISTORY + 1)
    state = parts.trying.last
    return parts.rendering.page(
        request,
        "evaluate.html",
        status=422 if form.errors else 200,
        form=form,
        questions=questions,
        titles=titles,
        listed=list(listed.items()),
        suggestions=await services.own_questions.suggestions(),
        model=model,
        expected=took(expected_s) if expected_s is not None else "",
        rows=compared(trials, questions, titles)[:HISTORY],
        state=state,
        under_way=parts.trying.under_way,
        words=in_words(state) if state else "",
        percent=percent(state) if state else 0,
        max_bytes=MAX_BYTES,
    )
