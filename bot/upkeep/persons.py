"""One person's data: shown, given to them, erased."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.domain.known_persons import KnownPerson, SeenPerson, Wanted
from bot.domain.people import Person
from bot.domain.whole_persons import WholePerson
from bot.outbox.files import KeptFiles
from bot.storage import copies
from bot.storage.database import Database
from bot.storage.known_persons import KnownPersonRows
from bot.storage.person_erasing import ErasingRows
from bot.storage.whole_persons import WholePersonRows
from bot.upkeep import erasures
from connectors.messages import OutgoingFile

log = logging.getLogger(__name__)


class WhoError(Exception):
    """Words name nobody, or several; the text says whom there is."""


class Persons:
    """Everything that is kept of one person, wherever it is."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        files: KeptFiles,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Look in a database, in the files beside it, and keep the list of those erased there."""
        self._database = database
        self._rows = WholePersonRows(database)
        self._known = KnownPersonRows(database)
        self._erasing = ErasingRows(database)
        self._erased = folder / erasures.FILE
        self._files = files
        self._now = now

    async def page(
        self, wanted: Wanted, *, limit: int, after: int | None = None
    ) -> list[SeenPerson]:
        """Return persons by name.

        Args:
            wanted: Which.
            limit: How many at most.
            after: The id of the last one of the page before.
        """
        return await self._known.page(wanted, limit=limit, after=after)

    async def get(self, person_id: int) -> Person | None:
        """Return a person, None where there is none or they were erased."""
        return await self._known.get(person_id)

    async def known(self, person: Person) -> KnownPerson:
        """Return how much is kept of a person."""
        return await self._known.known(person)

    async def whole(self, who: str) -> WholePerson:
        """Return everything that is kept of a person.

        Args:
            who: "slack/U123", an id, or a name that one person alone has.

        Raises:
            WhoError: It names nobody, or several.
        """
        return await self._rows.whole(await self._named(who))

    async def erase(self, who: str) -> Person:
        """Erase a person: their words, what they were told, who they are, what waits for them.

        They stay erased when a backup from before is restored. Backups themselves are not touched.

        Args:
            who: As in `whole`.

        Returns:
            Who it was.

        Raises:
            WhoError: It names nobody, or several.
            ErasuresUnreadableError: The list of those who were erased is damaged.
            StorageError: Erase them again: something of them may be left.
        """
        person = await self._named(who)
        # First, so that whatever happens from here on, no backup brings them back.
        await asyncio.to_thread(self._note, person)
        await _erase(self._erasing, person.person_id, self._files, self._now())
        await copies.scrub(self._database)
        log.info("erased a person platform=%s", person.platform)
        return person

    async def _named(self, who: str) -> Person:
        found = await self._rows.find(who)
        if len(found) == 1:
            return found[0]
        if not found:
            raise WhoError(
                f"Nobody here is called {who}: name them as the platform does, such as slack/U123."
            )
        names = ", ".join(f"{each.platform}/{each.user_id}" for each in found)
        raise WhoError(f"Several are called {who}: name one of {names}.")

    def _note(self, person: Person) -> None:
        mark = erasures.mark(person.platform, person.user_id)
        erasures.write(self._erased, erasures.read(self._erased) | {mark: self._now()})


async def erase_again(
    database: Database, files: Path, erased: dict[str, datetime], *, made_at: datetime
) -> int:
    """Erase those from a restored database who were erased after it was backed up.

    Args:
        database: With the tables of this version.
        files: The folder of its files on their way out.
        erased: When whom.
        made_at: When it was backed up.

    Returns:
        How many there were.

    Raises:
        StorageError: They could not be erased.
    """
    rows, erasing = WholePersonRows(database), ErasingRows(database)
    kept = KeptFiles(files, now=lambda: made_at)
    again = [
        person_id
        for person_id, platform, user_id in await rows.everybody()
        if (at := erased.get(erasures.mark(platform, user_id))) is not None and at >= made_at
    ]
    for person_id in again:
        await _erase(erasing, person_id, kept, made_at)
    if again:
        await copies.scrub(database)
    return len(again)


async def _erase(rows: ErasingRows, person_id: int, files: KeptFiles, now: datetime) -> None:
    keys = await rows.erase(person_id, now=now)
    await files.forget([OutgoingFile("", Path(Path(key).name)) for key in keys])
