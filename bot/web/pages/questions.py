"""What could not be answered, until somebody does."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.business.facts import WEEKDAYS
from bot.domain.gaps import Gap, QuestionState
from bot.web import questions_form
from bot.web.entry_form import audience_of
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from knowledge.errors import UnreadableError

PAGE_SIZE = 50


@get("/questions", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """List the open questions, most asked first, each with a form for its answer."""
    choices = parts.services.choices
    typed = questions_form.typed(choices.questions, str(choices.get("local.staff_room")))
    return await _list(request, parts, Form(typed))


@post("/questions/telling")
async def save_telling(request: Asked, parts: Given) -> Page:
    """Put in force when the team's rooms are told of open questions."""
    form = await read_form(request)
    choice, room = questions_form.read(form), questions_form.read_room(form)
    if choice is None or room is None:
        return await _list(request, parts, form)
    await parts.services.choices.set("questions", choice.model_dump(mode="json"))
    await parts.services.choices.set("local", room.model_dump(mode="json"))
    return go_to("/questions", said="saved")


@get("/questions/{gap_id:int}", opt={FOR: EDITOR})
async def show_one(request: Asked, parts: Given, gap_id: FromPath[int]) -> Page:
    """Ask for one question's answer."""
    gap = await _open(parts, gap_id)
    return _form(request, parts, gap, Form({"question": parts.services.questions.draft(gap)}))


@post("/questions/{gap_id:int}", opt={FOR: EDITOR})
async def answer(request: Asked, parts: Given, gap_id: FromPath[int]) -> Page:
    """Make an entry of a question and its answer."""
    gap = await _open(parts, gap_id)
    form = await read_form(request)
    wording = form.required("question", _("Write the question as people would ask it."))
    words = form.required("answer", _("Write the answer, just as it should be said."))
    audience = audience_of(form)
    if audience is None or form.errors:
        return _form(request, parts, gap, form)
    try:
        document_id = await parts.services.questions.answer(
            gap_id, words, question=wording, audience=audience
        )
    except UnreadableError as error:
        form.errors["answer"] = explained(error)
        return _form(request, parts, gap, form)
    return go_to("/questions", said="question-answered" if document_id else "already-done")


@post("/questions/{gap_id:int}/dismiss", opt={FOR: EDITOR})
async def dismiss(parts: Given, gap_id: FromPath[int]) -> Page:
    """Take a question off the list without an answer."""
    done = await parts.services.questions.dismiss(gap_id)
    if not done:
        return go_to("/questions", said="already-done")
    return go_to("/questions", said="question-dismissed", undo=gap_id)


@post("/questions/{gap_id:int}/reopen", opt={FOR: EDITOR})
async def reopen(parts: Given, gap_id: FromPath[int]) -> Page:
    """Put a question back on the list that was taken off it."""
    done = await parts.services.questions.reopen(gap_id)
    return go_to("/questions", said="question-back" if done else "already-done")


async def _open(parts: Parts, gap_id: int) -> Gap:
    gap = await parts.services.questions.get(gap_id)
    if gap is None or gap.state is not QuestionState.OPEN:
        raise NotFoundException
    return gap


async def _list(request: Asked, parts: Parts, form: Form) -> Page:
    found = await parts.services.questions.page(limit=PAGE_SIZE + 1, after=_after(request))
    shown = found[:PAGE_SIZE]
    return parts.rendering.page(
        request,
        "questions.html",
        status=422 if form.errors else 200,
        gaps=shown,
        last=shown[-1] if len(found) > PAGE_SIZE else None,
        first_page=_after(request) is None,
        total=await parts.services.questions.count(),
        form=form,
        days=[(day, parts.sentences.weekday(number)) for number, day in enumerate(WEEKDAYS)],
    )


def _after(request: Asked) -> tuple[int, int] | None:
    """Return how often the last one of the page before was asked, and its last question's id."""
    asked, _colon, question_id = request.query_params.get("after", "").partition("-")
    numbers = asked.isdecimal() and question_id.isdecimal()
    return (int(asked), int(question_id)) if numbers else None


def _form(request: Asked, parts: Parts, gap: Gap, form: Form) -> Page:
    return parts.rendering.page(
        request,
        "question.html",
        status=422 if form.errors else 200,
        gap=gap,
        others=parts.services.questions.others(gap, form.text("question")),
        form=form,
    )
