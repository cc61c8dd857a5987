"""Backups: when one was last restored and tested, those there are, and how they are made."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File, ServerSentEvent, ServerSentEventMessage

from bot.upkeep.backup.choice import GROUP
from bot.upkeep.backup.errors import BackupError, PassphraseError
from bot.web import backups_form
from bot.web.backing_up import BackingUp
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to

SHOWN_RESULTS = 10


@get("/backups")
async def show(request: Asked, parts: Given) -> Page:
    """Show what became of the last ones, and those there are."""
    return await _page(request, parts, Form(backups_form.typed(parts.services.backups.choice)))


@post("/backups")
async def choose(request: Asked, parts: Given) -> Page:
    """Put in force when, where and how backups are made; a folder that cannot be used is not."""
    form = await read_form(request)
    choice = backups_form.read(form)
    if choice is not None and choice.folder:
        try:
            await asyncio.to_thread(_try_folder, Path(choice.folder))
        except OSError as error:
            form.fault(
                "folder", _("Nothing can be written there: {why}.").format(why=error.strerror)
            )
    passphrase = form.raw("passphrase")
    if not form.errors:
        try:
            if passphrase or form.text("unsealed") == "yes":
                await parts.services.backups.set_passphrase(passphrase)
        except PassphraseError as error:
            form.fault("passphrase", explained(error))
    if choice is None or form.errors:
        return await _page(request, parts, form)
    await parts.services.choices.set(GROUP, choice.model_dump(mode="json"))
    return go_to("/backups", said="saved")


@post("/backups/now")
async def make(parts: Given) -> Page:
    """Begin to make one."""
    parts.backups_under_way.start()
    return go_to("/backups")


@get("/backups/progress")
async def progress(parts: Given) -> ServerSentEvent:
    """Stream where it is: `progress` with a sentence and percent, then `ended`."""
    return stream(_progress(parts))


@get("/backups/{name:str}")
async def hand_out(name: FromPath[str], parts: Given) -> File:
    """Hand out a backup, to be saved elsewhere."""
    path = await parts.services.backups.file(name)
    if path is None:
        raise NotFoundException
    return File(path, filename=name, media_type="application/octet-stream")


async def _progress(parts: Parts) -> AsyncGenerator[ServerSentEventMessage, None]:
    async with contextlib.aclosing(parts.backups_under_way.watch()) as states:
        async for state in states:
            yield event(
                "ended" if state.ended else "progress", text=_words(state), percent=_percent(state)
            )


def _words(state: BackingUp) -> str:
    if state.result is not None:
        return _(state.result.error) or _("Made, restored and tested.")
    if state.error:
        return state.error
    if state.total and state.done == state.total:
        return _("All is written. It is restored into a scratch place and tested.")
    return _("Everything is copied.")


def _percent(state: BackingUp) -> int:
    return 90 * state.done // state.total if state.total else 0


def _try_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"backups go here")


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    backups = parts.services.backups
    results = await backups.results()
    problem = ""
    try:
        kept = await backups.kept()
    except BackupError as error:
        kept, problem = [], explained(error)
    under_way = parts.backups_under_way
    return parts.rendering.page(
        request,
        "backups.html",
        status=422 if form.errors else 200,
        form=form,
        results=results[:SHOWN_RESULTS],
        good=next((each for each in results if each.ok), None),
        kept=kept,
        problem=problem,
        folder=backups.folder,
        sealed=bool(await backups.passphrase()),
        under_way=under_way.under_way,
        words=_words(under_way.last) if under_way.last else "",
        percent=_percent(under_way.last) if under_way.last else 0,
    )
