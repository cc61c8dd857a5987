"""Messages as they came in; each is stored once, with the turn it asks for."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.domain.conversations import TurnState
from bot.domain.people import Role
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import conversations, messages, outbox, persons, turns
from connectors.messages import Address, Author, IncomingMessage
from knowledge.documents import Audience

# Built once: used for each message, and building a statement costs more than executing it.
_CONVERSATION_AT = select(conversations.c.conversation_id, conversations.c.audience).where(
    conversations.c.platform == bindparam("platform"),
    conversations.c.channel == bindparam("channel"),
    conversations.c.thread == bindparam("thread"),
)
_PERSON = select(persons).where(
    persons.c.platform == bindparam("platform"), persons.c.user_id == bindparam("user_id")
)
_PUT_TURN = turns.insert().returning(turns.c.turn_id)


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
        self._put_message = (
            insert_into(messages, sqlite_database=database.is_sqlite)
            .on_conflict_do_nothing()
            .returning(messages.c.message_pk)
        )

    @writing
    def store(
        self, connection: Connection, message: IncomingMessage, *, now: datetime
    ) -> Stored | None:
        """Store a message, its author, its conversation and its turn in one transaction.

        Returns:
            None when the message was stored before; nothing is changed then.
        """
        conversation_id = _conversation(connection, message)
        person_id = put_person(connection, message.address.platform, message.author)
        message_pk = connection.scalar(
            self._put_message,
            {
                "platform": message.address.platform,
                "channel": message.address.channel,
                "message_id": message.message_id,
                "conversation_id": conversation_id,
                "person_id": person_id,
                "text": message.text,
                "to_bot": message.to_bot,
                "sent_at": message.sent_at,
                "received_at": now,
            },
        )
        if message_pk is None:
            return None
        if not message.to_bot:
            return Stored(conversation_id, None)
        turn_id = connection.scalar(
            _PUT_TURN,
            {
                "message_pk": message_pk,
                "conversation_id": conversation_id,
                "state": TurnState.WAITING,
            },
        )
        return Stored(conversation_id, turn_id)

    @reading
    def last_moment(self, connection: Connection) -> datetime | None:
        """Return the latest moment anything here was written, to notice a clock set back."""
        moments = [
            connection.scalar(select(func.max(messages.c.received_at))),
            connection.scalar(select(func.max(outbox.c.created_at))),
        ]
        return max((moment for moment in moments if moment is not None), default=None)


def _conversation(connection: Connection, message: IncomingMessage) -> int:
    address: Address = message.address
    found = connection.execute(_CONVERSATION_AT, asdict(address))
    # An unknown room is public.
    audience = message.room_audience or Audience.PUBLIC.value
    row = found.one_or_none()
    if row is not None:
        if message.room_audience and row.audience != audience:
            connection.execute(
                update(conversations)
                .where(conversations.c.conversation_id == row.conversation_id)
                .values(audience=audience)
            )
        return int(row.conversation_id)
    made = connection.execute(
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


def put_person(connection: Connection, platform: str, author: Author) -> int:
    """Store an author, or what has changed about them, inside a transaction others began.

    Returns:
        The person's id.
    """
    found = connection.execute(_PERSON, {"platform": platform, "user_id": author.user_id})
    row = found.one_or_none()
    if row is None:
        made = connection.execute(
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
        connection.execute(
            update(persons).where(persons.c.person_id == row.person_id).values(**changed)
        )
    return int(row.person_id)
