"""Which rows of every table are one person's."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Table, or_, select

from bot.storage.database import batches
from bot.storage.tables import (
    actions,
    answer_wishes,
    answers,
    changes,
    conversations,
    drafts,
    follow_ups,
    forms,
    hand_over_words,
    hand_overs,
    messages,
    open_questions,
    outbox,
    persons,
    quiet_hours,
    ratings,
    turns,
    uploads,
    watches,
)

# Whose rows are a person's by a key of theirs in them. What else names a person there is somebody
# else's row: who took a conversation over, who is told of a reminder besides.
OWN: Mapping[Table, tuple[str, ...]] = {
    messages: ("person_id",),
    follow_ups: ("person_id", "receiver_id"),
    ratings: ("person_id",),
    answer_wishes: ("person_id",),
    uploads: ("person_id",),
    forms: ("person_id",),
    quiet_hours: ("person_id",),
    watches: ("person_id",),
    changes: ("person_id",),
}
OTHERS = {follow_ups: ("second_id",), hand_overs: ("taken_by",), drafts: ("saved_by",)}
# Whose rows came of a message of theirs.
OF_TURNS = (answers, actions, open_questions, drafts, hand_overs, hand_over_words)


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """The keys of a person's rows.

    Attributes:
        follow_ups: Theirs, those for them, and those of others that watch for something of
            theirs or write to them.
        conversations: In which nobody else wrote.
    """

    person: list[int]
    messages: list[int]
    turns: list[int]
    answers: list[int]
    follow_ups: list[int]
    hand_overs: list[int]
    conversations: list[int]


def keys_of(connection: Connection, person_id: int) -> PersonKeys:
    """Return the keys of a person's rows."""

    def scalars(column: Column[int], clause: ColumnElement[bool]) -> list[int]:
        return list(connection.scalars(select(column).where(clause)))

    mine = scalars(messages.c.message_pk, messages.c.person_id == person_id)
    turn_ids = column_in(connection, turns.c.turn_id, turns.c.message_pk, mine)

    def wrote(who: ColumnElement[bool]) -> ColumnElement[bool]:
        in_it = messages.c.conversation_id == conversations.c.conversation_id
        return select(messages.c.message_pk).where(in_it, who).exists()

    theirs = wrote(messages.c.person_id == person_id)
    others = wrote(messages.c.person_id != person_id)
    own = scalars(
        follow_ups.c.follow_up_id,
        or_(*(follow_ups.c[name] == person_id for name in OWN[follow_ups])),
    )
    handed_over = column_in(connection, hand_overs.c.hand_over_id, hand_overs.c.turn_id, turn_ids)
    asked = column_in(connection, open_questions.c.question_id, open_questions.c.turn_id, turn_ids)
    watching = {
        *scalars(watches.c.follow_up_id, watches.c.person_id == person_id),
        *column_in(connection, watches.c.follow_up_id, watches.c.hand_over_id, handed_over),
        *column_in(connection, watches.c.follow_up_id, watches.c.question_id, asked),
    }
    return PersonKeys(
        [person_id],
        mine,
        turn_ids,
        column_in(connection, answers.c.answer_id, answers.c.turn_id, turn_ids),
        sorted({*own, *watching}),
        handed_over,
        scalars(conversations.c.conversation_id, theirs & ~others),
    )


def column_in(
    connection: Connection, wanted: Column[int], key: Column[int], ids: Collection[int]
) -> list[int]:
    """Return a column of the rows with these keys."""
    found: list[int] = []
    for batch in batches(ids):
        found += connection.scalars(select(wanted).where(key.in_(batch)))
    return found


def places_of(keys: PersonKeys) -> Iterator[tuple[Table, list[ColumnElement[bool]]]]:
    """Yield each table with what picks a person's rows in it, a clause a batch."""
    yield persons, [persons.c.person_id.in_(keys.person)]
    for table, columns in OWN.items():
        yield table, [or_(*(table.c[name].in_(keys.person) for name in columns))]
    yield turns, [turns.c.turn_id.in_(batch) for batch in batches(keys.turns)]
    for table in OF_TURNS:
        yield table, [table.c.turn_id.in_(batch) for batch in batches(keys.turns)]
    yield outbox, outgoing_of(keys)


def outgoing_of(keys: PersonKeys) -> list[ColumnElement[bool]]:
    """Return what picks the messages to a person, and to the team about them alone."""
    of_answers = [outbox.c.answer_id.in_(batch) for batch in batches(keys.answers)]
    of_follow_ups = [outbox.c.follow_up_id.in_(batch) for batch in batches(keys.follow_ups)]
    rooms = select(conversations.c.conversation_id).where(
        conversations.c.platform == outbox.c.platform,
        conversations.c.channel == outbox.c.channel,
        conversations.c.thread == outbox.c.thread,
    )
    alone = [
        rooms.where(conversations.c.conversation_id.in_(batch)).exists()
        for batch in batches(keys.conversations)
    ]
    # As HandOver.origin names them, and what offers to save their answers.
    of_hand_overs = [
        outbox.c.origin.like(f"{begins}hand-over {number}.%")
        for number in keys.hand_overs
        for begins in ("", "offer of ")
    ]
    return [*of_answers, *of_follow_ups, *of_hand_overs, *alone]
