"""Turns: taken by one at a time, and finished in one step."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, Connection, bindparam, select, update

from bot.domain.conversations import Outcome, Turn, TurnState
from bot.domain.hand_overs import HandOverState
from bot.storage.database import Database, insert_into, writing
from bot.storage.outcomes import answer_columns, put_on_lists
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import answers, conversations, hand_overs, messages, persons, turns
from bot.storage.turn_leases import LeaseRows


class TurnRows(LeaseRows):
    """The turns of all conversations."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start in its leases."""
        super().__init__(database, run=run)
        self._put_answer = (
            insert_into(answers, sqlite_database=database.is_sqlite)
            .on_conflict_do_nothing(index_elements=["turn_id"])
            .returning(answers.c.answer_id)
        )

    @writing
    def finish(
        self,
        connection: Connection,
        turn: Turn,
        outcome: Outcome,
        outgoing: Collection[NewOutgoing],
        *,
        introduces: bool = False,
        now: datetime,
    ) -> int | None:
        """Store a turn's answer and everything that follows from it in one transaction.

        Args:
            turn: Whose answer it is.
            outcome: The answer.
            outgoing: The messages that say it.
            introduces: They tell the person that an automated assistant answers.
            now: The answer's moment.

        Returns:
            The answer's id, the same when the turn was finished before. None, and nothing is
            stored, when the answer yields to a colleague who has the person's conversation.
        """
        of_it = {
            "of": turn.turn_id,
            "yields": outcome.yields,
            "in_conversation": turn.conversation.conversation_id,
            "by": turn.person.person_id,
        }
        if not connection.execute(_FINISH, {**of_it, "state": TurnState.DONE}).rowcount:
            return None
        answer_id = connection.scalar(self._put_answer, answer_columns(turn, outcome, now))
        if answer_id is None:
            return int(connection.execute(_ANSWER_OF, {"of": turn.turn_id}).scalar_one())
        put_on_lists(connection, turn, outcome, now)
        for message in outgoing:
            put_final(connection, self._database, message, answer_id, now=now, run=self._run)
        if introduces:
            connection.execute(_INTRODUCED, {"of": turn.person.person_id})
        if outcome.language != turn.conversation.language:
            connection.execute(
                update(conversations)
                .where(conversations.c.conversation_id == turn.conversation.conversation_id)
                .values(language=outcome.language)
            )
        return int(answer_id)

    @writing
    def leave(self, connection: Connection, turn_id: int) -> None:
        """End a turn to which nothing is said."""
        connection.execute(_SET_STATE, {"of": turn_id, "state": TurnState.DONE})

    @writing
    def park(
        self, connection: Connection, turn: Turn, outgoing: NewOutgoing | None, *, now: datetime
    ) -> None:
        """Set a turn aside for good and tell its person in the same transaction.

        Args:
            turn: Which, run by us or left to us by `recover`; another's is left alone.
            outgoing: What they are told; None for nothing.
            now: The moment it is told.
        """
        parked = connection.execute(
            update(turns)
            .where(turns.c.turn_id == turn.turn_id, *self._ours())
            .values(state=TurnState.PARKED, leased_by="", leased_until=None)
        )
        if parked.rowcount and outgoing is not None:
            put_final(connection, self._database, outgoing, None, now=now, run=self._run)


def _taken_over() -> ColumnElement[bool]:
    """Return what is so while a colleague has what a person writes in a conversation."""
    wished, wish = turns.alias(), messages.alias()
    return (
        select(hand_overs.c.hand_over_id)
        .join(wished, wished.c.turn_id == hand_overs.c.turn_id)
        .join(wish, wish.c.message_pk == wished.c.message_pk)
        .where(
            hand_overs.c.conversation_id == bindparam("in_conversation"),
            hand_overs.c.state == HandOverState.TAKEN,
            wish.c.person_id == bindparam("by"),
        )
        .exists()
    )


# Built once: used for each turn, and building a statement costs more than executing it.
_SET_STATE = update(turns).where(turns.c.turn_id == bindparam("of"))
_FINISH = _SET_STATE.where(~bindparam("yields", type_=Boolean) | ~_taken_over())
_INTRODUCED = update(persons).where(persons.c.person_id == bindparam("of")).values(introduced=True)
_ANSWER_OF = select(answers.c.answer_id).where(answers.c.turn_id == bindparam("of"))
