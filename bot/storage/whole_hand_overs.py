"""A hand-over with who wants a person, who has them and what the team was told: read as one."""

from sqlalchemy import Row, Select, Update, select, update

from bot.domain.hand_overs import Asker, HandOver, HandOverState
from bot.storage.tables import (
    conversations,
    hand_overs,
    messages,
    outbox,
    persons,
    turns,
)
from connectors.messages import Address

_COLLEAGUES = persons.alias()


def whole_hand_overs() -> Select[tuple[object, ...]]:
    """Return what selects hand-overs with everything that `hand_over_of` reads."""
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


def hand_over_of(row: Row[tuple[object, ...]]) -> HandOver:
    """Return the hand-over that a row of `whole_hand_overs` is."""
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
        once=row.once,
    )


def unchanged(hand_over: HandOver, state: HandOverState) -> Update:
    """Return what updates a hand-over while it is in a state of the round it was read in."""
    return update(hand_overs).where(
        hand_overs.c.hand_over_id == hand_over.hand_over_id,
        hand_overs.c.round == hand_over.round,
        hand_overs.c.state == state,
    )
