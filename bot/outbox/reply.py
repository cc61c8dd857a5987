"""What a turn may show before it has ended."""

from typing import Protocol

from bot.outbox.growing import GrowingMessage
from connectors.base import Connector
from connectors.messages import Address


class Reply(Protocol):
    """The place where a turn's answer will appear."""

    @property
    def begun(self) -> bool:
        """Return whether some of the answer was shown."""

    async def status(self, text: str) -> None:
        """Show a line while the person waits, where the platform can; "" clears it."""

    async def show(self, text: str) -> None:
        """Show the answer so far, where the platform can. Everything in it has been checked."""


class RoomReply:
    """A reply in a room of a platform."""

    def __init__(self, connector: Connector, address: Address, growing: GrowingMessage) -> None:
        """Show through a connector; `growing` is the answer's first message."""
        self._connector = connector
        self._address = address
        self._growing = growing
        self._status = ""
        self.begun = False

    async def status(self, text: str) -> None:
        """Show a line while the person waits, where the platform can; "" clears it."""
        if self._connector.abilities.shows_status and text != self._status:
            self._status = text
            await self._connector.show_status(self._address, text)

    async def show(self, text: str) -> None:
        """Show the answer so far, where the platform can."""
        if self._connector.abilities.edits:
            self.begun = True
            await self._growing.show(text)


class SilentReply:
    """A reply nobody watches, for questions of an evaluation."""

    begun = False

    async def status(self, text: str) -> None:
        """Show nothing."""

    async def show(self, text: str) -> None:
        """Show nothing."""
