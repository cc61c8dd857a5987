"""A team's room and a customer, as seen from a chat platform, with the whole bot between them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app.deskhand import Deskhand
from bot.domain.hand_overs import HandOverState
from connectors.messages import IncomingMessage, OutgoingMessage
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.parts import until
from tests.fakes.platform import Town
from tests.scenario.conftest import BAKERY
from tests.scenario.town import QUICK_S, bot_in, on

TEAM, ANN, BEN, CUSTOMER = "CTEAM", "Ann", "Ben", "Carla"
WISH = "a person, please"


class Office:
    """A team's room and a customer's direct message, as seen from the platform."""

    def __init__(self, app: Deskhand, town: Town) -> None:
        self.app = app
        self.town = town

    def writes(
        self, text: str, *, author: str = CUSTOMER, channel: str = "D1", **how: object
    ) -> IncomingMessage:
        """Have the customer write to the bot."""
        return self.town.says(
            text, author=author, channel=channel, **{"direct": channel[0] == "D", **how}
        )

    def replies(
        self, text: str, thread: str, *, author: str = ANN, **how: object
    ) -> IncomingMessage:
        """Have a colleague write below a post in the team's room."""
        said = {"channel": TEAM, "to_bot": False, "thread": thread, **how}
        return self.town.says(text, author=author, **said)

    def room(self, channel: str) -> list[str]:
        return [post.text for post in self.town.posts if post.address.channel == channel]

    async def shown(self, words: str, channel: str) -> OutgoingMessage:
        """Wait for a post with these words in a room."""

        def found() -> list[OutgoingMessage]:
            posts = self.town.posts
            return [
                each for each in posts if each.address.channel == channel and words in each.text
            ]

        await until(found)
        return found()[0]

    def id_of(self, post: OutgoingMessage) -> str:
        return str([each.nonce for each in self.town.posts].index(post.nonce))

    async def wanted(self, text: str = WISH) -> str:
        """Have the customer ask for a person; return the thread of the team's post."""
        self.writes(text)
        return self.id_of(await self.shown("I take it", TEAM))

    async def presses(self, label: str, thread: str, *, author: str = ANN) -> str:
        return await self.town.presses(label, self.town.posts[int(thread)], author=author)

    async def taken(self, text: str = WISH, *, author: str = ANN) -> str:
        thread = await self.wanted(text)
        await self.presses("I take it", thread, author=author)
        await self.shown("reads along", "D1")
        await self.shown("has it", TEAM)
        return thread

    async def presses_gone(self, label: str, thread: str) -> bool:
        """Return whether a button is gone from a post."""
        post = self.town.posts[int(thread)]
        return all(each.label != label for each in post.buttons)

    async def states(self) -> list[HandOverState]:
        hand_overs = self.app.services.hand_overs
        open_ones = await hand_overs.open(limit=10)
        return [each.state for each in [*open_ones, *await hand_overs.ended(limit=10)]]

    async def quiet(self) -> None:
        """Let everything that is on its way arrive."""
        await asyncio.sleep(6 * QUICK_S)


@asynccontextmanager
async def office(
    town: Town, data_dir: Path, *, clock: Callable[[], datetime] | None = None, **hand_overs: object
) -> AsyncIterator[Office]:
    async with bot_in(town, data_dir, now=clock or (lambda: datetime.now(UTC))) as app:
        choices, knowledge = app.services.choices, app.services.knowledge
        await choices.set("slack.staff", [ANN, BEN])
        await choices.set("slack.rooms", {TEAM: {"audience": "staff"}})
        await choices.set("slack.staff_room", TEAM)
        await choices.set("questions.told", "weekly")
        for name, value in hand_overs.items():
            await choices.set(f"hand_overs.{name}", value)
        if not await knowledge.documents():
            await knowledge.add(
                read("faq.jsonl", BAKERY.encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
            )
        await knowledge.settled()
        await on(app)
        yield Office(app, town)
