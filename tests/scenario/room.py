"""A room made of memory with the whole bot in it, and a clock that stands still."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Answer
from bot.domain.people import Role
from bot.inbox.talk import Answered, Event, room_address
from bot.settings import Settings
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.parts import at_work
from tests.fakes.states import outgoing_waits

# A Tuesday.
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PATIENCE_S = 60.0


class FakeClock:
    """A clock that goes when told."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go(self, **units: float) -> None:
        self.at += timedelta(**units)


class Room:
    """The bot as people meet it."""

    def __init__(self, app: Deskhand, clock: FakeClock) -> None:
        self.app = app
        self.clock = clock

    async def events(
        self, text: str, *, room: str = "room", role: Role = Role.PUBLIC, person: str = ""
    ) -> list[Event]:
        said = self.app.services.talk.say(text, room=room, role=role, person=person)
        async with contextlib.aclosing(said) as events:
            return [event async for event in events]

    async def says(
        self, text: str, *, room: str = "room", role: Role = Role.PUBLIC, person: str = ""
    ) -> Answer:
        """Say something and return the answer; fails when the turn was set aside."""
        last = (await self.events(text, room=room, role=role, person=person))[-1]
        assert isinstance(last, Answered)
        assert last.answer is not None, last.text
        return last.answer

    async def knows(self, name: str, content: str, *, audience: Audience = Audience.PUBLIC) -> None:
        documents = read(name, content.encode(), audience=audience, origin=name)
        await self.app.services.knowledge.add(documents)
        # How sure a match is depends on all that is known.
        await self.app.services.knowledge.settled()

    async def delivered(self, *, room: str = "room", role: Role = Role.PUBLIC) -> list[str]:
        """Return everything that reached a room, once nothing is on its way any more."""
        outbox = self.app.services.outbox
        async with asyncio.timeout(PATIENCE_S):
            while await outgoing_waits(self.app.database):
                await asyncio.sleep(0.02)
        sent = await outbox.room(room_address(room, role), limit=1_000)
        return [each.message.text for each in sent]


@contextlib.asynccontextmanager
async def bot_in_a_room(
    data_dir: Path,
    *,
    model: str = "",
    ollama_url: str = "http://127.0.0.1:9",
    zone: str = "UTC",
    database_url: str = "",
) -> AsyncIterator[Room]:
    """Run the whole bot, with the local connector only, inside the block."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    settings = Settings(
        data_dir=data_dir,
        database_url=database_url,
        model=model,
        ollama_url=ollama_url,
        timezone=zone,
        embed_model="builtin",
    )
    clock = FakeClock()
    app = await compose(settings, now=clock)
    async with at_work(app):
        yield Room(app, clock)


def development_data() -> Path:
    """Return the folder with the sets that figures are taken from, where it is at hand."""
    beside = Path(__file__).parents[3] / "shared"
    return Path(os.environ.get("DESKHAND_SHARED", beside)) / "data"
