"""What it should know: files, the twelve questions every business gets, or a sample."""

from litestar import get, post

from bot.upkeep import demo
from bot.web import usual
from bot.web.forms import Form, read_form
from bot.web.pages import upload
from bot.web.pages.setup.steps import step_page
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

STEP = "knowledge"
_HERE = "/setup/knowledge"


@get("/setup/knowledge")
async def show(request: Asked, parts: Given) -> Page:
    """Show what is known, and the three ways to more."""
    way = request.query_params.get("way", "")
    answered = await usual.answers(parts.services.knowledge)
    # What a baker's customers ask is for everybody.
    return await _page(request, parts, Form({"audience": "public", **answered}), way)


@post("/setup/knowledge/files", request_max_body_size=upload.MAX_BODY_BYTES)
async def add_files(request: Asked, parts: Given) -> Page:
    """Add what is in the files."""
    form = await read_form(request)
    state = await upload.take_in(form, parts)
    if form.errors:
        return await _page(request, parts, form, "files")
    if state is None or not state.ended:
        return go_to(_HERE, way="files")
    await parts.services.setting_up.tick(STEP)
    return go_to(_HERE, said="uploaded", count=state.total)


@post("/setup/knowledge/twelve")
async def answer_twelve(request: Asked, parts: Given) -> Page:
    """Make an entry of each answer that is new; an empty field makes none."""
    form = await read_form(request)
    knowledge = parts.services.knowledge
    made = usual.read(form, await usual.answers(knowledge))
    if not form.errors and not made:
        form.fault("twelve", _("Answer one or more of them first; the others can stay empty."))
    if form.errors:
        return await _page(request, parts, form, "twelve")
    await knowledge.add(made)
    await parts.services.setting_up.tick(STEP)
    return go_to(_HERE, said="uploaded", count=len(made))


@post("/setup/knowledge/sample")
async def add_sample(parts: Given) -> Page:
    """Add the sample business's questions."""
    await demo.add(parts.services.knowledge)
    await parts.services.setting_up.tick(STEP)
    return go_to(_HERE, said="sample-added")


@post("/setup/knowledge/sample/remove")
async def remove_sample(parts: Given) -> Page:
    """Take the sample away again."""
    gone = await demo.remove(parts.services.knowledge)
    return go_to(_HERE, said="sample-removed" if gone else "already-done")


async def _page(request: Asked, parts: Parts, form: Form, way: str) -> Page:
    knowledge, last = parts.services.knowledge, parts.intake.last
    known = await knowledge.documents_count()
    sample = len(await demo.sample_of(knowledge))
    return await step_page(
        request,
        parts,
        STEP,
        form=form,
        way=way,
        known=known,
        sample=sample,
        twelve=usual.TWELVE,
        answered=await usual.answers(knowledge),
        under_way=parts.intake.under_way,
        state=last,
        words=upload.words(last) if last else "",
        percent=upload.percent(last) if last else 0,
        **await upload.offered(parts, form),
    )
