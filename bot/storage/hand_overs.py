"""Hand-overs: conversations in which a person is wanted, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.changes import What
from bot.domain.conversations import Answer
from bot.domain.hand_overs import OPEN, HandOver, HandOverState, of_origin
from bot.domain.outgoing import Outgoing
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, delivered, put_all
from bot.storage.tables import conversations, hand_over_words, hand_overs, outbox, persons
from bot.storage.whole_hand_overs import hand_over_of, unchanged, whole_hand_overs
from connectors.messages import Address


class HandOverRows:
    """The hand-overs' table; every change of a state is one transaction with what is said of it."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def listed(
        self,
        connection: Connection,
        states: Sequence[HandOverState] = OPEN,
        *,
        limit: int = 1_000,
        newest_first: bool = False,
    ) -> list[HandOver]:
        """Return the hand-overs in these states, oldest first unless told otherwise."""
        by = hand_overs.c.changed_at.desc() if newest_first else hand_overs.c.hand_over_id
        found = connection.execute(
            whole_hand_overs().where(hand_overs.c.state.in_(states)).order_by(by).limit(limit)
        )
        return [hand_over_of(row) for row in found]

    @reading
    def get(self, connection: Connection, hand_over_id: int) -> HandOver | None:
        """Return one hand-over, or None."""
        return _one(connection, hand_over_id)

    @reading
    def of_posts(
        self, connection: Connection, address: Address, posted_ids: Sequence[str]
    ) -> HandOver | None:
        """Return the hand-over that the first of some posts of ours in a room belongs to, or None.

        Args:
            connection: Of the transaction.
            address: Of the room.
            posted_ids: Those that belong to none are passed over.
        """
        for posted_id in posted_ids:
            origin = connection.scalar(
                select(outbox.c.origin)
                .where(
                    outbox.c.platform == address.platform,
                    outbox.c.channel == address.channel,
                    outbox.c.posted_id == posted_id,
                )
                .limit(1)
            )
            hand_over_id = of_origin(origin or "")
            found = None if hand_over_id is None else _one(connection, hand_over_id)
            if found is not None:
                return found
        return None

    @reading
    def holding(
        self, connection: Connection, address: Address, user_id: str, *, turn_id: int = 0
    ) -> HandOver | None:
        """Return the hand-over that holds what a person writes at an address, or None.

        Args:
            connection: Of the transaction.
            address: Where they write.
            user_id: The platform's id of them.
            turn_id: Of their message, which may have been carried when it was held still.
        """
        of_it = connection.execute(_CARRIED, {"turn_id": turn_id}) if turn_id else None
        row = of_it.one_or_none() if of_it is not None else None
        if row is None:
            row = connection.execute(
                _TAKEN_THERE,
                {
                    "at_platform": address.platform,
                    "at_channel": address.channel,
                    "at_thread": address.thread,
                    "user_id": user_id,
                },
            ).one_or_none()
        return None if row is None else hand_over_of(row)

    @writing
    def want(self, connection: Connection, answer: Answer, reason: str, *, now: datetime) -> bool:
        """Put an answer's question on the team's list, once; one that has ended anew.

        Returns:
            False when it stands there already.
        """
        statement = insert_into(hand_overs, sqlite_database=self._database.is_sqlite).values(
            turn_id=answer.turn_id,
            conversation_id=answer.conversation.conversation_id,
            text=answer.asked,
            reason=reason,
            asked_at=now,
            changed_at=now,
            state=HandOverState.WAITING,
        )
        again = {
            "state": HandOverState.WAITING,
            "reason": reason,
            "asked_at": now,
            "changed_at": now,
            "round": hand_overs.c.round + 1,
            "taken_by": None,
            "post": "",
            "shown": HandOverState.WAITING,
            "thread": "",
            "last_word_at": None,
            "answered": False,
            "once": False,
            "reminded_at": None,
            "offered_at": None,
        }
        made = connection.execute(
            statement.on_conflict_do_update(
                index_elements=["turn_id"], set_=again, where=hand_overs.c.state.not_in(OPEN)
            ).returning(hand_overs.c.hand_over_id)
        )
        return made.first() is not None

    @reading
    def last_wanted(
        self, connection: Connection, conversation_id: int, reason: str
    ) -> datetime | None:
        """Return when a person was last wanted in a conversation for a reason; None for never."""
        moment: datetime | None = connection.scalar(
            select(func.max(hand_overs.c.asked_at)).where(
                hand_overs.c.conversation_id == conversation_id, hand_overs.c.reason == reason
            )
        )
        return moment

    @writing
    def take(
        self,
        connection: Connection,
        hand_over: HandOver,
        person_id: int,
        told: Sequence[NewOutgoing],
        *,
        once: bool = False,
        now: datetime,
    ) -> bool:
        """Give a hand-over that waits to a colleague, `once` for one answer, and tell it.

        Returns:
            False when it does not wait.
        """
        changed = connection.execute(
            unchanged(hand_over, HandOverState.WAITING).values(
                state=HandOverState.TAKEN, taken_by=person_id, once=once, changed_at=now
            )
        )
        if changed.rowcount:
            put_all(connection, self._database, told, now=now, run=self._run)
            _record(connection, hand_over, HandOverState.TAKEN, now)
        return bool(changed.rowcount)

    @writing
    def end(
        self,
        connection: Connection,
        hand_over: HandOver,
        state: HandOverState,
        told: Sequence[NewOutgoing] = (),
        *,
        now: datetime,
    ) -> bool:
        """End a hand-over and tell it; False when it changed, or a word came, since it was read."""
        changed = connection.execute(
            unchanged(hand_over, hand_over.state)
            .where(hand_overs.c.last_word_at.is_not_distinct_from(hand_over.last_word_at))
            .values(state=state, changed_at=now)
        )
        if changed.rowcount:
            put_all(connection, self._database, told, now=now, run=self._run)
            _record(connection, hand_over, state, now)
        return bool(changed.rowcount)

    @reading
    def told(self, connection: Connection, origins: Sequence[str]) -> list[Outgoing]:
        """Return the messages of these origins that were delivered, oldest first."""
        return delivered(connection, origins, run=self._run)


def _one(connection: Connection, hand_over_id: int) -> HandOver | None:
    row = connection.execute(
        whole_hand_overs().where(hand_overs.c.hand_over_id == hand_over_id)
    ).one_or_none()
    return None if row is None else hand_over_of(row)


def _record(connection: Connection, before: HandOver, state: HandOverState, now: datetime) -> None:
    """Write the change down, by number alone: the words are a customer's."""
    subject = str(before.hand_over_id)
    was, became = {"state": before.state.value}, {"state": state.value}
    record(connection, What.HAND_OVER, subject, was, became, at=now)


# Built once: used for each message, and building a statement costs more than executing it.
_CARRIED = whole_hand_overs().where(
    hand_overs.c.hand_over_id
    == select(hand_over_words.c.hand_over_id)
    .where(hand_over_words.c.turn_id == bindparam("turn_id"))
    .scalar_subquery()
)
_TAKEN_THERE = (
    whole_hand_overs()
    .where(
        hand_overs.c.state == HandOverState.TAKEN,
        conversations.c.platform == bindparam("at_platform"),
        conversations.c.channel == bindparam("at_channel"),
        conversations.c.thread == bindparam("at_thread"),
        persons.c.user_id == bindparam("user_id"),
    )
    .order_by(hand_overs.c.hand_over_id.desc())
    .limit(1)
)
