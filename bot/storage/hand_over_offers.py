"""Answers of colleagues, offered to be saved for everybody who asks the same."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversations import Outcome, Turn
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import HandOver, HandOverState
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outcomes import answer_columns, put_on_lists
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import answers, hand_overs, messages, open_questions, turns
from bot.storage.whole_hand_overs import hand_over_of, unchanged, whole_hand_overs


class HandOverOfferRows:
    """What was answered and is offered as an entry, each once."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def unoffered(self, connection: Connection) -> list[HandOver]:
        """Return those that were answered, and not yet offered as an entry."""
        found = connection.execute(
            whole_hand_overs().where(
                hand_overs.c.state == HandOverState.ANSWERED, hand_overs.c.offered_at.is_(None)
            )
        )
        return [hand_over_of(row) for row in found]

    @reading
    def gap_of(self, connection: Connection, hand_over: HandOver) -> int | None:
        """Return the gap that the person's last open question made; None where there is none."""
        found = connection.scalar(
            select(open_questions.c.gap_id)
            .select_from(
                open_questions.join(turns, turns.c.turn_id == open_questions.c.turn_id).join(
                    messages, messages.c.message_pk == turns.c.message_pk
                )
            )
            .where(
                turns.c.conversation_id == hand_over.asker.conversation_id,
                messages.c.person_id == hand_over.asker.person_id,
                turns.c.turn_id <= hand_over.turn_id,
                open_questions.c.state == QuestionState.OPEN,
            )
            .order_by(turns.c.turn_id.desc())
            .limit(1)
        )
        return None if found is None else int(found)

    @writing
    def offer(
        self,
        connection: Connection,
        hand_over: HandOver,
        turn: Turn,
        outcome: Outcome | None,
        told: NewOutgoing | None,
        *,
        now: datetime,
    ) -> None:
        """Store the draft that a colleague's answer makes, and offer it, in one transaction.

        Args:
            connection: Of the transaction.
            hand_over: The one that was answered.
            turn: Of the colleague's last words.
            outcome: With the draft; None where there is nothing to offer.
            told: What offers it.
            now: The moment.
        """
        changed = connection.execute(
            unchanged(hand_over, HandOverState.ANSWERED)
            .where(hand_overs.c.offered_at.is_(None))
            .values(offered_at=now)
        )
        if not changed.rowcount or outcome is None or told is None:
            return
        statement = insert_into(answers, sqlite_database=self._database.is_sqlite)
        connection.execute(
            statement.values(**answer_columns(turn, outcome, now)).on_conflict_do_nothing(
                index_elements=["turn_id"]
            )
        )
        answer_id = connection.scalar(
            select(answers.c.answer_id).where(answers.c.turn_id == turn.turn_id)
        )
        put_on_lists(connection, turn, outcome, now)
        put_final(connection, self._database, told, answer_id, now=now, run=self._run)
