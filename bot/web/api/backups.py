"""Backups, made here and taken away."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response import Stream

from bot.web.api.errors import NotFoundError
from bot.web.api.shapes.backups import BackupShown, BackupWanted
from bot.web.api.shapes.steps import Step
from bot.web.api.stream import Tell, stream
from bot.web.services import Services

CHUNK_BYTES = 1_048_576


@post("/backups", status_code=200)
async def make(
    data: JSONBody[BackupWanted], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Make a backup of everything, test it, and keep it until it is fetched."""

    async def work(tell: Tell) -> BackupShown:
        def told(done: int, total: int) -> None:
            tell(Step(event="progress", done=done, total=total))

        made = await services.backups.write(passphrase=data.passphrase, progress=told)
        return BackupShown(
            token=made.token,
            made_at=made.manifest.made_at,
            size_bytes=made.size_bytes,
            sealed=made.sealed,
            rows=made.proof.rows,
            asked=made.proof.asked,
        )

    return stream(work)


@get("/backups/{token:str}")
async def fetch(
    token: FromPath[str], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Return a backup that was made, which is not kept after that."""
    path = services.backups.taken(token)
    if path is None:
        raise NotFoundError("There is no such backup: make another one.")
    return Stream(_content(path), media_type="application/octet-stream")


async def _content(path: Path) -> AsyncGenerator[bytes, None]:
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
