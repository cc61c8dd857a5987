"""Imports that were tried on the owner's questions and wait to be decided on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Waits:
    """One of them, as a sentence begins, and where it is decided on."""

    what: str
    path: str


async def imports_waiting(parts: Parts) -> Sequence[Waits]:
    """Return those that wait, for a row each on the pages that the owner sees first."""
    folder = await parts.services.folder.state()
    asked = (
        (parts.intake.last, Waits("Files you gave it", "/knowledge/upload")),
        (parts.imports.last, Waits("The documents of an import", "/knowledge/import")),
        (folder, Waits("Files of the watched folder", "/knowledge/folder")),
    )
    return [waits for state, waits in asked if state is not None and state.waiting is not None]
