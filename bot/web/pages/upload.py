"""Files given to the knowledge. They are read as text and never stored or served as files."""

import asyncio
from collections.abc import Sequence

from litestar import get, post

from bot.web.about_form import Readers, readers_of, ticked
from bot.web.forms import Form, UploadedFile, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.rooms import rooms_of
from bot.web.rendering import Page, go_to
from knowledge.errors import UnreadableError
from knowledge.readers.files import MAX_BYTES, Reading, read
from knowledge.readers.kinds import ENDINGS

# Two of the largest files a reader takes, and room for the form around them.
MAX_BODY_BYTES = 2 * MAX_BYTES + 1_000_000


@get("/knowledge/upload")
async def show(request: Asked, parts: Given) -> Page:
    """Ask for files."""
    return await _form(request, parts, Form())


@post("/knowledge/upload", request_max_body_size=MAX_BODY_BYTES)
async def add(request: Asked, parts: Given) -> Page:
    """Add what is in the files: all of them, or, when one cannot be read, none."""
    form = await read_form(request)
    if not form.files:
        form.errors["files"] = "Choose one or more files first."
    readers = readers_of(form)
    readings = [] if readers is None else await _read(form, readers)
    if form.errors:
        return await _form(request, parts, form)
    documents = [document for _, reading in readings for document in reading]
    await parts.services.knowledge.add(documents)
    notes = [f"{name}: {note}" for name, reading in readings for note in reading.notes]
    if notes:
        return await _form(request, parts, Form(), count=len(documents), notes=notes)
    return go_to("/knowledge", said="uploaded", count=len(documents))


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
            form.errors["files"] = f"{name}: {error} Nothing was added."
            return []
        readings.append((name, reading))
    return readings


def _name(file: UploadedFile) -> str:
    """Return a file's name without folders; some browsers send those along."""
    return file.name.replace("\\", "/").rsplit("/", 1)[-1]


async def _form(
    request: Asked, parts: Parts, form: Form, *, count: int = 0, notes: Sequence[str] = ()
) -> Page:
    return parts.rendering.page(
        request,
        "upload.html",
        status=422 if form.errors else 200,
        form=form,
        endings=",".join(ENDINGS),
        max_bytes=MAX_BYTES,
        added=count,
        notes=notes,
        rooms=await rooms_of(parts, ticked(form)),
    )
