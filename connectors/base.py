"""The port every chat platform is built against."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from connectors.messages import Address, IncomingMessage, OutgoingMessage

Receive = Callable[[IncomingMessage], Awaitable[None]]
"""Takes a message in. Once it has returned the message is stored: only then acknowledge it."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do.

    Attributes:
        max_chars: The longest message, in code points.
        edits: A posted message can be changed, so an answer can grow in sight.
        edit_pause_s: Seconds to leave between two edits of a message that grows; the last edit
            need not wait.
        shows_status: A line like "2 before you, about 40 s" can be shown while people wait.
    """

    max_chars: int
    edits: bool
    edit_pause_s: float
    shows_status: bool


class Connector(Protocol):
    """A chat platform: brings messages in and takes messages out."""

    @property
    def platform(self) -> str:
        """Return the platform's short name, the one in `Address.platform`."""

    @property
    def abilities(self) -> Abilities:
        """Return what the platform can do."""

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled, handing each message to `receive`."""

    async def post(self, message: OutgoingMessage) -> str:
        """Post a message and return the platform's id of it.

        Raises:
            SendError: It was not delivered, or perhaps not.
        """

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Replace a posted message's text.

        Raises:
            SendError: It was not changed.
        """

    async def find(self, message: OutgoingMessage) -> str | None:
        """Return the platform's id of a message posted before with this nonce, or None.

        Raises:
            SendError: The platform could not be asked.
        """

    async def show_status(self, address: Address, text: str) -> None:
        """Show that an answer is being worked on; an empty text clears it. Never fails."""
