"""Who a message is from, who may read its room, and whether the bot is meant."""

from dataclasses import dataclass, replace

from bot.domain.people import Role
from bot.people.choices import PlatformChoice, RoomChoice, Speaks
from connectors.messages import Author, IncomingMessage
from knowledge.documents import Audience
from knowledge.readers.kinds import readable


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message that is taken in.

    Attributes:
        message: With its author's role and its room's audience as the owner has chosen, and
            addressed to the bot only where it may speak.
        joins: It needs no mention if the bot was asked in its thread before.
        unasked: The bot was not asked, and may answer if it is sure.
        replies: One of the team wrote it below something in their room.
    """

    message: IncomingMessage
    joins: bool = False
    unasked: bool = False
    replies: bool = False


def admitted(message: IncomingMessage, choice: PlatformChoice) -> Admitted | None:
    """Return a message as it is taken in, None where it is nobody's business.

    Privilege comes from who the platform says that the author is, never from the text.

    Args:
        message: From a platform outside of this process.
        choice: What the owner chose for the platform.
    """
    author = message.author
    if author.bot and author.user_id not in choice.bots:
        return None
    role = _role(author, choice)
    room = choice.rooms.get(message.address.channel, RoomChoice())
    message = replace(
        message,
        author=vouched(author, choice),
        room_audience=_audience(message, role, room).value,
        to_bot=message.to_bot and (message.direct or room.speaks is not Speaks.OFF),
    )
    # People talking to each other, or to another program, are left alone.
    free = not (message.direct or message.to_others or author.bot or room.speaks is Speaks.OFF)
    return Admitted(
        message,
        joins=free and choice.joins_threads and bool(message.address.thread),
        unasked=free and (room.speaks is Speaks.SURE or _for_the_team(message, role, choice)),
        replies=_replies(message, role, choice),
    )


def vouched(author: Author, choice: PlatformChoice) -> Author:
    """Return who does something, with the role the owner has chosen for them."""
    return replace(author, role=_role(author, choice).value)


def _for_the_team(message: IncomingMessage, role: Role, choice: PlatformChoice) -> bool:
    """Return whether one of the team shows the team's room a file that could be knowledge."""
    if role is Role.PUBLIC or message.address.channel != choice.staff_room:
        return False
    return any(readable(file.name) for file in message.files)


def _replies(message: IncomingMessage, role: Role, choice: PlatformChoice) -> bool:
    """Return whether one of the team may be answering what their room was told."""
    if role is Role.PUBLIC or message.author.bot or message.to_others:
        return False
    below = bool(message.address.thread or message.reply_to)
    return below and message.address.channel == choice.staff_room


def _role(author: Author, choice: PlatformChoice) -> Role:
    # A program has no say, whatever group it is in.
    ids = {author.user_id} if author.bot else {author.user_id, *author.groups}
    if not ids.isdisjoint(choice.owners):
        return Role.OWNER
    return Role.PUBLIC if ids.isdisjoint(choice.staff) else Role.STAFF


def _audience(message: IncomingMessage, role: Role, room: RoomChoice) -> Audience:
    """Return who can read the answer: in a direct message only the person who asks."""
    if message.direct:
        return Audience.PUBLIC if role is Role.PUBLIC else Audience.STAFF
    return room.audience
