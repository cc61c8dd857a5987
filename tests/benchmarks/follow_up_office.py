"""An office with follow-ups, whose clock can be set."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.followups import FollowUp
from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.migrate import migrate
from bot.storage.outbox import NewOutgoing
from bot.storage.people import PersonRows
from connectors.messages import Address, Author

ROOM = Address("slack", "C1")


def utc_now() -> datetime:
    """Return the machine's own time."""
    return datetime.now(UTC)


class TimedRows(FollowUpRows):
    """Rows that note how late each follow-up was claimed, durably, in the order of the claims."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        super().__init__(database, run="benchmark")
        self._now = now
        self.late_s: list[float] = []

    async def claim(self, follow_up: FollowUp, message: NewOutgoing, *, now: datetime) -> bool:
        """Claim one, and look at the clock."""
        claimed = await super().claim(follow_up, message, now=now)
        if claimed:
            self.late_s.append((self._now() - follow_up.due_at).total_seconds())
        return claimed


@dataclass(frozen=True, slots=True)
class Office:
    """Rows of one database, and the service in front of them."""

    database: Database
    rows: TimedRows
    service: FollowUps
    person_id: int

    def new(self, due_at: datetime) -> NewFollowUp:
        """Return a follow-up to be promised."""
        return NewFollowUp(self.person_id, ROOM, "bake", due_at, "UTC", "en")


@asynccontextmanager
async def office(folder: Path, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Office]:
    """Open an office in a folder, made for it."""
    await asyncio.to_thread(folder.mkdir)
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    await migrate(database)
    person = await PersonRows(database).ensure("slack", Author("U1", "Ann"))
    rows = TimedRows(database, now=now)
    service = FollowUps(rows, Phrasebook(), now=now, started_at=now(), sent=lambda: None)
    try:
        yield Office(database, rows, service, person.person_id)
    finally:
        await database.close()
