"""The whole bot of a small bakery beside a stub of Ollama, both over real sockets."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app.deskhand import Deskhand, compose, utc_now
from bot.domain.conversations import Answer
from bot.domain.people import Role
from bot.inbox.talk import Answered, Event, Waiting, room_address
from bot.llm.connection import Limits
from bot.settings import Settings
from connectors.base import Connector
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.ollama import Body
from tests.fakes.parts import at_work

BAKERY = Path(__file__).parents[1] / "fakes" / "bakery"

# Answered word for word from an entry.
VERBATIM = "Can I pay by card?"
VERBATIM_ANSWER = "You can pay by card, in cash or with your telephone."
# Answered by the model, from the handbook.
COMPOSED = "Where does the ash of the stone oven go?"
COMPOSED_ANSWER = "The ash of the stone oven goes into the metal bin in the yard."

# As short as a busy computer allows for what does answer.
IMPATIENT = Limits(connect_s=5, first_token_s=3, silence_s=3, short_s=5)


@dataclass(frozen=True)
class Said:
    """What one message led to."""

    events: list[Event]
    answer: Answer | None
    text: str

    @property
    def waiting(self) -> list[str]:
        """The lines shown while nothing better was there."""
        return [event.text for event in self.events if isinstance(event, Waiting) and event.text]


class Office:
    """The bot as people meet it."""

    def __init__(self, app: Deskhand) -> None:
        self.app = app

    async def says(self, text: str, *, room: str = "room", role: Role = Role.STAFF) -> Said:
        """Say something and wait for the answer."""
        saying = self.app.services.talk.say(text, room=room, role=role)
        async with contextlib.aclosing(saying) as told:
            events = [event async for event in told]
        last = events[-1]
        assert isinstance(last, Answered)
        return Said(events, last.answer, last.text)

    async def until_delivered(
        self, count: int, *, room: str = "room", within_s: float = 20.0
    ) -> list[str]:
        """Wait until so many messages have reached a room of staff; return them."""
        async with asyncio.timeout(within_s):
            while len(came := await self.delivered(room=room)) < count:
                await asyncio.sleep(0.02)
        return came

    async def delivered(self, *, room: str = "room", role: Role = Role.STAFF) -> list[str]:
        """Return everything that reached a room, in order."""
        sent = await self.app.services.outbox.room(room_address(room, role), limit=1_000)
        return [each.message.text for each in sent]


@contextlib.asynccontextmanager
async def office(
    data_dir: Path,
    ollama_url: str,
    *,
    limits: Limits | None = None,
    connectors: Sequence[Connector] = (),
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Office]:
    """Run everything but the page inside the block."""
    settings = Settings(data_dir=data_dir, model="tiny:1b", ollama_url=ollama_url, timezone="UTC")
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    app = await compose(settings, connectors=connectors, now=now)
    if limits is not None:
        for connection in app.connections:
            connection.limits = limits
    if not await app.services.knowledge.documents():
        await _know(app)
    async with at_work(app, clock=True):
        yield Office(app)


async def _know(app: Deskhand) -> None:
    for name in ("faq.jsonl", "handbook.md"):
        content = await asyncio.to_thread((BAKERY / name).read_bytes)
        documents = read(name, content, audience=Audience.PUBLIC, origin=name)
        await app.services.knowledge.add(documents)
    await app.services.knowledge.settled()


def question_of(body: Body) -> str:
    """Return the question that a prompt asks."""
    asked = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
    return str(re.findall(r"^Question: (.*)$", asked, re.MULTILINE)[-1])
