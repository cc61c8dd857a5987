"""The port every chat platform is built against."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Press, Room


class Receiver(Protocol):
    """Whom a connector hands everything to that happens on its platform.

    Once a call has returned, what it told is stored: only then acknowledge it to the platform.
    """

    async def receive(self, message: IncomingMessage) -> None:
        """Take a message in; one that came before changes nothing.

        Raises:
            Exception: It was not stored and must not be acknowledged.
        """

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        """Take the new text of a message, in the form of `IncomingMessage.text`."""

    async def deleted(self, address: Address, message_id: str) -> None:
        """Take note that a message was deleted by who wrote it."""

    async def pressed(self, press: Press) -> str:
        """Do what a button stands for, at most once a press.

        Returns:
            A sentence for the person who pressed it, to be shown to them alone; "" for none.
        """

    async def opened(self, address: Address, author: Author) -> Sequence[str]:
        """Return up to four questions to suggest to somebody who opens a room with the bot."""

    async def connected(self, *, alone: bool = True) -> None:
        """Note that listening has begun, or begun anew without everything being replayed.

        Args:
            alone: Nobody else listened for this bot meanwhile, so that something may be missed.
        """


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do.

    Attributes:
        max_chars: The longest message, in code points.
        edits: A posted message can be changed, so an answer can grow in sight.
        edit_pause_s: Seconds to leave between two edits of a message that grows; the last edit
            need not wait.
        shows_status: A line like "2 before you, about 40 s" can be shown while people wait.
        buttons: Buttons can be shown below a message and pressed.
        max_files: How many files a message may carry; 0: none.
        max_file_bytes: The largest of them.
        several_listen: Several processes may listen for one bot: each message comes to one of them.
    """

    max_chars: int
    edits: bool
    edit_pause_s: float
    shows_status: bool
    buttons: bool = False
    max_files: int = 0
    max_file_bytes: int = 0
    several_listen: bool = False


class Connector(Protocol):
    """A chat platform: brings messages in and takes messages out."""

    @property
    def platform(self) -> str:
        """Return the platform's short name, the one in `Address.platform`."""

    @property
    def abilities(self) -> Abilities:
        """Return what the platform can do."""

    async def run(self, receiver: Receiver) -> None:
        """Listen until cancelled, handing everything to `receiver`; may be run again after that.

        Raises:
            ConnectorError: It cannot go on; the type says whether trying again may help.
        """

    async def post(self, message: OutgoingMessage) -> str:
        """Post a message and return the platform's id of it, "" where that is not told in time.

        Raises:
            SendError: It was not delivered, or perhaps not.
        """

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Replace a posted message's text; its files stay.

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


class FileSource(Protocol):
    """Where files are that came with messages."""

    async def fetch(
        self, address: Address, message_id: str, file_id: str, *, max_bytes: int
    ) -> bytes:
        """Return what is in a file that came with a message.

        Args:
            address: Where the message stands.
            message_id: Its id.
            file_id: The file's, as `IncomingMessage.files` had it.
            max_bytes: No more than this is read.

        Raises:
            FileRefusedError: It is gone, too large, or not kept by the platform itself.
            ConnectorError: The platform could not be asked just now.
        """


class ReplyAddresses(Protocol):
    """Where commands are answered, kept for whichever process comes to answer one.

    Such an address lets whoever knows it speak as the bot: it is kept sealed.
    """

    async def keep(self, message_id: str, address: str, *, for_s: float) -> None:
        """Keep where a command is answered, for as long as its platform takes an answer there.

        Raises:
            Exception: It was not kept.
        """

    async def of(self, message_id: str) -> str:
        """Return where a message is answered; "" when it is no command, or too old.

        Raises:
            Exception: It could not be read.
        """


class Platform(Connector, FileSource, Protocol):
    """A connector to a platform outside of this process: it can be away, deaf or misconfigured."""

    def signed_in(self) -> AbstractAsyncContextManager[None]:
        """Be signed in inside the block without listening: enough for all but `run` and `history`.

        Raises:
            ConnectorError: It cannot sign in.
        """

    async def check(self) -> str:
        """Ask the platform who we are and whether everything needed is permitted.

        Returns:
            As whom and where we are signed in: "Deskhand in Kornblume Bakery".

        Raises:
            ConnectorError: Its sentence says what is missing and where to click.
        """

    async def rooms(self) -> list[Room]:
        """Return the rooms the bot can read, direct messages among them, the busiest first.

        Raises:
            ConnectorError: The platform could not be asked.
        """

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        """Return what people wrote in a room and its threads after a moment, oldest first.

        In the very form in which `Receiver.receive` would have had it; without our own messages.

        Args:
            address: A room as `rooms` gives it.
            since: Aware.

        Raises:
            RoomGoneError: There is no such room any more, or the bot may not read it.
            ConnectorError: The platform could not be asked.
        """
