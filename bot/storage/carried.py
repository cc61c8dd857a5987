"""Open questions that come from another Deskhand."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversations import TurnState
from bot.domain.gaps import CarriedQuestion, QuestionState, Reason
from bot.storage.database import Database, writing
from bot.storage.inbox import put_conversation, put_person
from bot.storage.tables import messages, open_questions, turns
from connectors.messages import Address, Author
from knowledge.documents import Audience

# Every question was somebody's message in a conversation; those of these came from elsewhere, and
# no connector has this name.
ELSEWHERE = "elsewhere"


class CarriedRows:
    """Takes such questions in."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def adopt(
        self, connection: Connection, carried: Sequence[CarriedQuestion], *, now: datetime
    ) -> int:
        """Store questions as open ones; those known here, whatever became of them, stay.

        Returns:
            How many are new.
        """
        rows = connection.execute(select(open_questions.c.text, open_questions.c.asked_at))
        known = {(row.text, row.asked_at) for row in rows}
        told = {(each.text, each.asked_at): each for each in carried}
        new = [each for place, each in told.items() if place not in known]
        if new:
            place = Address(ELSEWHERE, ELSEWHERE)
            conversation_id = put_conversation(connection, place, Audience.STAFF)
            for each in new:
                _adopt(connection, each, conversation_id, now)
        return len(new)


def _adopt(
    connection: Connection, carried: CarriedQuestion, conversation_id: int, now: datetime
) -> None:
    told = f"{carried.asked_at.isoformat()} {carried.text}".encode()
    author = Author(hashlib.sha256(carried.asked_by.encode()).hexdigest(), carried.asked_by)
    message_pk = connection.scalar(
        messages.insert()
        .values(
            platform=ELSEWHERE,
            channel=ELSEWHERE,
            message_id=hashlib.sha256(told).hexdigest(),
            conversation_id=conversation_id,
            person_id=put_person(connection, ELSEWHERE, author),
            text=carried.text,
            to_bot=True,
            sent_at=carried.asked_at,
            received_at=now,
        )
        .returning(messages.c.message_pk)
    )
    turn_id = connection.scalar(
        turns.insert()
        .values(message_pk=message_pk, conversation_id=conversation_id, state=TurnState.DONE)
        .returning(turns.c.turn_id)
    )
    connection.execute(
        open_questions.insert().values(
            turn_id=turn_id,
            text=carried.text,
            language=carried.language,
            asked_at=carried.asked_at,
            state=QuestionState.OPEN,
            reason=Reason.UNKNOWN,
        )
    )
