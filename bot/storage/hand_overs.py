"""Hand-overs: conversations in which a person is wanted."""

from sqlalchemy import Connection, Row, select, update

from bot.domain.gaps import HandOver, HandOverState
from bot.storage.database import Database, reading, writing
from bot.storage.tables import conversations, hand_overs, messages, persons, turns


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
