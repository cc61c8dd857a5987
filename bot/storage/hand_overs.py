"""Hand-overs: conversations in which a person is wanted, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, Update, and_, bindparam, or_, select, update

from bot.domain.conversations import Answer, Outcome, Turn
from bot.domain.gaps import QuestionState
from bot.domain.hand_overs import OPEN, Asker, HandOver, HandOverState, Lead, of_origin
from bot.domain.outgoing import Outgoing
from bot.domain.people import Role
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outbox import NewOutgoing, change_posted, delivered, put_final
from bot.storage.outcomes import answer_columns, put_on_lists
from bot.storage.tables import (
    answers,
    conversations,
    hand_over_words,
    hand_overs,
    messages,
    open_questions,
    outbox,
    persons,
    turns,
)
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
            _whole().where(hand_overs.c.state.in_(states)).order_by(by).limit(limit)
        )
        return [_hand_over(row) for row in found]

    @reading
    def get(self, connection: Connection, hand_over_id: int) -> HandOver | None:
        """Return one hand-over, or None."""
        return _one(connection, hand_over_id)

    @reading
    def of_post(self, connection: Connection, address: Address, posted_id: str) -> HandOver | None:
        """Return the hand-over that a post of ours in a room belongs to, or None."""
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
        return None if hand_over_id is None else _one(connection, hand_over_id)

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
        row = connection.execute(
            _HOLDING,
            {
                "at_platform": address.platform,
                "at_channel": address.channel,
                "at_thread": address.thread,
                "user_id": user_id,
                "turn_id": turn_id,
            },
        ).one_or_none()
        return None if row is None else _hand_over(row)

    @reading
    def lead(self, connection: Connection, hand_over: HandOver, *, limit: int) -> Lead:
        """Return what the person asked and was told there before, the last of it."""
        rows = connection.execute(
            select(
                answers.c.turn_id, messages.c.text.label("asked"), answers.c.text, answers.c.found
            )
            .select_from(
                answers.join(turns, turns.c.turn_id == answers.c.turn_id).join(
                    messages, messages.c.message_pk == turns.c.message_pk
                )
            )
            .where(
                answers.c.conversation_id == hand_over.asker.conversation_id,
                messages.c.person_id == hand_over.asker.person_id,
                answers.c.turn_id <= hand_over.turn_id,
            )
            .order_by(answers.c.answer_id.desc())
            .limit(limit + 1)
        ).all()
        before = [row for row in rows if row.turn_id != hand_over.turn_id][:limit]
        found: list[dict[str, object]] = next((row.found for row in rows if row.found), [])
        return Lead(
            tuple((row.asked, row.text) for row in reversed(before)),
            tuple(dict.fromkeys(str(source["title"]) for source in found)),
        )

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
    def untold(self, connection: Connection) -> list[HandOver]:
        """Return those that wait and that no room was told of, oldest first."""
        found = connection.execute(
            _whole()
            .where(
                hand_overs.c.state == HandOverState.WAITING,
                hand_overs.c.post == "",
                hand_overs.c.round > 0,
            )
            .order_by(hand_overs.c.hand_over_id)
        )
        return [_hand_over(row) for row in found]

    @reading
    def unreminded(self, connection: Connection) -> list[HandOver]:
        """Return those that a room was told of once, and that wait, oldest first."""
        found = connection.execute(
            _whole()
            .where(
                hand_overs.c.state == HandOverState.WAITING,
                hand_overs.c.post != "",
                hand_overs.c.reminded_at.is_(None),
            )
            .order_by(hand_overs.c.hand_over_id)
        )
        return [_hand_over(row) for row in found]

    @reading
    def misshown(self, connection: Connection) -> list[HandOver]:
        """Return those whose post shows a state they are in no more."""
        found = connection.execute(
            _whole().where(hand_overs.c.post != "", hand_overs.c.shown != hand_overs.c.state)
        )
        return [_hand_over(row) for row in found]

    @reading
    def unoffered(self, connection: Connection) -> list[HandOver]:
        """Return those that were answered, and not yet offered as an entry."""
        found = connection.execute(
            _whole().where(
                hand_overs.c.state == HandOverState.ANSWERED, hand_overs.c.offered_at.is_(None)
            )
        )
        return [_hand_over(row) for row in found]

    @writing
    def tell(
        self, connection: Connection, hand_over: HandOver, told: NewOutgoing, *, now: datetime
    ) -> None:
        """Record that a room is told of a hand-over, and tell it; nothing when it was before."""
        changed = connection.execute(
            _of(hand_over, HandOverState.WAITING)
            .where(hand_overs.c.post == "")
            .values(post=told.origin)
        )
        if changed.rowcount:
            self._put(connection, [told], now)

    @writing
    def remind(
        self, connection: Connection, hand_over: HandOver, told: NewOutgoing, *, now: datetime
    ) -> None:
        """Record that a room is told once more, and tell it; nothing when it was before."""
        changed = connection.execute(
            _of(hand_over, HandOverState.WAITING)
            .where(hand_overs.c.reminded_at.is_(None))
            .values(reminded_at=now)
        )
        if changed.rowcount:
            self._put(connection, [told], now)

    @writing
    def show(
        self, connection: Connection, hand_over: HandOver, post: NewOutgoing, *, now: datetime
    ) -> bool:
        """Have a post show the state of its hand-over; False while it is on its way."""
        if not change_posted(connection, post, now, now):
            return False
        connection.execute(_of(hand_over, hand_over.state).values(shown=hand_over.state))
        return True

    @writing
    def take(
        self,
        connection: Connection,
        hand_over: HandOver,
        person_id: int,
        told: Sequence[NewOutgoing],
        *,
        now: datetime,
    ) -> bool:
        """Give a hand-over that waits to a colleague, and tell it; False when it does not wait."""
        changed = connection.execute(
            _of(hand_over, HandOverState.WAITING).values(
                state=HandOverState.TAKEN, taken_by=person_id, changed_at=now
            )
        )
        if changed.rowcount:
            self._put(connection, told, now)
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
            _of(hand_over, hand_over.state)
            .where(hand_overs.c.last_word_at.is_not_distinct_from(hand_over.last_word_at))
            .values(state=state, changed_at=now)
        )
        if changed.rowcount:
            self._put(connection, told, now)
        return bool(changed.rowcount)

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
            _of(hand_over, HandOverState.ANSWERED)
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

    @reading
    def told(self, connection: Connection, origins: Sequence[str]) -> list[Outgoing]:
        """Return the messages of these origins that were delivered, oldest first."""
        return delivered(connection, origins, run=self._run)

    @reading
    def owners(self, connection: Connection, platform: str) -> list[str]:
        """Return the names of the owners who have written on a platform, in order."""
        return list(
            connection.scalars(
                select(persons.c.name)
                .where(persons.c.platform == platform, persons.c.role == Role.OWNER)
                .order_by(persons.c.person_id)
            )
        )

    def _put(self, connection: Connection, outgoing: Sequence[NewOutgoing], now: datetime) -> None:
        for message in outgoing:
            put_final(connection, self._database, message, None, now=now, run=self._run)


def _of(hand_over: HandOver, state: HandOverState) -> Update:
    return update(hand_overs).where(
        hand_overs.c.hand_over_id == hand_over.hand_over_id,
        hand_overs.c.round == hand_over.round,
        hand_overs.c.state == state,
    )


def _one(connection: Connection, hand_over_id: int) -> HandOver | None:
    row = connection.execute(
        _whole().where(hand_overs.c.hand_over_id == hand_over_id)
    ).one_or_none()
    return None if row is None else _hand_over(row)


_COLLEAGUES = persons.alias()


def _whole() -> Select[tuple[object, ...]]:
    return select(
        hand_overs,
        messages.c.message_id,
        persons.c.person_id,
        persons.c.name,
        conversations.c.platform,
        conversations.c.channel,
        conversations.c.thread.label("asked_in"),
        conversations.c.language,
        _COLLEAGUES.c.name.label("colleague"),
        outbox.c.platform.label("told_on"),
        outbox.c.channel.label("told_in"),
        outbox.c.posted_id,
    ).select_from(
        hand_overs.join(turns, hand_overs.c.turn_id == turns.c.turn_id)
        .join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(persons, messages.c.person_id == persons.c.person_id)
        .join(conversations, hand_overs.c.conversation_id == conversations.c.conversation_id)
        .outerjoin(_COLLEAGUES, hand_overs.c.taken_by == _COLLEAGUES.c.person_id)
        .outerjoin(outbox, outbox.c.origin == hand_overs.c.post)
    )


def _holding() -> Select[tuple[object, ...]]:
    carried = select(hand_over_words.c.hand_over_id).where(
        hand_over_words.c.turn_id == bindparam("turn_id")
    )
    taken_there = and_(
        hand_overs.c.state == HandOverState.TAKEN,
        conversations.c.platform == bindparam("at_platform"),
        conversations.c.channel == bindparam("at_channel"),
        conversations.c.thread == bindparam("at_thread"),
        persons.c.user_id == bindparam("user_id"),
    )
    return (
        _whole()
        .where(or_(taken_there, hand_overs.c.hand_over_id.in_(carried)))
        .order_by(hand_overs.c.hand_over_id.desc())
        .limit(1)
    )


# Built once: used for each turn, and building a statement costs more than executing it.
_HOLDING = _holding()


def _hand_over(row: Row[tuple[object, ...]]) -> HandOver:
    return HandOver(
        hand_over_id=row.hand_over_id,
        round=row.round,
        turn_id=row.turn_id,
        text=row.text,
        reason=row.reason,
        asked_at=row.asked_at,
        asker=Asker(
            row.person_id,
            row.name,
            row.conversation_id,
            Address(row.platform, row.channel, row.asked_in),
            row.message_id,
            row.language,
        ),
        state=HandOverState(row.state),
        changed_at=row.changed_at,
        taken_by=row.colleague or "",
        post=row.post,
        posted_at=Address(row.told_on, row.told_in) if row.posted_id else None,
        posted_id=row.posted_id or "",
        thread=row.thread,
        last_word_at=row.last_word_at,
        answered=row.answered,
    )
