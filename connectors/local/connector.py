"""Rooms inside this process; whoever watches a room sees what happens in it.

A post here cannot be doubled: its id is its nonce, and who shows it replaces what has the same
id. What was said is kept by the outbox; nobody needs to watch for it to count as delivered.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.base import Abilities, Receiver
from connectors.messages import Address, IncomingMessage, OutgoingMessage, Press

PLATFORM = "local"
# Nobody types or reads more in one message of a chat; a message longer than this is split.
MAX_CHARS = 20_000
MAX_FILES = 5
MAX_FILE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Status:
    """A line shown while people wait; an empty text clears it."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message, new or grown; one of the same id replaces what was shown."""

    message_id: str
    message: OutgoingMessage


Event = Status | Said


class LocalConnector:
    """Implements the connector port for rooms of this process."""

    platform = PLATFORM
    abilities = Abilities(
        max_chars=MAX_CHARS,
        edits=True,
        edit_pause_s=0.0,
        shows_status=True,
        buttons=True,
        max_files=MAX_FILES,
        max_file_bytes=MAX_FILE_BYTES,
    )

    def __init__(self) -> None:
        """Start with nobody watching."""
        self._receiver: Receiver | None = None
        self._watchers: defaultdict[Address, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._listening = asyncio.Event()

    async def run(self, receiver: Receiver) -> None:
        """Pass on what is said until cancelled."""
        self._receiver = receiver
        self._listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._listening.clear()

    async def say(self, message: IncomingMessage) -> None:
        """Say something in a room; it is stored when this returns."""
        await (await self._heard_by()).receive(message)

    async def press(self, press: Press) -> str:
        """Press a button under a message; return the sentence for who pressed it."""
        return await (await self._heard_by()).pressed(press)

    async def _heard_by(self) -> Receiver:
        await self._listening.wait()
        assert self._receiver is not None  # noqa: S101 - set before `_listening`
        return self._receiver

    @contextmanager
    def watch(self, address: Address) -> Iterator["asyncio.Queue[Event]"]:
        """Open a queue of what happens in a room from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers[address].add(queue)
        try:
            yield queue
        finally:
            self._watchers[address].discard(queue)
            if not self._watchers[address]:
                del self._watchers[address]

    async def post(self, message: OutgoingMessage) -> str:
        """Show a message; its id is its nonce."""
        self._tell(message.address, Said(message.nonce, message))
        return message.nonce

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Show a message's new text."""
        self._tell(message.address, Said(message_id, message))

    async def find(self, message: OutgoingMessage) -> str | None:
        """Return None: posting again replaces, so nothing needs to be looked for."""
        del message
        return None

    async def show_status(self, address: Address, text: str) -> None:
        """Show a waiting line to those who watch."""
        self._tell(address, Status(text))

    def _tell(self, address: Address, event: Event) -> None:
        for queue in self._watchers.get(address, ()):
            queue.put_nowait(event)
