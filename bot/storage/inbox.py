"""Messages as they came in; each is stored once, with the turn it asks for."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    Update,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot.domain.conversations import TurnState
from bot.domain.people import Role
from bot.storage.database import Database, batches, insert_into, reading, writing
from bot.storage.rooms import put_room
from bot.storage.tables import conversations, messages, outbox, persons, turns
from connectors.messages import Address, Author, IncomingMessage
from knowledge.documents import Audience

# Enough to be looked at for a moment that is yet to come, and never all there are.
LAST_ROWS = 1_000

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
        self,
        connection: Connection,
        message: IncomingMessage,
        *,
        now: datetime,
        joins: bool = False,
        unasked: bool = False,
        not_before: datetime | None = None,
    ) -> int | None:
        """Store a message, its author, its conversation and its turn in one transaction.

        Args:
            message: As it came in.
            now: The moment.
            joins: It asks for a turn if its conversation had one before.
            unasked: It asks for a turn that is answered only if the answer is sure.
            not_before: When its turn may begin; None: at once.

        Returns:
            The turn's id; None when the message was stored before, or asks for none: nothing is
            changed then.
        """
        conversation_id = put_conversation(connection, message.address, message.room_audience)
        asked = message.to_bot or (joins and _was_asked(connection, conversation_id))
        if not asked and not unasked:
            return None
        put_room(connection, message)
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
                "files": [asdict(file) for file in message.files],
                "to_bot": message.to_bot,
                "reply_to": message.reply_to,
                "sent_at": message.sent_at,
                "received_at": now,
            },
        )
        if message_pk is None:
            return None
        turn_id: int | None = connection.scalar(
            _PUT_TURN,
            {
                "message_pk": message_pk,
                "conversation_id": conversation_id,
                "state": TurnState.WAITING,
                "unasked": not asked,
                "not_before": not_before,
            },
        )
        return turn_id

    @writing
    def hold(self, connection: Connection, platform: str, *, until: datetime) -> set[str]:
        """Let the waiting turns of a platform, none of them failed, begin no sooner than a moment.

        Returns:
            The rooms that have such turns.
        """
        of_it = _unbegun(platform)
        connection.execute(
            update(turns)
            .where(*of_it, or_(turns.c.not_before.is_(None), turns.c.not_before < until))
            .values(not_before=until)
        )
        rooms = select(conversations.c.channel).join(turns).where(*of_it)
        return set(connection.scalars(rooms))

    @reading
    def held(self, connection: Connection, platform: str) -> set[str]:
        """Return the rooms of a platform that have turns, none of them failed, put off."""
        rooms = select(conversations.c.channel).join(turns)
        put_off = rooms.where(*_unbegun(platform), turns.c.not_before.is_not(None))
        return set(connection.scalars(put_off))

    @writing
    def release(self, connection: Connection, platform: str, channel: str = "") -> None:
        """Let turns of a platform that were put off, none of them failed, begin at once.

        Args:
            connection: Of the transaction.
            platform: Whose.
            channel: Only of this room; "": of all.
        """
        connection.execute(
            update(turns)
            .where(*_unbegun(platform, channel), turns.c.not_before.is_not(None))
            .values(not_before=None)
        )

    @writing
    def edit(self, connection: Connection, address: Address, message_id: str, text: str) -> bool:
        """Change a message's text, unless it is being answered or was; False then."""
        # Held until the end: who takes the turn meanwhile would read the text of before.
        state = connection.scalar(
            select(turns.c.state)
            .join(messages, messages.c.message_pk == turns.c.message_pk)
            .where(*_is(address, message_id))
            .with_for_update(of=turns)
        )
        if state != TurnState.WAITING:
            return False
        connection.execute(_of(address, message_id).values(text=text))
        return True

    @writing
    def withdraw(self, connection: Connection, address: Address, message_id: str) -> bool:
        """Forget a message's words and files, and its turn that has not begun.

        Returns:
            False when there is no such message.
        """
        connection.execute(
            update(turns)
            .where(
                turns.c.state == TurnState.WAITING,
                turns.c.message_pk.in_(
                    select(messages.c.message_pk).where(*_is(address, message_id))
                ),
            )
            .values(state=TurnState.DONE)
        )
        return bool(connection.execute(_of(address, message_id).values(text="", files=[])).rowcount)

    @reading
    def unknown(
        self, connection: Connection, address: Address, message_ids: Collection[str]
    ) -> set[str]:
        """Return which of a room's messages were never stored."""
        left = set(message_ids)
        for batch in batches(message_ids):
            stored = select(messages.c.message_id).where(
                messages.c.platform == address.platform,
                messages.c.channel == address.channel,
                messages.c.message_id.in_(batch),
            )
            left.difference_update(connection.scalars(stored))
        return left

    @reading
    def channels(self, connection: Connection, platform: str) -> set[str]:
        """Return the ids of the rooms of a platform in which somebody spoke to the bot."""
        return set(
            connection.scalars(
                select(conversations.c.channel).where(conversations.c.platform == platform)
            )
        )

    @reading
    def last_moment(self, connection: Connection) -> datetime | None:
        """Return the latest moment of what came and went last, to notice a clock set back."""
        last = (
            select(messages.c.received_at.label("at")).order_by(messages.c.message_pk.desc()),
            select(outbox.c.created_at.label("at")).order_by(outbox.c.outgoing_id.desc()),
        )
        moments = [
            connection.scalar(select(func.max(each.limit(LAST_ROWS).subquery().c.at)))
            for each in last
        ]
        return max((moment for moment in moments if moment is not None), default=None)


