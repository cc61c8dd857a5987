"""Open questions and hand-overs: what waits for a person."""

from sqlalchemy import Connection, Row, Select, func, select, update

from bot.domain.gaps import HandOver, HandOverState, OpenQuestion, QuestionState
from bot.storage.database import Database, reading, writing
from bot.storage.tables import (
    answers,
    conversations,
    hand_overs,
    messages,
    open_questions,
    persons,
    turns,
)


class QuestionRows:
    """What could not be answered."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def list(
        self, connection: Connection, *, state: QuestionState = QuestionState.OPEN, limit: int
    ) -> list[OpenQuestion]:
        """Return questions in one state, newest first."""
        found = connection.execute(
            _questions()
            .where(open_questions.c.state == state)
            .order_by(open_questions.c.question_id.desc())
            .limit(limit)
        )
        return [_question(row) for row in found]

    @reading
    def get(self, connection: Connection, question_id: int) -> OpenQuestion | None:
        """Return one question, or None."""
        found = connection.execute(_questions().where(open_questions.c.question_id == question_id))
        row = found.one_or_none()
        return None if row is None else _question(row)

    @writing
    def close(
        self,
        connection: Connection,
        question_id: int,
        state: QuestionState,
        *,
        document_id: str = "",
    ) -> bool:
        """Record what became of an open question; False when it was not open."""
        changed = connection.execute(
            update(open_questions)
            .where(
                open_questions.c.question_id == question_id,
                open_questions.c.state == QuestionState.OPEN,
            )
            .values(state=state, document_id=document_id)
        )
        return changed.rowcount == 1

    @reading
    def count_open(self, connection: Connection) -> int:
        """Return how many questions are open."""
        return (
            connection.scalar(
                select(func.count())
                .select_from(open_questions)
                .where(open_questions.c.state == QuestionState.OPEN)
            )
            or 0
        )


class HandOverRows:
    """Conversations in which a person is wanted."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def waiting(self, connection: Connection, *, limit: int) -> list[HandOver]:
        """Return the hand-overs nobody has seen to, oldest first."""
        found = connection.execute(
            select(
                hand_overs,
                persons.c.name,
                conversations.c.platform,
                conversations.c.channel,
            )
            .select_from(
                hand_overs.join(turns, hand_overs.c.turn_id == turns.c.turn_id)
                .join(messages, turns.c.message_pk == messages.c.message_pk)
                .join(persons, messages.c.person_id == persons.c.person_id)
                .join(
                    conversations,
                    hand_overs.c.conversation_id == conversations.c.conversation_id,
                )
            )
            .where(hand_overs.c.state == HandOverState.WAITING)
            .order_by(hand_overs.c.hand_over_id)
            .limit(limit)
        )
        return [_hand_over(row) for row in found]

    @writing
    def done(self, connection: Connection, hand_over_id: int) -> bool:
        """Record that somebody has seen to it; False when it was not waiting."""
        changed = connection.execute(
            update(hand_overs)
            .where(
                hand_overs.c.hand_over_id == hand_over_id,
                hand_overs.c.state == HandOverState.WAITING,
            )
            .values(state=HandOverState.DONE)
        )
        return changed.rowcount == 1


def _questions() -> Select[tuple[object, ...]]:
    return select(
        open_questions, persons.c.name, answers.c.answer_id.label("answered_as")
    ).select_from(
        open_questions.join(turns, open_questions.c.turn_id == turns.c.turn_id)
        .join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(persons, messages.c.person_id == persons.c.person_id)
        .outerjoin(answers, answers.c.turn_id == open_questions.c.turn_id)
    )


def _question(row: Row[tuple[object, ...]]) -> OpenQuestion:
    return OpenQuestion(
        question_id=row.question_id,
        text=row.text,
        language=row.language,
        asked_at=row.asked_at,
        asked_by=row.name,
        state=QuestionState(row.state),
        document_id=row.document_id,
        answer_id=row.answered_as,
    )


def _hand_over(row: Row[tuple[object, ...]]) -> HandOver:
    return HandOver(
        hand_over_id=row.hand_over_id,
        text=row.text,
        reason=row.reason,
        asked_at=row.asked_at,
        asked_by=row.name,
        platform=row.platform,
        channel=row.channel,
        state=HandOverState(row.state),
    )
