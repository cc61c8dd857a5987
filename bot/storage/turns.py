"""Turns: taken by one at a time, in order within a conversation, and finished in one step."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot.domain.conversations import Outcome, Turn, TurnState
from bot.domain.hand_overs import HandOverState
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outcomes import answer_columns, put_on_lists
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import answers, conversations, hand_overs, messages, persons, turns
from bot.storage.whole_turns import history_of, turn_of, whole_turns

LONGEST_PUT_OFF = timedelta(minutes=5)
# A turn that was running in this many crashes may be their cause; it is then run alone.
SUSPECT_CRASHES = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a turn came to.

    Attributes:
        turn: None when none may run.
        again_at: When to take the next one: now, or when one that was put off may run; None when
            there is none.
        held_up: Whether turns wait until an earlier one of their conversation is over.
    """

    turn: Turn | None
    again_at: datetime | None
    held_up: bool


class TurnRows:
    """The turns of all conversations."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start in its leases."""
        self._database = database
        self._run = run
        self._put_answer = (
            insert_into(answers, sqlite_database=database.is_sqlite)
            .on_conflict_do_nothing(index_elements=["turn_id"])
            .returning(answers.c.answer_id)
        )

    @writing
    def take(self, connection: Connection, *, suspects: bool, now: datetime) -> Taken:
        """Lease the oldest waiting turn whose conversation has none running.

        Args:
            suspects: Whether turns that were running in `SUSPECT_CRASHES` crashes may be taken.
            now: Turns put off until later than this are passed over.
        """
        first = connection.execute(
            _FIRST_WAITING, {"suspects": suspects, "now": now, "latest": now + LONGEST_PUT_OFF}
        )
        rows = first.all()
        if rows and not self._leased(connection, rows[0].turn_id, rows[0].conversation_id):
            return Taken(None, now, held_up=True)
        turn = turn_of(rows[0], history_of(connection, rows[0].conversation_id)) if rows else None
        if len(rows) > 1:
            return Taken(turn, now, held_up=True)
        left = connection.execute(_LEFT_WAITING, {"now": now}).one()
        return Taken(turn, left.next_at, held_up=left.waiting > left.put_off)

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
    def give_back(self, connection: Connection, turn_id: int) -> None:
        """Let a turn that did not end be taken again; it does not count as failed."""
        connection.execute(
            update(turns)
            .where(turns.c.turn_id == turn_id, *self._ours())
            .values(state=TurnState.WAITING, leased_by="")
        )

    @writing
    def put_off(self, connection: Connection, turn_id: int, *, until: datetime) -> None:
        """Let a turn that cannot run just now be taken again later; it does not count as failed."""
        connection.execute(
            update(turns)
            .where(turns.c.turn_id == turn_id, *self._ours())
            .values(state=TurnState.WAITING, leased_by="", not_before=until)
        )

    @writing
    def fail(self, connection: Connection, turn_id: int, *, again_at: datetime) -> None:
        """Count a failure and let the turn run again at a later moment."""
        connection.execute(
            update(turns)
            .where(turns.c.turn_id == turn_id, *self._ours())
            .values(
                state=TurnState.WAITING,
                leased_by="",
                failures=turns.c.failures + 1,
                not_before=again_at,
            )
        )

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
            .values(state=TurnState.PARKED, leased_by="")
        )
        if parked.rowcount and outgoing is not None:
            put_final(connection, self._database, outgoing, None, now=now, run=self._run)

    @writing
    def recover(self, connection: Connection, *, lone_limit: int) -> list[Turn]:
        """Give back the turns that were running when another start of ours died.

        A start without an end counts as a crash; a turn that was alone counts it as its own.

        Returns:
            Those that were alone in `lone_limit` crashes running: they are left running, to be
            parked by the caller.
        """
        found = connection.execute(
            whole_turns(turns.c.leased_by).where(
                turns.c.state == TurnState.RUNNING, turns.c.leased_by != self._run
            )
        )
        rows = found.all()
        alone = len(rows) == 1
        poison = [turn_of(row) for row in rows if alone and row.lone_crashes + 1 >= lone_limit]
        for row in rows:
            connection.execute(
                update(turns)
                # It may have ended since, or another that starts just now has taken it up.
                .where(
                    turns.c.turn_id == row.turn_id,
                    turns.c.state == TurnState.RUNNING,
                    turns.c.leased_by == row.leased_by,
                )
                .values(
                    state=TurnState.RUNNING if poison else TurnState.WAITING,
                    leased_by=self._run if poison else "",
                    crashes=row.crashes + 1,
                    lone_crashes=row.lone_crashes + 1 if alone else row.lone_crashes,
                )
            )
        return poison

    @reading
    def counts(self, connection: Connection) -> dict[TurnState, int]:
        """Return how many turns are in each state; states without any are left out."""
        found = connection.execute(select(turns.c.state, func.count()).group_by(turns.c.state))
        return {TurnState(state): count for state, count in found.all()}

    def _leased(self, connection: Connection, turn_id: int, conversation_id: int) -> bool:
        """Lease a turn; False where another of its conversation was taken just before."""
        leased = {"of": turn_id, "in": conversation_id, "by": self._run}
        return connection.execute(_LEASE, leased).rowcount == 1

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        """Return what holds for a turn while we run it, and no other start has taken it up."""
        return turns.c.state == TurnState.RUNNING, turns.c.leased_by == self._run


