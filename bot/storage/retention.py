"""Words that were kept for long enough: forgotten, their rows' places kept."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, or_, select, update

from bot.domain.followups import WAITING
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import OPEN
from bot.domain.outgoing import OutgoingState
from bot.storage.database import Database, writing
from bot.storage.tables import (
    actions,
    answers,
    conversations,
    follow_ups,
    hand_overs,
    messages,
    open_questions,
    outbox,
    turns,
)
from knowledge.documents import Audience

# A transaction holds up every other writer: so many messages at once take some milliseconds.
MAX_MESSAGES = 200


class RetentionRows:
    """Every table that holds what people said and were told."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def forget(self, connection: Connection, audience: Audience, *, before: datetime) -> int:
        """Forget the words of some messages that are older than a moment, and of their answers.

        What waits for somebody keeps its words: open questions, people who wait, reminders to come.

        Args:
            connection: Of the transaction.
            audience: PUBLIC for rooms of the public; any other for all other rooms.
            before: The moment.

        Returns:
            How many messages there were; `MAX_MESSAGES` where there may be more.
        """
        old = (
            select(messages.c.message_pk)
            .join(conversations)
            .where(
                _of(audience),
                messages.c.sent_at < before,
                or_(messages.c.text != "", _answered()),
                ~_waiting(),
            )
            .order_by(messages.c.message_pk)
            .limit(MAX_MESSAGES)
        )
        found = list(connection.scalars(old))
        if not found:
            return 0
        said = messages.c.message_pk.in_(found)
        of_turns = select(turns.c.turn_id).where(turns.c.message_pk.in_(found))
        connection.execute(update(messages).where(said).values(text="", files=[]))
        for table, values in _WORDS.items():
            connection.execute(update(table).where(table.c.turn_id.in_(of_turns)).values(**values))
        return len(found)

    @writing
    def forget_told(self, connection: Connection, audience: Audience, *, before: datetime) -> None:
        """Forget the words of what was sent before a moment, and of reminders that are over.

        Args:
            connection: Of the transaction.
            audience: As in `forget`.
            before: The moment.
        """
        over = [OutgoingState.SENT, OutgoingState.FAILED]
        connection.execute(
            update(outbox)
            .where(
                outbox.c.text != "",
                outbox.c.state.in_(over),
                outbox.c.created_at < before,
                _there(outbox, audience),
            )
            .values(text="", sources=[], buttons=[], files=[])
        )
        connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.subject != "",
                follow_ups.c.state.not_in(WAITING),
                follow_ups.c.due_at < before,
                follow_ups.c.created_at < before,
                _there(follow_ups, audience),
            )
            .values(subject="")
        )


_WORDS: Mapping[Table, Mapping[str, object]] = {
    answers: {
        "text": "",
        "searched": "",
        "prompt": "",
        "raw": "",
        "sources": [],
        "found": [],
        "checks": [],
    },
    actions: {"arguments": {}},
    open_questions: {"text": ""},
    hand_overs: {"text": ""},
}


def _of(audience: Audience) -> ColumnElement[bool]:
    public = conversations.c.audience == Audience.PUBLIC
    return public if audience is Audience.PUBLIC else ~public


def _there(table: Table, audience: Audience) -> ColumnElement[bool]:
    """Return whether a row's room is one of an audience; one that nobody wrote in is staff's."""
    public = exists().where(
        conversations.c.platform == table.c.platform,
        conversations.c.channel == table.c.channel,
        conversations.c.audience == Audience.PUBLIC,
    )
    return public if audience is Audience.PUBLIC else ~public


def _answered() -> ColumnElement[bool]:
    """Return whether a message's answer has words still."""
    of_it = and_(turns.c.message_pk == messages.c.message_pk, answers.c.turn_id == turns.c.turn_id)
    return exists().where(of_it, answers.c.text != "")


def _waiting() -> ColumnElement[bool]:
    """Return whether something that came of a message waits for somebody."""
    asked = exists().where(
        turns.c.message_pk == messages.c.message_pk,
        open_questions.c.turn_id == turns.c.turn_id,
        open_questions.c.state == QuestionState.OPEN,
    )
    wanted = exists().where(
        turns.c.message_pk == messages.c.message_pk,
        hand_overs.c.turn_id == turns.c.turn_id,
        hand_overs.c.state.in_(OPEN),
    )
    return or_(asked, wanted)
