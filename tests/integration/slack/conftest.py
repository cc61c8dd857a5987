import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Press
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack

DEADLINE_S = 60.0


async def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end, f"did not come to hold: {what}"
        await asyncio.sleep(0.01)


class Inbox:
    """A receiver that keeps what it is told, and can be slow or broken."""

    def __init__(self) -> None:
        self.received: list[IncomingMessage] = []
        self.edits: list[tuple[Address, str, str]] = []
        self.deletions: list[tuple[Address, str]] = []
        self.presses: list[Press] = []
        self.openers: list[tuple[Address, Author]] = []
        self.connections = 0
        self.alone: list[bool] = []
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False
        self.waiting = 0
        self.told = ""
        self.prompts: Sequence[str] = ()

    async def receive(self, message: IncomingMessage) -> None:
        self.waiting += 1
        await self.open.wait()
        if self.broken:
            raise RuntimeError("the disk is full")
        self.received.append(message)

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        self.edits.append((address, message_id, text))

    async def deleted(self, address: Address, message_id: str) -> None:
        self.deletions.append((address, message_id))

    async def pressed(self, press: Press) -> str:
        await self.open.wait()
        self.presses.append(press)
        return self.told

    async def opened(self, address: Address, author: Author) -> Sequence[str]:
        self.openers.append((address, author))
        return self.prompts

    async def connected(self, *, alone: bool = True) -> None:
        self.connections += 1
        self.alone.append(alone)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.received]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as server:
        yield server


@pytest.fixture
def connector(slack: FakeSlack) -> SlackConnector:
    return SlackConnector("xoxb-test", "xapp-test", api_url=slack.api_url, ping_interval_s=0.1)


@contextlib.asynccontextmanager
async def listening(connector: SlackConnector, inbox: Inbox) -> AsyncIterator[asyncio.Task[None]]:
    before = inbox.connections
    task = asyncio.create_task(connector.run(inbox))
    try:
        await until(lambda: inbox.connections > before or task.done(), "connected")
        yield task
    finally:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def inbox(connector: SlackConnector) -> AsyncIterator[Inbox]:
    """A receiver that the connector is running with."""
    found = Inbox()
    async with listening(connector, found):
        yield found


def outgoing(text: str = "Until six.", channel: str = "C1", **more: object) -> OutgoingMessage:
    thread = str(more.pop("thread", ""))
    nonce = str(more.pop("nonce", "n1"))
    return OutgoingMessage(nonce, Address("slack", channel, thread), text, **more)  # type: ignore[arg-type]
