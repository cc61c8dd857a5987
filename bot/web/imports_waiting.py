"""Imports that were tried on the owner's questions and wait to be decided on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.parts import Parts
from bot.web.reader import gettext as _
from bot.web.roles import EDITOR, OWNER


@dataclass(frozen=True, slots=True)
class Waits:
    """One of them, as a sentence, where it is decided on, and by whom."""

    sentence: str
    path: str
    role: str


async def imports_waiting(parts: Parts) -> Sequence[Waits]:
    """Return those that wait, for a row each on the pages that people see first."""
    folder = await parts.services.folder.state()
    asked = (
        (
            parts.intake.last,
            Waits(
                _(
                    "Files you gave it wait for you to decide: they were tried on your"
                    " questions, and nothing of them is used yet."
                ),
                "/knowledge/upload",
                EDITOR,
            ),
        ),
        (
            parts.imports.last,
            Waits(
                _(
                    "The documents of an import wait for you to decide: they were tried on your"
                    " questions, and nothing of them is used yet."
                ),
                "/knowledge/import",
                OWNER,
            ),
        ),
        (
            folder,
            Waits(
                _(
                    "Files of the watched folder wait for you to decide: they were tried on your"
                    " questions, and nothing of them is used yet."
                ),
                "/knowledge/folder",
                EDITOR,
            ),
        ),
    )
    return [waits for state, waits in asked if state is not None and state.waiting is not None]
