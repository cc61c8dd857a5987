"""Messages as they came in; each is stored once, with the turn it asks for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversations import TurnState
from bot.domain.people import Role
from bot.storage.database import Database
from bot.storage.tables import conversations, messages, outbox, persons, turns
from connectors.messages import Address, Author, IncomingMessage
from knowledge.documents import Audience


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an incoming message.

    Attributes:
        turn_id: The turn it asks for; None when it does not address the bot.
    """

    conversation_id: int
    turn_id: int | None


class InboxRows:
    """Incoming messages, their authors and conversations."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    async def store(self, message: IncomingMessage, *, now: datetime) -> Stored | None:
        """Store a message, its author, its conversation and its turn in one transaction.

        Returns:
            None when the message was stored before; nothing is changed then.
        """
        async with self._database.writing() as connection:
            conversation_id = await _conversation(connection, message)
            person_id = await put_person(connection, message.address.platform, message.author)
            message_pk = await connection.scalar(
                self._database.insert(messages)
                .values(
                    platform=message.address.platform,
                    channel=message.address.channel,
                    message_id=message.message_id,
                    conversation_id=conversation_id,
                    person_id=person_id,
                    text=message.text,
                    to_bot=message.to_bot,
                    sent_at=message.sent_at,
                    received_at=now,
                )
                .on_conflict_do_nothing()
                .returning(messages.c.message_pk)
            )
            if message_pk is None:
                return None
            if not message.to_bot:
                return Stored(conversation_id, None)
            turn_id = await connection.scalar(
                turns.insert()
                .values(
                    message_pk=message_pk,
                    conversation_id=conversation_id,
                    state=TurnState.WAITING,
                )
                .returning(turns.c.turn_id)
            )
            return Stored(conversation_id, turn_id)

    async def last_moment(self) -> datetime | None:
        """Return the latest moment anything here was written, to notice a clock set back."""
        async with self._database.reading() as connection:
            moments = [
                await connection.scalar(select(func.max(messages.c.received_at))),
                await connection.scalar(select(func.max(outbox.c.created_at))),
            ]
        return max((moment for moment in moments if moment is not None), default=None)


async def _conversation(connection: AsyncConnection, message: IncomingMessage) -> int:
    address: Address = message.address
    found = await connection.execute(
        select(conversations.c.conversation_id, conversations.c.audience).where(
            conversations.c.platform == address.platform,
            conversations.c.channel == address.channel,
            conversations.c.thread == address.thread,
        )
    )
    # An unknown room is public.
    audience = message.room_audience or Audience.PUBLIC.value
    row = found.one_or_none()
    if row is not None:
        if message.room_audience and row.audience != audience:
            await connection.execute(
                update(conversations)
                .where(conversations.c.conversation_id == row.conversation_id)
                .values(audience=audience)
            )
        return int(row.conversation_id)
    made = await connection.execute(
        conversations.insert()
        .values(
            platform=address.platform,
            channel=address.channel,
            thread=address.thread,
            audience=audience,
        )
        .returning(conversations.c.conversation_id)
    )
    return int(made.scalar_one())


async def put_person(connection: AsyncConnection, platform: str, author: Author) -> int:
    """Store an author, or what has changed about them, inside a transaction others began.

    Returns:
        The person's id.
    """
    found = await connection.execute(
        select(persons).where(persons.c.platform == platform, persons.c.user_id == author.user_id)
    )
    row = found.one_or_none()
    if row is None:
        made = await connection.execute(
            persons.insert()
            .values(
                platform=platform,
                user_id=author.user_id,
                name=author.name,
                # An unknown person is the public.
                role=author.role or Role.PUBLIC,
                zone=author.zone or "",
            )
            .returning(persons.c.person_id)
        )
        return int(made.scalar_one())
    told = {"name": author.name, "role": author.role, "zone": author.zone}
    changed = {name: value for name, value in told.items() if value and getattr(row, name) != value}
    if changed:
        await connection.execute(
            update(persons).where(persons.c.person_id == row.person_id).values(**changed)
        )
    return int(row.person_id)
