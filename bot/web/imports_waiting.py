"""Imports that were tried on the owner's questions and wait to be decided on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.parts import Parts
from bot.web.roles import EDITOR, OWNER


@dataclass(frozen=True, slots=True)
class Waits:
    """One of them, as a sentence begins, where it is decided on, and by whom."""

    what: str
    path: str
    role: str


async def imports_waiting(parts: Parts) -> Sequence[Waits]:
    """Return those that wait, for a row each on the pages that people see first."""
    folder = await parts.services.folder.state()
    asked = (
        (parts.intake.last, Waits("Files you gave it", "/knowledge/upload", EDITOR)),
        (parts.imports.last, Waits("The documents of an import", "/knowledge/import", OWNER)),
        (folder, Waits("Files of the watched folder", "/knowledge/folder", EDITOR)),
    )
    return [waits for state, waits in asked if state is not None and state.waiting is not None]
