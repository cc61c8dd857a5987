"""A chat platform in memory that loses messages, goes away and goes deaf, as real ones do."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.base import Abilities, Receiver
from connectors.errors import ConnectorError, SendError
from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Room

PLATFORM = "slack"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Town:
    """The platform's own side: it goes on while no bot is connected.

    Attributes:
        deaf: Connections are open and bring nothing.
        away: The platform cannot be reached.
        refuses: What connecting fails with.
        connections: How often somebody connected.
        posts: What the bot posted, by the platform's id.
    """

    deaf: bool = False
    away: bool = False
    refuses: ConnectorError | None = None
    connections: int = 0
    said: list[IncomingMessage] = field(default_factory=list)
    posts: list[OutgoingMessage] = field(default_factory=list)
    listeners: list[asyncio.Queue[IncomingMessage | None]] = field(default_factory=list)

    def says(
        self,
        text: str,
        *,
        channel: str = "C1",
        thread: str = "",
        author: str = "U1",
        to_bot: bool = True,
        sent_at: datetime | None = None,
        files: tuple[str, ...] = (),
    ) -> IncomingMessage:
        """Have somebody say something; who listens hears it, unless deaf."""
        message = IncomingMessage(
            message_id=f"m{len(self.said)}",
            address=Address(PLATFORM, channel, thread),
            author=Author(author, author),
            text=text,
            to_bot=to_bot,
            sent_at=sent_at or now(),
            files=files,
        )
        self.said.append(message)
        for listener in () if self.deaf else self.listeners:
            listener.put_nowait(message)
        return message

    def cut(self) -> None:
        """Cut every connection."""
        for listener in self.listeners:
            listener.put_nowait(None)

    def answers_to(self, message: IncomingMessage) -> list[str]:
        """What was posted in reply to a message."""
        return [post.text for post in self.posts if post.reply_to == message.message_id]


class TownConnector:
    """The bot's side."""

    platform = PLATFORM
    abilities = Abilities(max_chars=4_000, edits=False, edit_pause_s=0.0, shows_status=False)

    def __init__(self, town: Town) -> None:
        self.town = town

    def _reach(self) -> None:
        if self.town.away:
            raise ConnectorError("Slack cannot be reached.")
        if self.town.refuses is not None:
            raise self.town.refuses

    async def run(self, receiver: Receiver) -> None:
        self._reach()
        heard: asyncio.Queue[IncomingMessage | None] = asyncio.Queue()
        self.town.listeners.append(heard)
        self.town.connections += 1
        try:
            await receiver.connected()
            while (message := await heard.get()) is not None:
                await receiver.receive(message)
            raise ConnectorError("The connection broke.")
        finally:
            self.town.listeners.remove(heard)

    async def post(self, message: OutgoingMessage) -> str:
        if self.town.away:
            raise SendError("away")
        self.town.posts.append(message)
        return f"p{len(self.town.posts)}"

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        raise AssertionError("nothing is edited here")

    async def find(self, message: OutgoingMessage) -> str | None:
        return next((post.nonce for post in self.town.posts if post.nonce == message.nonce), None)

    async def show_status(self, address: Address, text: str) -> None:
        return

    async def check(self) -> str:
        self._reach()
        return "Deskhand in Town"

    async def rooms(self) -> list[Room]:
        self._reach()
        channels = dict.fromkeys(message.address.channel for message in self.town.said)
        return [Room(Address(PLATFORM, channel), channel) for channel in channels]

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        self._reach()
        return [
            message
            for message in self.town.said
            if message.address.channel == address.channel and message.sent_at > since
        ]
