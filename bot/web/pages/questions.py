"""What could not be answered, until somebody does."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.domain.gaps import OpenQuestion, QuestionState
from bot.web.entry_form import audience_of
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to
from knowledge.errors import UnreadableError

LIMIT = 200


@get("/questions")
async def show(request: Asked, parts: Given) -> Page:
    """List the open questions, newest first, each with a form for its answer."""
    return parts.rendering.page(
        request, "questions.html", questions=await parts.services.questions.list(limit=LIMIT)
    )


@get("/questions/{question_id:int}")
async def show_one(request: Asked, parts: Given, question_id: FromPath[int]) -> Page:
    """Ask for one question's answer."""
    question = await _open(parts, question_id)
    return _form(request, parts, question, Form({"question": question.text}))


@post("/questions/{question_id:int}")
async def answer(request: Asked, parts: Given, question_id: FromPath[int]) -> Page:
    """Make an entry of a question and its answer."""
    question = await _open(parts, question_id)
    form = await read_form(request)
    wording = form.required("question", "Write the question as people would ask it.")
    words = form.required("answer", "Write the answer, just as it should be said.")
    audience = audience_of(form)
    if audience is None or form.errors:
        return _form(request, parts, question, form)
    try:
        document_id = await parts.services.questions.answer(
            question_id, words, question=wording, audience=audience
        )
    except UnreadableError as error:
        form.errors["answer"] = str(error)
        return _form(request, parts, question, form)
    return go_to("/questions", said="question-answered" if document_id else "already-done")


@post("/questions/{question_id:int}/dismiss")
async def dismiss(parts: Given, question_id: FromPath[int]) -> Page:
    """Take a question off the list without an answer."""
    done = await parts.services.questions.dismiss(question_id)
    return go_to("/questions", said="question-dismissed" if done else "already-done")


async def _open(parts: Parts, question_id: int) -> OpenQuestion:
    question = await parts.services.questions.get(question_id)
    if question is None or question.state is not QuestionState.OPEN:
        raise NotFoundException
    return question


def _form(request: Asked, parts: Parts, question: OpenQuestion, form: Form) -> Page:
    return parts.rendering.page(
        request,
        "question.html",
        status=422 if form.errors else 200,
        question=question,
        form=form,
    )
