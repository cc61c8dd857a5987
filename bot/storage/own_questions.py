"""The questions that the owner tries it on."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.domain.changes import What
from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion
from bot.storage.changes import record
from bot.storage.database import Database, reading, writing
from bot.storage.tables import own_questions


class OwnQuestionRows:
    """The table of the owner's questions."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        """Use one database and one clock."""
        self._database = database
        self._now = now

    @reading
    def all(self, connection: Connection) -> list[OwnQuestion]:
        """Return every question, oldest first."""
        rows = connection.execute(select(own_questions).order_by(own_questions.c.question_id))
        return [
            OwnQuestion(
                text=row.text,
                document_id=row.document_id,
                contains=row.contains,
                unknown=row.unknown,
                role=Role(row.role),
                origin=Origin(row.origin),
                kind=row.kind,
                question_id=row.question_id,
            )
            for row in rows
        ]

    @reading
    def count(self, connection: Connection) -> int:
        """Return how many there are."""
        return connection.scalar(select(func.count()).select_from(own_questions)) or 0

    @writing
    def add(self, connection: Connection, questions: Sequence[OwnQuestion]) -> None:
        """Store questions that are new."""
        values = [
            {
                "text": each.text,
                "document_id": each.document_id,
                "contains": each.contains,
                "unknown": each.unknown,
                "role": each.role,
                "origin": each.origin,
                "kind": each.kind,
            }
            for each in questions
        ]
        if values:
            connection.execute(own_questions.insert(), values)
            # Not what they ask: that may once have been a customer's question.
            became = {"added": str(len(values))}
            record(connection, What.OWN_QUESTION, "", {}, became, at=self._now())

    @writing
    def remove(self, connection: Connection, question_id: int) -> bool:
        """Remove a question; False when there was none."""
        wanted = own_questions.c.question_id == question_id
        gone = connection.execute(delete(own_questions).where(wanted)).rowcount == 1
        if gone:
            record(connection, What.OWN_QUESTION, "", {}, {"removed": "1"}, at=self._now())
        return gone
