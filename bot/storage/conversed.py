"""One conversation in the order in which it was said: only what the page may show."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, Select, func, select

from bot.domain.conversations import Conversation, Kind
from bot.domain.hand_overs import of_origin
from bot.domain.listed import Conversed, Said, Speaker
from bot.domain.people import Role
from bot.storage.conversations import in_room, place_columns, place_of
from bot.storage.database import Database, reading
from bot.storage.rooms import private, shared
from bot.storage.tables import (
    answers,
    conversations,
    hand_over_words,
    messages,
    outbox,
    persons,
    ratings,
    rooms,
    turns,
)
from connectors.messages import Address
from knowledge.documents import Audience

PART_SIZE = 50
# What was posted unasked between the messages of a part; more is a room of alarms.
MAX_POSTS = 200


class ConversedRows:
    """What was said in conversations."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def one(
        self, connection: Connection, conversation_id: int, *, before: int | None = None
    ) -> Conversed | None:
        """Return the last part of a conversation, or the part before one; None: there is none.

        Args:
            connection: Of the transaction.
            conversation_id: Which.
            before: `Conversed.older` of the part after it.
        """
        of_it = conversations.c.conversation_id == conversation_id
        here = connection.execute(
            select(conversations, *place_columns())
            .select_from(conversations.outerjoin(rooms, in_room()))
            .where(of_it)
        ).one_or_none()
        if here is None:
            return None
        found = connection.execute(_messages(conversation_id, before)).all()
        shown = found[:PART_SIZE]
        conversation = Conversation(
            conversation_id,
            Address(here.place, here.channel, here.thread),
            Audience(here.audience),
            here.language,
        )
        said = [each for row in shown for each in _exchange(row)]
        said += _posts(connection, conversation.address, shown, last=before is None)
        return Conversed(
            conversation,
            place_of(here),
            tuple(sorted(said, key=lambda each: each.at)),
            older=shown[-1].message_pk if len(found) > PART_SIZE else None,
        )


_BY_TEAM = func.coalesce(answers.c.by_team, persons.c.role != Role.PUBLIC)
_HELPED = (
    select(ratings.c.good)
    .where(ratings.c.answer_id == answers.c.answer_id)
    .order_by(ratings.c.rated_at.desc())
    .limit(1)
    .scalar_subquery()
    .label("helped")
)


def _messages(conversation_id: int, before: int | None) -> Select[tuple[object, ...]]:
    wanted = messages.c.conversation_id == conversation_id
    if before is not None:
        wanted &= messages.c.message_pk < before
    return (
        select(
            messages.c.message_pk,
            messages.c.text.label("asked"),
            messages.c.sent_at,
            persons.c.name,
            answers.c.answer_id,
            answers.c.answered_at,
            answers.c.kind,
            answers.c.text.label("told"),
            hand_over_words.c.turn_id.label("carried"),
            _HELPED,
            private(_BY_TEAM).label("private"),
            shared().label("seen"),
        )
        .select_from(
            messages.join(persons, persons.c.person_id == messages.c.person_id)
            .join(conversations, conversations.c.conversation_id == messages.c.conversation_id)
            .outerjoin(turns, turns.c.message_pk == messages.c.message_pk)
            .outerjoin(answers, answers.c.turn_id == turns.c.turn_id)
            .outerjoin(hand_over_words, hand_over_words.c.turn_id == turns.c.turn_id)
        )
        .where(wanted)
        .order_by(messages.c.message_pk.desc())
        .limit(PART_SIZE + 1)
    )


def _exchange(row: Row[tuple[object, ...]]) -> list[Said]:
    """Return what somebody wrote and what they were answered, as far as they were."""
    kept_back = bool(row.private) and not row.seen
    asked = Said(
        Speaker.PERSON,
        row.sent_at,
        name="" if kept_back else row.name,
        text="" if kept_back else row.asked,
        kept_back=kept_back,
        to_colleague=row.carried is not None,
    )
    if row.answer_id is None:
        return [asked]
    told = Said(
        Speaker.BOT,
        # A platform's clock may be ahead of ours.
        max(row.answered_at, row.sent_at),
        text="" if kept_back else row.told,
        kept_back=kept_back,
        answer_id=row.answer_id,
        kind=Kind(row.kind),
        helped=row.helped,
    )
    return [asked, told]


def _posts(
    connection: Connection,
    address: Address,
    shown: Sequence[Row[tuple[object, ...]]],
    *,
    last: bool,
) -> list[Said]:
    """Return what was posted there that answers nobody, between messages and after the last."""
    if not shown:
        return []
    wanted = [
        outbox.c.platform == address.platform,
        outbox.c.channel == address.channel,
        outbox.c.thread == address.thread,
        outbox.c.answer_id.is_(None),
        outbox.c.created_at >= shown[-1].sent_at,
    ]
    if not last:
        wanted.append(outbox.c.created_at < shown[0].sent_at)
    found = connection.execute(
        select(outbox.c.text, outbox.c.origin, outbox.c.created_at)
        .where(*wanted)
        .order_by(outbox.c.outgoing_id.desc())
        .limit(MAX_POSTS)
    )
    kept_back = any(row.private for row in shown)
    return [
        Said(
            _who_posted(row.origin),
            row.created_at,
            text="" if kept_back else row.text,
            kept_back=kept_back,
        )
        for row in found
    ]


def _who_posted(origin: str) -> Speaker:
    carried = of_origin(origin) is not None and " words " in origin
    return Speaker.COLLEAGUE if carried else Speaker.BOT
