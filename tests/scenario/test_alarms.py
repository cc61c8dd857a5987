"""What comes due while the clock is busy with something else is not late for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.followups.clock import Clock
from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook
from bot.storage.database import Database
from bot.storage.followups import Call, FollowUpRows, NewFollowUp
from bot.storage.inbox import InboxRows
from bot.storage.outbox import OutboxRows
from bot.storage.people import PersonRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage
from tests.fakes import tables

ROOM = Address("slack", "C1")
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=0.2)
PATIENCE_S = 60.0


class Office:
    """Follow-ups and their clock; `ahead` sets it, which it may notice or not."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ahead = timedelta()
        self._stands_at: datetime | None = None
        self.begins = self.now()
        self.service = FollowUps(
            FollowUpRows(database, run="now"),
            Phrasebook(),
            now=self.now,
            started_at=self.begins,
            sent=lambda: None,
        )
        self.outbox = OutboxRows(database, run="now")

    def now(self) -> datetime:
        return self._stands_at or datetime.now(UTC) + self.ahead

    async def promise(self, subject: str, due_in: timedelta, call: Call | None = None) -> None:
        """Promise it while the clock stands: however slow the computer, it is not past already."""
        person = await PersonRows(self.database).ensure("slack", Author("U1", "Ann"))
        self._stands_at = self.now()
        due_at = self._stands_at + due_in
        new = NewFollowUp(person.person_id, ROOM, subject, due_at, "UTC", "en")
        await self.service.promise(new, call)
        self._stands_at = None

    async def turn(self) -> int:
        """Return a turn that runs."""
        author = Author("U1", "Ann")
        said = IncomingMessage("m1", ROOM, author, "hello", to_bot=True, sent_at=self.now())
        turn_id = await InboxRows(self.database).store(said, now=self.now())
        await TurnRows(self.database, run="now").take(suspects=True, now=self.now())
        assert turn_id is not None
        return turn_id

    @contextlib.asynccontextmanager
    async def watched(self, meanwhile: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
        """Have the clock run inside the block; `meanwhile` is called after each delivery."""
        clock = Clock(self.service, meanwhile, now=self.now)
        self.service.changed = clock.changed
        running = asyncio.create_task(clock.run())
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def delivers(self, *subjects: str) -> None:
        """Wait until these have been delivered, in this order."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.delivered() != list(subjects):
                await asyncio.sleep(0.01)

    async def delivered(self) -> list[str]:
        put = await self.outbox.room(ROOM, limit=99, under_way=True)
        return [each.message.text.removeprefix("Reminder: ").split(" (")[0] for each in put]


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office whose clock looks at nothing but its alarm."""
    for name in ("SWEEP_S", "LOOK_S", "OVERDUE_S"):
        monkeypatch.setattr(f"bot.followups.clock.{name}", 1_000)
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await tables.migrate(database)
    yield Office(database)
    await database.close()


async def nothing() -> None:
    return None


async def test_what_comes_due_while_another_is_being_delivered_is_delivered_at_once(office):
    async def passes() -> None:
        if await office.delivered():
            office.ahead = 2 * MINUTE

    await office.promise("first", SOON)
    await office.promise("second", MINUTE)
    async with office.watched(passes):
        await office.delivers("first", "second")


async def test_a_promise_made_as_another_comes_due_does_not_put_that_off(office):
    looked = asyncio.Event()

    async def looks() -> None:
        looked.set()

    await office.promise("first", MINUTE)
    async with office.watched(looks):
        await looked.wait()
        office.ahead = 2 * MINUTE
        await office.promise("second", MINUTE)
        await office.delivers("first")


async def test_one_that_cannot_be_delivered_yet_holds_up_no_other(office):
    held = Call(await office.turn(), 0, "schedule", {})
    await office.promise("its turn runs", SOON, held)
    await office.promise("another", 2 * SOON)
    async with office.watched(nothing):
        await office.delivers("another")


async def test_one_that_could_not_be_delivered_is_tried_again_soon(office, monkeypatch):
    monkeypatch.setattr("bot.followups.clock.OVERDUE_S", 0.05)
    turn_id, looks = await office.turn(), list[datetime]()

    async def looked() -> None:
        looks.append(office.now())
        if len(looks) == 3:
            await TurnRows(office.database, run="now").leave(turn_id)

    await office.promise("its turn runs", SOON, Call(turn_id, 0, "schedule", {}))
    async with office.watched(looked):
        await office.delivers("its turn runs")