def _first_waiting() -> Select[tuple[object, ...]]:
    earlier, said = turns.alias(), messages.alias()
    # What was missed is stored after what came since: the order is that in which it was said.
    before = or_(
        said.c.sent_at < messages.c.sent_at,
        and_(said.c.sent_at == messages.c.sent_at, earlier.c.turn_id < turns.c.turn_id),
    )
    return (
        whole_turns()
        .where(
            turns.c.state == TurnState.WAITING,
            bindparam("suspects", type_=Boolean) | (turns.c.crashes < SUSPECT_CRASHES),
            or_(
                turns.c.not_before.is_(None),
                turns.c.not_before <= bindparam("now"),
                # The clock was set back: nothing is put off that long.
                turns.c.not_before > bindparam("latest"),
            ),
            # Nothing overtakes an earlier turn of its conversation that is not over.
            ~select(earlier.c.turn_id)
            .join(said, said.c.message_pk == earlier.c.message_pk)
            .where(
                earlier.c.conversation_id == turns.c.conversation_id,
                or_(
                    earlier.c.state == TurnState.RUNNING,
                    and_(earlier.c.state == TurnState.WAITING, before),
                ),
            )
            .exists(),
        )
        .order_by(turns.c.turn_id)
        .limit(2)
        # The conversation, so that no two take one of its turns each; the message, whose text may
        # just have been edited. Others may still add to the conversation (FOR NO KEY UPDATE).
        .with_for_update(of=[turns, messages, conversations], skip_locked=True, key_share=True)
    )


def _lease() -> Update:
    beside = turns.alias()
    running = (
        select(beside.c.turn_id)
        .where(beside.c.conversation_id == bindparam("in"), beside.c.state == TurnState.RUNNING)
        .exists()
    )
    return (
        update(turns)
        # Looked at again, now that the conversation is held: another may have had it just before.
        .where(turns.c.turn_id == bindparam("of"), ~running)
        .values(state=TurnState.RUNNING, leased_by=bindparam("by"))
    )


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
_FIRST_WAITING = _first_waiting()
_LEASE = _lease()
_PUT_OFF = turns.c.not_before > bindparam("now")
_LEFT_WAITING = select(
    func.count().label("waiting"),
    func.count().filter(_PUT_OFF).label("put_off"),
    func.min(turns.c.not_before).filter(_PUT_OFF).label("next_at"),
).where(turns.c.state == TurnState.WAITING)
_SET_STATE = update(turns).where(turns.c.turn_id == bindparam("of"))
_FINISH = _SET_STATE.where(~bindparam("yields", type_=Boolean) | ~_taken_over())
_INTRODUCED = update(persons).where(persons.c.person_id == bindparam("of")).values(introduced=True)
_ANSWER_OF = select(answers.c.answer_id).where(answers.c.turn_id == bindparam("of"))
