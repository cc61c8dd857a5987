"""A team on a chat platform who have each other reminded, with a clock that goes when told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.app.deskhand import Deskhand
from bot.domain.followups import FollowUp
from bot.storage.people import PersonRows
from connectors.messages import Author, OutgoingMessage
from tests.fakes.parts import until
from tests.fakes.platform import Town, room
from tests.fakes.states import outgoing_waits
from tests.scenario.room import FakeClock
from tests.scenario.town import PATIENCE_S, bot_in, on

ANN, BEN, CUSTOMER = "Ann", "Ben", "Carla"
STAFF = (ANN, BEN, "Dan Miller", "Dan Ash")
SHOP, KITCHEN, SAFE = "CSHOP", "CKITCHEN", "CSAFE"


class Team:
    """The team, as seen from the platform."""

    def __init__(self, app: Deskhand, town: Town, clock: FakeClock) -> None:
        self.app = app
        self.town = town
        self.clock = clock

    @property
    def follow_ups(self):
        return self.app.services.follow_ups

    async def asks(
        self, text: str, *, author: str = ANN, channel: str = SHOP, **how: object
    ) -> OutgoingMessage:
        """Have somebody write to the bot; return what it answers."""
        said = {"direct": channel[0] == "D", "sent_at": self.clock(), **how}
        message = self.town.says(text, author=author, channel=channel, **said)

        def answers() -> list[OutgoingMessage]:
            return [each for each in self.town.posts if each.reply_to == message.message_id]

        await until(answers)
        await self._noted()
        return answers()[0]

    async def presses(self, label: str, post: OutgoingMessage, *, author: str = ANN) -> str:
        return await self.town.presses(label, post, author=author)

    async def waiting(self) -> list[FollowUp]:
        return await self.follow_ups.waiting()

    async def due(self, count: int = 1, **later: float) -> list[OutgoingMessage]:
        """Let the clock go on, else to what is due next; return the messages that then come."""
        due_at = await self.follow_ups.next_due()
        if later or due_at is None:
            self.clock.go(**later)
        else:
            self.clock.at = max(self.clock.at, due_at)
        before = len(self.town.posts)
        assert await self.follow_ups.deliver_due() == count
        await until(lambda: len(self.town.posts) == before + count)
        await self._noted()
        return self.town.posts[before:]

    async def quiet(self, posts: int) -> None:
        """Wait until so many messages stand there."""
        await until(lambda: len(self.town.posts) >= posts)
        await self._noted()
        assert len(self.town.posts) == posts

    async def _noted(self) -> None:
        """Wait until the database has what came, and when: before anything else happens."""
        async with asyncio.timeout(PATIENCE_S):
            while await outgoing_waits(self.app.database):
                await asyncio.sleep(0.02)

    def id_of(self, post: OutgoingMessage) -> str:
        return str([each.nonce for each in self.town.posts].index(post.nonce))

    def room(self, channel: str) -> list[str]:
        return [each.text for each in self.town.posts if each.address.channel == channel]


@contextlib.asynccontextmanager
async def team(town: Town, data_dir: Path, *, zone: str = "") -> AsyncIterator[Team]:
    """Run the bot among the team inside the block.

    Ben has written to it directly; the kitchen is an open room of the team's, the safe a private
    one in which nobody has written to it.

    Args:
        town: The platform.
        data_dir: Where data are kept.
        zone: Ben's, "" unknown.
    """
    clock = FakeClock()
    town.rooms = [
        room("slack", SHOP, "shop"),
        room("slack", KITCHEN, "kitchen"),
        room("slack", SAFE, "safe", private=True),
        room("slack", "DANN", ANN, direct=True, private=True),
        room("slack", "DBEN", BEN, direct=True, private=True),
    ]
    async with bot_in(town, data_dir, now=clock) as app:
        choices, people = app.services.choices, PersonRows(app.database)
        await choices.set("slack.staff", list(STAFF))
        await choices.set("slack.rooms", {each: {"audience": "staff"} for each in (KITCHEN, SAFE)})
        for name in STAFF:
            await people.ensure(
                "slack", Author(name, name, role="staff", zone=zone if name == BEN else None)
            )
        await on(app)
        yielded = Team(app, town, clock)
        await yielded.asks("hello", author=BEN, channel="DBEN")
        yield yielded