def _unbegun(platform: str, channel: str = "") -> tuple[ColumnElement[bool], ...]:
    theirs = select(conversations.c.conversation_id).where(conversations.c.platform == platform)
    if channel:
        theirs = theirs.where(conversations.c.channel == channel)
    return (
        turns.c.state == TurnState.WAITING,
        turns.c.failures == 0,
        turns.c.conversation_id.in_(theirs),
    )


def _was_asked(connection: Connection, conversation_id: int) -> bool:
    earlier = select(turns.c.turn_id).where(
        turns.c.conversation_id == conversation_id, turns.c.unasked.is_(False)
    )
    return connection.execute(earlier.limit(1)).first() is not None


def _is(address: Address, message_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        messages.c.platform == address.platform,
        messages.c.channel == address.channel,
        messages.c.message_id == message_id,
    )


def _of(address: Address, message_id: str) -> Update:
    return update(messages).where(*_is(address, message_id))


def put_conversation(connection: Connection, address: Address, audience: str | None) -> int:
    """Store a conversation, or who reads it by now, inside a transaction others began.

    Args:
        connection: Of the transaction.
        address: Where it is.
        audience: Who reads the room; None where it is not told: an unknown room is public.

    Returns:
        The conversation's id.
    """
    found = connection.execute(_CONVERSATION_AT, asdict(address))
    row = found.one_or_none()
    if row is not None:
        if audience and row.audience != audience:
            connection.execute(
                update(conversations)
                .where(conversations.c.conversation_id == row.conversation_id)
                .values(audience=audience)
            )
        return int(row.conversation_id)
    made = connection.scalar(
        _new(conversations, connection)
        .values(
            platform=address.platform,
            channel=address.channel,
            thread=address.thread,
            audience=audience or Audience.PUBLIC.value,
        )
        .returning(conversations.c.conversation_id)
    )
    # None: somebody else's message has just made it.
    return int(made) if made else put_conversation(connection, address, audience)


def put_person(connection: Connection, platform: str, author: Author) -> int:
    """Store an author, or what has changed about them, inside a transaction others began.

    Returns:
        The person's id.
    """
    found = connection.execute(_PERSON, {"platform": platform, "user_id": author.user_id})
    row = found.one_or_none()
    if row is None:
        made = connection.scalar(
            _new(persons, connection)
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
        # None: another message of theirs has just made them.
        return int(made) if made else put_person(connection, platform, author)
    told = {"name": author.name, "role": author.role, "zone": author.zone}
    changed = {name: value for name, value in told.items() if value and getattr(row, name) != value}
    if changed:
        connection.execute(
            update(persons).where(persons.c.person_id == row.person_id).values(**changed)
        )
    return int(row.person_id)


def _new(table: Table, connection: Connection) -> Insert:
    """Return an INSERT that does nothing where another transaction has made the same row."""
    here = connection.dialect.name == "sqlite"
    return insert_into(table, sqlite_database=here).on_conflict_do_nothing()
