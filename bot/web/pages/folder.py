"""The watched folder: which one it is, what was read of it when, and what could not be."""

import asyncio
from pathlib import Path

from litestar import get, post

from bot.choices import InvalidSettingError
from bot.domain.changes import What
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from bot.web.trial_views import asked
from knowledge.errors import FolderUnreadableError
from knowledge.folder import look


@get("/knowledge/folder", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """Show the folder and its files."""
    folder = parts.services.choices.knowledge.folder
    return await _page(request, parts, Form({"folder": folder}))


@post("/knowledge/folder")
async def choose(request: Asked, parts: Given) -> Page:
    """Watch another folder, or none; one that cannot be looked into is not taken."""
    form = await read_form(request)
    folder = form.text("folder")
    try:
        if folder and Path(folder).is_absolute():
            await asyncio.to_thread(look, Path(folder))
        await parts.services.choices.set("knowledge.folder", folder)
    except FolderUnreadableError as error:
        form.fault("folder", explained(error))
    except InvalidSettingError as error:
        sentence = str(error).partition(": ")[2]
        form.fault("folder", f"{sentence[:1].upper()}{sentence[1:]}")
    if form.errors:
        return await _page(request, parts, form)
    return go_to("/knowledge/folder", said="saved")


@post("/knowledge/folder/decide", opt={FOR: EDITOR})
async def decide(request: Asked, parts: Given) -> Page:
    """Let what waits be used, or leave it out."""
    take = (await read_form(request)).text("do") == "take"
    folder, now = parts.services.choices.knowledge.folder, parts.services.now()
    decided = parts.services.folder.decide(take=take)
    if decided:
        await parts.services.changes.decided(What.IMPORT, folder, take=take, at=now)
    return go_to("/knowledge/folder", said="folder-decided" if decided else "already-done")


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    state = await parts.services.folder.state()
    return parts.rendering.page(
        request,
        "folder.html",
        status=422 if form.errors else 200,
        form=form,
        state=state,
        asked=await asked(parts, state.waiting),
    )
