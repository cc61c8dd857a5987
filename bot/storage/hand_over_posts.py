"""What rooms are told of hand-overs, and what they show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.hand_overs import HandOver, HandOverState, Lead
from bot.domain.people import Role
from bot.storage.database import Database, reading, writing
from bot.storage.outgoing_row import NewOutgoing, change_posted, put_all
from bot.storage.tables import answers, hand_overs, messages, persons, turns
from bot.storage.whole_hand_overs import hand_over_of, unchanged, whole_hand_overs


class HandOverPostRows:
    """Which rooms were told of which hand-overs; each is told once."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def untold(self, connection: Connection) -> list[HandOver]:
        """Return those that wait and that no room was told of, oldest first."""
        found = connection.execute(
            whole_hand_overs()
            .where(
                hand_overs.c.state == HandOverState.WAITING,
                hand_overs.c.post == "",
                hand_overs.c.round > 0,
            )
            .order_by(hand_overs.c.hand_over_id)
        )
        return [hand_over_of(row) for row in found]

    @reading
    def unreminded(self, connection: Connection) -> list[HandOver]:
        """Return those that a room was told of once, and that wait, oldest first."""
        found = connection.execute(
            whole_hand_overs()
            .where(
                hand_overs.c.state == HandOverState.WAITING,
                hand_overs.c.post != "",
                hand_overs.c.reminded_at.is_(None),
            )
            .order_by(hand_overs.c.hand_over_id)
        )
        return [hand_over_of(row) for row in found]

    @reading
    def misshown(self, connection: Connection) -> list[HandOver]:
        """Return those whose post shows a state they are in no more."""
        found = connection.execute(
            whole_hand_overs().where(
                hand_overs.c.post != "", hand_overs.c.shown != hand_overs.c.state
            )
        )
        return [hand_over_of(row) for row in found]

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
    def owners(self, connection: Connection, platform: str) -> list[str]:
        """Return the names of the owners who have written on a platform, in order."""
        return list(
            connection.scalars(
                select(persons.c.name)
                .where(persons.c.platform == platform, persons.c.role == Role.OWNER)
                .order_by(persons.c.person_id)
            )
        )

    @writing
    def tell(
        self,
        connection: Connection,
        hand_over: HandOver,
        told: NewOutgoing,
        before: Sequence[NewOutgoing] = (),
        *,
        now: datetime,
    ) -> None:
        """Record that a room is told of a hand-over, and tell it; nothing when it was before.

        Args:
            connection: Of the transaction.
            hand_over: Which.
            told: What tells it.
            before: What stands above it there, each once.
            now: The moment.
        """
        changed = connection.execute(
            unchanged(hand_over, HandOverState.WAITING)
            .where(hand_overs.c.post == "")
            .values(post=told.origin)
        )
        if changed.rowcount:
            put_all(connection, self._database, [*before, told], now=now, run=self._run)

    @writing
    def remind(
        self,
        connection: Connection,
        hand_over: HandOver,
        told: Sequence[NewOutgoing],
        *,
        now: datetime,
    ) -> None:
        """Record that rooms are told once more, and tell them; nothing when it was before."""
        changed = connection.execute(
            unchanged(hand_over, HandOverState.WAITING)
            .where(hand_overs.c.reminded_at.is_(None))
            .values(reminded_at=now)
        )
        if changed.rowcount:
            put_all(connection, self._database, told, now=now, run=self._run)

    @writing
    def show(
        self, connection: Connection, hand_over: HandOver, post: NewOutgoing, *, now: datetime
    ) -> bool:
        """Have a post show the state of its hand-over; False while it is on its way.

        What has changed since it was read is shown by the next call.
        """
        if not change_posted(connection, post, now, now):
            return False
        connection.execute(
            unchanged(hand_over, hand_over.state)
            # Its person may have added words.
            .where(hand_overs.c.text == hand_over.text)
            .values(shown=hand_over.state)
        )
        return True
