"""What passes between a chat platform and the product, the same for every platform."""

from dataclasses import dataclass, field
from datetime import datetime


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
    """

    user_id: str
    name: str
    zone: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message as a person wrote it.

    Attributes:
        message_id: Unique in its channel; the same message delivered again has the same id.
        to_bot: The message addresses the bot (a direct message, a mention).
        room_audience: "public" or "staff" where the connector vouches for who can read the room;
            None where the product's own records decide.
        sent_at: Aware, UTC.
    """

    message_id: str
    address: Address
    author: Author
    text: str
    to_bot: bool
    sent_at: datetime
    room_audience: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message for the people in a room: Markdown text and what stands below it.

    Attributes:
        nonce: Ours, unique; a connector uses it to recognise its own post.
        sources: Titles of what an answer stands on, best first; empty for other messages.
        answer_id: The answer this belongs to, for "why this answer"; None for other messages.
        reply_to: The id of the message this replies to; "" for what nobody has just asked for.
        final: False while the text still grows.
    """

    nonce: str
    address: Address
    text: str
    sources: tuple[str, ...] = field(default=())
    answer_id: int | None = None
    reply_to: str = ""
    final: bool = True
