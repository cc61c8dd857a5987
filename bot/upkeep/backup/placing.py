"""Puts a database and files in place of what is there: all of it or nothing."""

import asyncio
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.changes import Actor, By, What, acting
from bot.durable import sync, write_durably
from bot.exchange import Move, exchange, is_under_way
from bot.storage import copies, dumps, snapshots
from bot.storage.changes import ChangeRows
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamagedError
from bot.storage.migrate import migrate
from bot.storage.schema import tables
from bot.upkeep import erasures
from bot.upkeep.backup.box import DATABASES, FILES, INDEX, KEY, SKILLS, Box
from bot.upkeep.persons import erase_again

log = logging.getLogger(__name__)

# Says, while a server's database is restored, whether the files beside it are in their places.
MARK = "restoring"
_BEGUN, _PLACED = b"begun", b"placed"


@dataclass(frozen=True, slots=True)
class Staged:
    """What is to come in place of what is there.

    Attributes:
        folder: Holds the database, under its name in a backup, and the files; in the box's own.
        since: When all of it was so: who was erased after that is erased in it.
        keeps_secrets: The box's secrets stay, since it has none.
        now: When it is put in place.
    """

    folder: Path
    since: datetime
    keeps_secrets: bool
    now: datetime


async def place(staged: Staged, box: Box, aside: Path, *, used_up: Path | None = None) -> None:
    """Bring what is staged up to this version, and put it in place of what is there.

    The index is made anew from the rows at the next start.

    Args:
        staged: It is gone afterwards.
        box: Nothing of it runs.
        aside: The folder into which what is there goes; in the box's.
        used_up: A folder of the box's that goes as the rest comes.

    Raises:
        StorageError: The database failed.
        OSError: The files could not be put there.
    """
    kind = snapshots.kind_of(box.database)
    here = staged.folder / DATABASES[kind]
    if box.database.is_sqlite:
        await _ready(here, staged, box)
    else:
        await _ready_beside(here, staged, box)
    moves = await asyncio.to_thread(_moves, staged.folder, kind, box, aside)
    if used_up is not None:
        moves.append(Move(used_up, staged.folder / "used up", None))
    await asyncio.to_thread(exchange, box.folder, moves)


async def settle(box: Box) -> None:
    """Do in a server's database what is left of a restore: all of it, or nothing.

    Whoever opens the database of a box calls this first.

    Raises:
        StorageError: The database failed; call it again.
    """
    mark = box.folder / MARK
    if box.database.is_sqlite or is_under_way(box.folder) or not mark.exists():
        return
    if mark.read_bytes() == _PLACED:
        await dumps.switch(box.database)
    else:
        await dumps.forget(box.database)
    mark.unlink()
    sync(box.folder)


async def _ready(here: Path, staged: Staged, box: Box) -> None:
    """Make a copy of SQLite's ready to be used."""
    database = Database(f"sqlite:///{here}")
    try:
        await _bring_up(database, staged, box)
    finally:
        await database.close()
    before = copies.file_of(box.database.url)
    if before is not None and before.exists():
        try:
            await asyncio.to_thread(
                copies.keep_of_box, here, before.absolute(), secrets=staged.keeps_secrets
            )
        except DatabaseDamagedError:
            log.warning("kept nothing of the database that was here: it is damaged")


async def _ready_beside(here: Path, staged: Staged, box: Box) -> None:
    """Make a copy of PostgreSQL's ready to be used, beside what its database holds."""
    before = staged.folder / f"before-{here.name}"
    if await tables(box.database):
        await dumps.dump(box.database, before, with_secrets=True)
    await asyncio.to_thread(write_durably, box.folder / MARK, _BEGUN)
    database = Database(await dumps.load_beside(here, box.database))
    try:
        await _bring_up(database, staged, box)
    finally:
        await database.close()
    await dumps.keep_of_box(box.database, secrets=staged.keeps_secrets)
    await asyncio.to_thread((staged.folder / MARK).write_bytes, _PLACED)


async def _bring_up(database: Database, staged: Staged, box: Box) -> None:
    await migrate(database)
    erased = await asyncio.to_thread(_joined, staged.folder, box)
    await erase_again(database, staged.folder / FILES, erased, made_at=staged.since)
    await _write_down(database, staged)


async def _write_down(database: Database, staged: Staged) -> None:
    """Tell in the log of changes that what is staged was put back."""
    with acting(Actor(By.TERMINAL)):
        put = ChangeRows(database).put
        await put(What.BACKUP, staged.since.isoformat(), {"state": "restored"}, at=staged.now)


def _joined(staged: Path, box: Box) -> dict[str, datetime]:
    """Return who was erased here or where the staged comes from, and stage the list of them."""
    erased = erasures.joined(erasures.read(box.erased), erasures.read(staged / erasures.FILE))
    if erased:
        erasures.write(staged / erasures.FILE, erased)
    return erased


def _moves(staged: Path, kind: str, box: Box, aside: Path) -> list[Move]:
    def of_folder(name: str) -> Move:
        fresh = staged / name
        return Move(box.folder / name, aside / name, fresh if fresh.exists() else None)

    moves = [of_folder(SKILLS), of_folder(FILES), of_folder(INDEX)]
    moves += [of_folder(name) for name in (erasures.FILE, KEY) if (staged / name).exists()]
    database = copies.file_of(box.database.url)
    if database is None:
        before = staged / f"before-{DATABASES[kind]}"
        if before.exists():
            moves.append(Move(aside / DATABASES[kind], None, before))
        # `settle` does the rest: with this in its place all else is in its own.
        return [*moves, Move(box.folder / MARK, None, staged / MARK)]
    fresh = staged / DATABASES[kind]
    if database.absolute().parent != box.folder.absolute():
        # Perhaps on another disk, across which nothing can be renamed.
        beside = database.with_name(f".{database.name}.restoring")
        shutil.copyfile(fresh, beside)
        fresh, aside = beside, database.parent / aside.name
    logs = [database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")]
    # The log belongs to the file that is there: it goes with it, and first.
    moves += [Move(each, aside / each.name, None) for each in logs]
    return [*moves, Move(database, aside / database.name, fresh)]
