"""What people were asked back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversations import Kind
from bot.storage.database import Database, reading
from bot.storage.tables import answers, messages, turns


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote, and when."""

    text: str
    at: datetime


class ExchangeRows:
    """Questions that were answered with one of ours."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def asked_back(
        self,
        connection: Connection,
        conversation_id: int,
        *,
        person_id: int,
        before_turn: int,
        limit: int,
    ) -> list[Said]:
        """Return what a person wrote last, as far as each of it got a question in answer.

        Args:
            connection: Of the transaction.
            conversation_id: Where.
            person_id: Who.
            before_turn: Before which of their turns.
            limit: No more than so many.

        Returns:
            Latest first; empty when the last of it got any other answer.
        """
        found = connection.execute(
            select(messages.c.text, messages.c.sent_at, answers.c.kind)
            .select_from(answers.join(turns).join(messages))
            .where(
                answers.c.conversation_id == conversation_id,
                answers.c.turn_id < before_turn,
                messages.c.person_id == person_id,
            )
            .order_by(answers.c.answer_id.desc())
            .limit(limit)
        )
        said: list[Said] = []
        for row in found:
            if row.kind != Kind.ASKED:
                break
            said.append(Said(row.text, row.sent_at))
        return said
