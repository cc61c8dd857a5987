"""What was said, and everything that explains it."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.web.parts import Asked, Given
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR, VIEWER
from bot.web.tool_views import tools_shown

PAGE_SIZE = 50


@get("/answers", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List answers, newest first, a page at a time."""
    before = request.query_params.get("before", "")
    answers = await parts.services.answers.newest(
        limit=PAGE_SIZE + 1, before=int(before) if before.isdecimal() else None
    )
    shown = answers[:PAGE_SIZE]
    return parts.rendering.page(
        request,
        "answers.html",
        answers=shown,
        older=shown[-1].answer_id if len(answers) > PAGE_SIZE else None,
        first_page=not before,
    )


@get("/answers/{answer_id:int}", opt={FOR: VIEWER})
async def show_one(request: Asked, parts: Given, answer_id: FromPath[int]) -> Page:
    """Show one answer with its question, what was found, what the model was sent and said."""
    answer = await parts.services.answers.get(answer_id)
    if answer is None:
        raise NotFoundException
    used = {(source.document_id, source.passage) for source in answer.outcome.sources}
    actions = await parts.services.actions.of_turn(answer.turn_id)
    titles = {each.name: each.title for each in tools_shown(parts.services.tools, parts.sentences)}
    return parts.rendering.page(
        request, "answer.html", answer=answer, used=used, actions=actions, titles=titles
    )


@post("/answers/{answer_id:int}/correct", opt={FOR: EDITOR})
async def correct(parts: Given, answer_id: FromPath[int]) -> Page:
    """Put a wrong answer's question on the list of open ones, and ask for the right answer."""
    answer = await parts.services.answers.get(answer_id)
    if answer is None:
        raise NotFoundException
    gap_id = await parts.services.questions.correct(answer)
    if gap_id is None:
        return go_to(f"/answers/{answer_id}", said="already-done")
    return go_to(f"/questions/{gap_id}")
