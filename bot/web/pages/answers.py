"""One answer with everything that explains it, and the right one in its place."""

from litestar import get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from bot.domain.conversations import Answer
from bot.domain.listed import for_page
from bot.domain.people import Role
from bot.web.entry_form import audience_of
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.passport import passport_of
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR, VIEWER
from bot.web.tool_views import tools_shown
from knowledge.documents import Audience
from knowledge.errors import UnreadableError


@get("/answers", opt={FOR: VIEWER})
async def show_all() -> Page:
    """Lead to the conversations, where answers are listed."""
    return go_to("/conversations")


@get("/answers/{answer_id:int}", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given, answer_id: FromPath[int]) -> Page:
    """Show one answer: in plain words first, then what was found, sent to the model and said."""
    answer = await _answer(parts, answer_id)
    return await _page(request, parts, answer, _typed(parts, answer))


@post("/answers/{answer_id:int}/correct", opt={FOR: EDITOR})
async def correct(request: Asked, parts: Given, answer_id: FromPath[int]) -> Page:
    """Make of the right answer what is said to this question from now on."""
    answer = await _answer(parts, answer_id)
    if answer.kept_back:
        raise PermissionDeniedException(_("This answer is not shown, so it cannot be corrected."))
    form = await read_form(request)
    entry = await parts.services.correcting.entry_of(answer)
    asked = _("Write the question as people would ask it.")
    question = entry.title if entry else form.required("question", asked)
    words = form.required("answer", _("Write the answer, just as it should be said."))
    audience = entry.audience if entry else audience_of(form)
    if audience is None or form.errors:
        return await _page(request, parts, answer, form)
    try:
        document_id = await parts.services.correcting.put_right(
            answer, words, question=question, audience=audience
        )
    except UnreadableError as error:
        form.errors["answer"] = str(error)
        return await _page(request, parts, answer, form)
    return go_to("/knowledge/document", id=document_id, said="question-answered")


async def _answer(parts: Parts, answer_id: int) -> Answer:
    answer = await parts.services.answers.get(answer_id)
    if answer is None:
        raise NotFoundException
    return for_page(answer)


async def _page(request: Asked, parts: Parts, answer: Answer, form: Form) -> Page:
    services = parts.services
    actions = await services.actions.of_turn(answer.turn_id)
    titles = {each.name: each.title for each in tools_shown(services.tools, parts.sentences)}
    return parts.rendering.page(
        request,
        "answer.html",
        status=422 if form.errors else 200,
        answer=answer,
        passport=passport_of(answer),
        actions=actions,
        titles=titles,
        ratings=await services.ratings.of(answer.answer_id),
        entry=await services.correcting.entry_of(answer),
        form=form,
    )


def _typed(parts: Parts, answer: Answer) -> Form:
    """Return the form for the right answer, as far as it can be filled in already."""
    public = answer.conversation.audience is Audience.PUBLIC or answer.person.role is Role.PUBLIC
    audience = Audience.PUBLIC if public else Audience.STAFF
    return Form(
        {
            "question": parts.services.correcting.question(answer),
            "answer": answer.outcome.text,
            "audience": audience.value,
        }
    )
