"""Files given to the knowledge. They are read as text and never stored or served as files."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence

from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.domain.changes import What
from bot.web.about_form import Readers, readers_of, ticked
from bot.web.api.wording import counted
from bot.web.events import event, stream
from bot.web.forms import Form, UploadedFile, read_form
from bot.web.intake import Intaking
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.rooms import rooms_of
from bot.web.reader import N_, explained, ngettext, number
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from bot.web.trial_views import asked
from knowledge.errors import UnreadableError
from knowledge.readers.files import MAX_BYTES, Reading, read
from knowledge.readers.kinds import ENDINGS

# Two of the largest files a reader takes, and room for the form around them.
MAX_BODY_BYTES = 2 * MAX_BYTES + 1_000_000
# A file or two is in by then; of more the page shows how far it is.
SHORT_S = 5.0
OTHERS = N_("Other files are being taken in: wait for them, or stop them.")


@get("/knowledge/upload", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """Ask for files."""
    return await _form(request, parts, Form())


@post("/knowledge/upload", request_max_body_size=MAX_BODY_BYTES, opt={FOR: EDITOR})
async def add(request: Asked, parts: Given) -> Page:
    """Add what is in the files: all of them, or, when one cannot be read, none."""
    form = await read_form(request)
    state = await take_in(form, parts)
    if state is None or state.error:
        return await _form(request, parts, form)
    if not state.ended:
        return go_to("/knowledge/upload")
    if state.notes:
        return await _form(request, parts, Form(), count=state.total, notes=state.notes)
    return go_to("/knowledge", said="uploaded", count=state.total)


async def take_in(form: Form, parts: Parts) -> Intaking | None:
    """Take in the files of a form.

    Returns:
        Where it is after some seconds; None, with the form's error, where nothing is taken in. An
        error of the intake is the form's too.
    """
    if not form.files:
        form.errors["files"] = _("Choose one or more files first.")
    readers = readers_of(form)
    readings = [] if readers is None else await _read(form, readers)
    if form.errors:
        return None
    documents = [document for _, reading in readings for document in reading]
    notes = [f"{name}: {_(note)}" for name, reading in readings for note in reading.notes]
    origin = ", ".join(name for name, _ in readings)
    state = await parts.intake.start(documents, notes, origin=origin, wait_s=SHORT_S)
    if state is None:
        form.errors["files"] = _(OTHERS)
    elif state.error:
        form.errors["files"] = state.error
    return state


async def offered(parts: Parts, form: Form) -> dict[str, object]:
    """Return what the form's fields offer, for its template."""
    return {
        "endings": ",".join(ENDINGS),
        "max_bytes": MAX_BYTES,
        "rooms": await rooms_of(parts, ticked(form)),
    }


@post("/knowledge/upload/stop", opt={FOR: EDITOR})
async def stop(parts: Given) -> Page:
    """Stop taking in; what is in stays, and the same files go on from there."""
    await parts.intake.stop()
    return go_to("/knowledge/upload")


@post("/knowledge/upload/decide", opt={FOR: EDITOR})
async def decide(request: Asked, parts: Given) -> Page:
    """Let what waits take effect, or leave everything as it is."""
    take = (await read_form(request)).text("do") == "take"
    if not parts.intake.decide(take=take):
        return go_to("/knowledge", said="already-done")
    origin, now = parts.intake.origin, parts.services.now()
    await parts.services.changes.decided(What.IMPORT, origin, take=take, at=now)
    await parts.intake.arrived(within_s=SHORT_S)
    return go_to("/knowledge/upload")


@get("/knowledge/upload/progress", opt={FOR: EDITOR})
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where the intake is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.intake.watch()) as states:
        async for state in states:
            name = "ended" if state.ended or state.waiting else "progress"
            yield event(name, text=words(state), percent=percent(state))


def words(state: Intaking) -> str:
    """Return where an intake is in one sentence."""
    if state.apart and state.done == state.total and not state.error:
        return _("All is read. It is tried on your questions.")
    if state.taken is None:
        return state.error or _("Reading: {done} of {total}.").format(
            done=number(state.done), total=number(state.total)
        )
    new = state.taken.documents - state.taken.unchanged
    added = counted("Added: {n} document.", "Added: {n} documents.", new)
    if not state.taken.unchanged:
        return added
    there = ngettext(
        "{n} was there already.", "{n} were there already.", state.taken.unchanged
    ).format(n=number(state.taken.unchanged))
    return f"{added} {there}"


def percent(state: Intaking) -> int:
    """Return how much of an intake is read, 0 to 100."""
    return 100 * state.done // state.total if state.total else 0


async def _read(form: Form, readers: Readers) -> list[tuple[str, Reading]]:
    """Return what is in the files, with their names; none of it when one cannot be read."""
    readings: list[tuple[str, Reading]] = []
    for file in form.files:
        name = _name(file)
        try:
            reading = await asyncio.to_thread(
                read,
                name,
                file.content,
                audience=readers.audience,
                origin=name,
                rooms=readers.rooms,
            )
        except UnreadableError as error:
            form.errors["files"] = _("{file}: {why} Nothing was added.").format(
                file=name, why=explained(error)
            )
            return []
        readings.append((name, reading))
    return readings


def _name(file: UploadedFile) -> str:
    """Return a file's name without folders; some browsers send those along."""
    return file.name.replace("\\", "/").rsplit("/", 1)[-1]


async def _form(
    request: Asked, parts: Parts, form: Form, *, count: int = 0, notes: Sequence[str] = ()
) -> Page:
    last = parts.intake.last
    return parts.rendering.page(
        request,
        "upload.html",
        status=422 if form.errors else 200,
        form=form,
        added=count,
        notes=notes,
        **await offered(parts, form),
        state=last,
        under_way=parts.intake.under_way,
        asked=await asked(parts, last.waiting if last else None),
        words=words(last) if last else "",
        percent=percent(last) if last else 0,
    )
