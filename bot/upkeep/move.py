"""A whole office from the database in use into another one."""

from dataclasses import dataclass

from bot.storage import moves
from bot.storage.errors import SchemaError
from bot.storage.migrate import NEWER
from bot.storage.moves import MoveError, Progress
from bot.storage.schema import revision, revisions
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.placing import settle


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied.

    Attributes:
        source, target: The databases' addresses, without a password.
    """

    rows: int
    source: str
    target: str


async def move(box: Box, url: str, *, progress: Progress) -> Moved:
    """Copy everything that a box's database holds into an empty one; nothing runs meanwhile.

    The files beside it stay what they are, and belong to either. The index is held against the rows
    at the next start.

    Args:
        box: What is copied; its folder is held by the caller.
        url: Of the other database.
        progress: Told rows done and all, on the loop.

    Raises:
        MoveError: It cannot be put there; both are as they were.
        SchemaError: The tables are those of a newer Deskhand.
        StorageError: A database failed.
    """
    target = moves.destination(url)
    try:
        await settle(box)
        await _check_version(box)
        rows = await moves.move(box.database, target, progress=progress)
        return Moved(rows, moves.shown(box.database), moves.shown(target))
    finally:
        await target.close()


async def _check_version(box: Box) -> None:
    found = await revision(box.database)
    if not found:
        raise MoveError(f"There is nothing to move: {moves.shown(box.database)} holds no data yet.")
    known = revisions()
    if found not in known:
        raise SchemaError(NEWER)
    if found != known[-1]:
        raise MoveError(
            "The data are those of an older version: bring them up by `deskhand migrate` first."
        )
