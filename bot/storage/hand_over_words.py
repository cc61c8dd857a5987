"""Words carried between a person and the colleague who has their conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, String, cast, literal, select, update

from bot.domain.conversations import Turn
from bot.domain.hand_overs import Carried, HandOver, HandOverState, Lost, of_origin
from bot.domain.outgoing import OutgoingState
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, put_all, put_final
from bot.storage.tables import hand_over_words, hand_overs, messages, outbox, persons, turns
from bot.storage.whole_turns import turn_of, whole_turns
from connectors.messages import Address


class HandOverWordRows:
    """The table of carried words; each message is carried once."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def of_turn(self, connection: Connection, turn_id: int) -> Carried | None:
        """Return what a turn's words were carried as, or None."""
        return _carried(
            connection.execute(_whole().where(turns.c.turn_id == turn_id)).one_or_none()
        )

    @reading
    def turn(self, connection: Connection, turn_id: int) -> Turn:
        """Return the turn of carried words."""
        return turn_of(connection.execute(whole_turns().where(turns.c.turn_id == turn_id)).one())

    @reading
    def mentions_us(self, connection: Connection, turn_id: int) -> bool:
        """Return whether a turn's message speaks to the bot itself and replies to nothing."""
        row = connection.execute(
            select(messages.c.to_bot, messages.c.reply_to)
            .join(turns, turns.c.message_pk == messages.c.message_pk)
            .where(turns.c.turn_id == turn_id)
        ).one()
        return bool(row.to_bot) and not row.reply_to

    @reading
    def of_message(
        self, connection: Connection, address: Address, message_id: str
    ) -> Carried | None:
        """Return what a message was carried as, or None."""
        return _carried(
            connection.execute(
                _whole().where(
                    messages.c.platform == address.platform,
                    messages.c.channel == address.channel,
                    messages.c.message_id == message_id,
                )
            ).one_or_none()
        )

    @reading
    def outward(self, connection: Connection, hand_over: HandOver) -> list[Carried]:
        """Return what a colleague wrote to the person, oldest first; withdrawn words left out."""
        rows = connection.execute(
            _whole()
            .where(
                hand_over_words.c.hand_over_id == hand_over.hand_over_id,
                hand_over_words.c.round == hand_over.round,
                hand_over_words.c.outward.is_(True),
                messages.c.text != "",
            )
            .order_by(messages.c.sent_at, turns.c.turn_id)
        )
        return [found for row in rows if (found := _carried(row)) is not None]

    @reading
    def lost(self, connection: Connection, *, since: datetime) -> list[Lost]:
        """Return what could not be delivered of words carried since then, and nobody was told."""
        told = outbox.alias()
        of_it = literal("lost ").concat(cast(outbox.c.outgoing_id, String))
        rows = connection.execute(
            select(outbox)
            .where(
                outbox.c.state == OutgoingState.FAILED,
                outbox.c.origin.like("hand-over % words %"),
                outbox.c.created_at >= since,
                ~select(told.c.outgoing_id).where(told.c.origin == of_it).exists(),
            )
            .order_by(outbox.c.outgoing_id)
        )
        return [
            Lost(
                row.outgoing_id,
                of_origin(row.origin) or 0,
                Address(row.platform, row.channel, row.thread),
                row.text,
            )
            for row in rows
        ]

    @writing
    def say(
        self, connection: Connection, outgoing: Sequence[NewOutgoing], *, now: datetime
    ) -> None:
        """Store messages about carried words; each of them once."""
        put_all(connection, self._database, outgoing, now=now, run=self._run)

    @writing
    def carry(
        self,
        connection: Connection,
        hand_over: HandOver,
        turn_id: int,
        outgoing: Sequence[NewOutgoing],
        beside: Sequence[NewOutgoing] = (),
        *,
        outward: bool,
        thread: str,
        now: datetime,
    ) -> bool:
        """Carry a turn's words while somebody has the conversation, in one transaction.

        Args:
            connection: Of the transaction.
            hand_over: Whose.
            turn_id: The turn of the message.
            outgoing: The messages that say them on the other side, in order.
            beside: What follows them there, and does not change with them.
            outward: A colleague wrote them.
            thread: The thread of the team's room in which the conversation goes on from now on.
            now: The moment.

        Returns:
            False when nobody has it any more: nothing is carried. True, and nothing changed, when
            it was carried before.
        """
        changed = connection.execute(
            update(hand_overs)
            .where(
                hand_overs.c.hand_over_id == hand_over.hand_over_id,
                hand_overs.c.round == hand_over.round,
                hand_overs.c.state == HandOverState.TAKEN,
            )
            .values(
                last_word_at=now,
                thread=thread,
                **({"answered": True} if outward else {}),
            )
        )
        if not changed.rowcount:
            return False
        made = connection.execute(
            insert_into(hand_over_words, sqlite_database=self._database.is_sqlite)
            .values(
                turn_id=turn_id,
                hand_over_id=hand_over.hand_over_id,
                round=hand_over.round,
                outward=outward,
                pieces=len(outgoing),
            )
            .on_conflict_do_nothing()
            .returning(hand_over_words.c.turn_id)
        )
        if made.first() is None:
            return True
        put_all(connection, self._database, (*outgoing, *beside), now=now, run=self._run)
        return True

    @writing
    def change(
        self,
        connection: Connection,
        carried: Carried,
        text: str,
        outgoing: Sequence[NewOutgoing],
        *,
        now: datetime,
    ) -> None:
        """Have carried words read otherwise, in one transaction.

        Args:
            connection: Of the transaction.
            carried: Which.
            text: The new words, "" for none.
            outgoing: Messages of the same origins as before: where they stand already they are
                edited; a new origin is a new message.
            now: The moment.
        """
        connection.execute(
            update(messages)
            .where(
                messages.c.message_pk
                == select(turns.c.message_pk)
                .where(turns.c.turn_id == carried.turn_id)
                .scalar_subquery()
            )
            .values(text=text)
        )
        connection.execute(
            update(hand_over_words)
            .where(hand_over_words.c.turn_id == carried.turn_id)
            .values(pieces=len(outgoing))
        )
        for message in outgoing:
            changed = connection.execute(
                update(outbox)
                .where(outbox.c.origin == message.origin)
                .values(text=message.text, state=OutgoingState.PENDING, attempts=0, next_at=now)
            )
            if not changed.rowcount:
                put_final(connection, self._database, message, None, now=now, run=self._run)


def _whole() -> Select[tuple[object, ...]]:
    return select(hand_over_words, messages.c.text, persons.c.name).select_from(
        hand_over_words.join(turns, turns.c.turn_id == hand_over_words.c.turn_id)
        .join(messages, messages.c.message_pk == turns.c.message_pk)
        .join(persons, persons.c.person_id == messages.c.person_id)
    )


def _carried(row: Row[tuple[object, ...]] | None) -> Carried | None:
    if row is None:
        return None
    return Carried(
        row.turn_id, row.hand_over_id, row.round, row.outward, row.pieces, row.text, row.name
    )
