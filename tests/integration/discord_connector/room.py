"""A connector at work on a made-up Discord, and somebody who takes what it hands over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.base import ReplyAddresses
from connectors.discord.connector import DiscordConnector
from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Press
from tests.fakes.discord_server import DEADLINE_S, TOKEN, FakeDiscord


@dataclass
class Inbox:
    """Implements the receiver port by keeping everything."""

    received: list[IncomingMessage] = field(default_factory=list)
    edits: list[tuple[Address, str, str]] = field(default_factory=list)
    deletions: list[tuple[Address, str]] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    connections: int = 0
    answer_to_press: str = ""
    broken: bool = False

    async def receive(self, message: IncomingMessage) -> None:
        if self.broken:
            raise RuntimeError("the disk is full")
        self.received.append(message)

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        self.edits.append((address, message_id, text))

    async def deleted(self, address: Address, message_id: str) -> None:
        self.deletions.append((address, message_id))

    async def pressed(self, press: Press) -> str:
        if self.broken:
            raise RuntimeError("the disk is full")
        self.presses.append(press)
        return self.answer_to_press

    async def opened(self, address: Address, author: Author) -> Sequence[str]:
        return []

    async def connected(self, *, alone: bool = True) -> None:
        self.connections += 1

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.received]

    async def one(self) -> IncomingMessage:
        """Return the one message that came, when it has come."""
        await until(lambda: self.received)
        assert len(self.received) == 1
        return self.received[0]


async def until(condition: Callable[[], object], *, deadline_s: float = DEADLINE_S) -> None:
    """Wait for something to be true."""
    async with asyncio.timeout(deadline_s):
        while not condition():
            await asyncio.sleep(0.01)


def connector_to(
    discord: FakeDiscord, token: str = TOKEN, *, addresses: ReplyAddresses | None = None
) -> DiscordConnector:
    """Return a connector to a made-up Discord; `addresses` are those that several share."""
    return DiscordConnector(
        token,
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
        cdn_url=discord.cdn_url,
        reply_addresses=addresses,
    )


@asynccontextmanager
async def running(
    discord: FakeDiscord, inbox: Inbox, *, addresses: ReplyAddresses | None = None
) -> AsyncIterator[DiscordConnector]:
    """Run a new connector until it has connected, and stop it at the end."""
    connector = connector_to(discord, addresses=addresses)
    before = inbox.connections
    task = asyncio.create_task(connector.run(inbox))
    try:
        await until(lambda: inbox.connections > before or task.done())
        if task.done():
            task.result()
        yield connector
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def outgoing(channel: str, text: str, **more: object) -> OutgoingMessage:
    """Return a message to post in a room."""
    thread = str(more.pop("thread", ""))
    nonce = str(more.pop("nonce", "n1"))
    return OutgoingMessage(nonce, Address("discord", channel, thread), text, **more)  # type: ignore[arg-type]
