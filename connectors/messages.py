"""What passes between a chat platform and the product, the same for every platform."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message stands: platform, room and, where the platform has them, thread."""

    platform: str
    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as the platform knows them.

    Attributes:
        user_id: The platform's own id, never shown.
        zone: IANA name, or None where the platform does not tell.
        role: "public", "staff" or "owner" where the connector itself vouches for it (the
            terminal and the page); None where the product's own records decide.
        groups: Ids of the platform's roles or user groups they are in.
        bot: Not a person but another program.
    """

    user_id: str
    name: str
    zone: str | None = None
    role: str | None = None
    groups: frozenset[str] = frozenset()
    bot: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _storable(self.name))


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message.

    Attributes:
        file_id: The platform's own id of it, for `Platform.fetch`; "" where it has none.
        name: With its ending, as the sender's computer has it.
    """

    file_id: str
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _storable(self.name))


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message as a person wrote it.

    Attributes:
        message_id: Unique in its channel; the same message delivered again has the same id.
        text: Without the mention of the bot itself; other people's and rooms' mentions as
            "@name" and "#name".
        to_bot: The message addresses the bot (a direct message, a mention, a command).
        room_audience: "public" or "staff" where the connector vouches for who can read the room;
            None where the product's own records decide.
        sent_at: Aware, UTC.
        room_name: What people call the room; "" for a direct message, of a group too, and where it
            is not known.
        direct: The room is a direct message with the bot.
        group: The room is a direct message of several people and the bot.
        to_others: It mentions or replies to somebody else and not the bot.
        files: What came with it, in order.
        reply_to: The id of the message in the same room that it replies to, where it names one.
    """

    message_id: str
    address: Address
    author: Author
    text: str
    to_bot: bool
    sent_at: datetime
    room_audience: str | None = None
    room_name: str = ""
    direct: bool = False
    group: bool = False
    to_others: bool = False
    files: tuple[File, ...] = ()
    reply_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _storable(self.text))
        object.__setattr__(self, "room_name", _storable(self.room_name))


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button under one of our messages.

    Attributes:
        address: Where the message stands.
        author: Who pressed it.
        action: The button's own, as it was posted.
        message_id: The platform's id of the message the button stands under.
    """

    address: Address
    author: Author
    action: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a platform that the bot can read.

    Attributes:
        address: Without a thread, unless the platform gives a thread to the bot alone.
        name: What people call it; a direct message has the other person's name.
        direct: It is a direct message with the bot.
        private: Only invited people can read it.
    """

    address: Address
    name: str
    direct: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press under a message.

    Attributes:
        label: In the reader's language, at most 40 characters.
        action: What comes back when it is pressed, however long after: small letters, with an id
            behind a colon ("cancel:12"); at most 60 characters.
    """

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes out with a message.

    Attributes:
        name: As people see it, with its ending; a stranger's word.
        path: Of its bytes; while a message waits, below the folder of files that are kept.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message for the people in a room: Markdown text and what stands below it.

    Attributes:
        nonce: Ours, unique, at most 25 letters and digits; a connector uses it to recognise its
            own post.
        sources: Titles of what an answer stands on, best first; empty for other messages.
        answer_id: The answer this belongs to, for "why this answer"; None for other messages.
        reply_to: The id of the message this replies to; "" for what nobody has just asked for.
        final: False while the text still grows.
        buttons: What can be pressed below it, in order; at most five.
        files: What goes with it, in order; no more than the platform's `Abilities` allow.
    """

    nonce: str
    address: Address
    text: str
    sources: tuple[str, ...] = field(default=())
    answer_id: int | None = None
    reply_to: str = ""
    final: bool = True
    buttons: tuple[Button, ...] = ()
    files: tuple[OutgoingFile, ...] = ()


def _storable(text: str) -> str:
    """Return a text without what no database takes: NUL, and half a sign, which JSON may carry."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
