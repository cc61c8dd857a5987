"""One person's rows in every table: found, read and erased."""

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from pydantic_core import to_jsonable_python
from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, or_, select, update

from bot.domain.followups import FollowUpState
from bot.domain.forms import FormState
from bot.domain.gaps import DraftState, QuestionState
from bot.domain.hand_overs import OPEN, HandOverState
from bot.domain.outgoing import OutgoingState
from bot.domain.people import Person, Role
from bot.domain.whole_persons import WholePerson
from bot.storage.database import BATCH, Database, reading, writing
from bot.storage.tables import (
    actions,
    answer_wishes,
    answers,
    conversations,
    drafts,
    follow_ups,
    forms,
    gaps,
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
}
OTHERS = {follow_ups: ("second_id",), hand_overs: ("taken_by",)}
# Whose rows came of a message of theirs.
OF_TURNS = (answers, actions, open_questions, drafts, hand_overs, hand_over_words)
# Shorter lines tell nobody apart, and stand in others' words, too.
_LINE_CHARS = 8
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a person's rows, by what they are.

    Attributes:
        follow_ups: Also those of others that watch for something of theirs, or write to them.
    """

    person: list[int]
    messages: list[int]
    turns: list[int]
    answers: list[int]
    follow_ups: list[int]
    hand_overs: list[int]
    conversations: list[int]


class WholePersonRows:
    """Every table, as far as one person is in it."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def find(self, connection: Connection, who: str) -> list[Person]:
        """Return the persons whom words name: "platform/id", an id, or a name in any case.

        Those who were erased are not among them. Empty where nobody is.
        """
        platform, _, user_id = who.partition("/")
        every = connection.execute(select(persons).where(persons.c.name != "")).all()
        named = [row for row in every if (row.platform, row.user_id) == (platform, user_id)]
        if not named:
            wanted = who.casefold()
            named = [row for row in every if who == row.user_id or row.name.casefold() == wanted]
        return [
            Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone)
            for row in named
        ]

    @reading
    def everybody(self, connection: Connection) -> list[tuple[int, str, str]]:
        """Return the keys, platforms and ids of all persons."""
        rows = connection.execute(
            select(persons.c.person_id, persons.c.platform, persons.c.user_id)
        )
        return [(row.person_id, row.platform, row.user_id) for row in rows]

    @reading
    def whole(self, connection: Connection, person: Person) -> WholePerson:
        """Return everything that is kept of a person."""
        keys = _keys(connection, person.person_id)
        found: dict[str, list[dict[str, JsonValue]]] = {}
        for table, clauses in _places(keys):
            key = next(iter(table.primary_key.columns))
            rows = {
                row[key]: {name: to_jsonable_python(value) for name, value in row.items()}
                for clause in clauses
                for row in connection.execute(select(table).where(clause)).mappings()
            }
            if rows:
                found[table.name] = list(rows.values())
        return WholePerson(person, found)

    @writing
    def erase(self, connection: Connection, person_id: int, *, now: datetime) -> list[str]:
        """Erase what a person said and was told, and who they are; their rows' places stay.

        A message whose place is gone would be read back from its platform as one that was missed.
        What waits for them ends. Entries that were made of an answer stay: they are the business's.

        Returns:
            The keys of files that only this person's messages needed.
        """
        keys = _keys(connection, person_id)
        person = connection.execute(select(persons).where(persons.c.person_id == person_id)).one()
        files = list(_files(connection, keys))
        traces = _traces(connection, keys, person.user_id)
        _end(connection, keys, now)
        _blank(connection, keys)
        _blank_copies(connection, traces, person.name)
        for batch in _batches(keys.follow_ups):
            connection.execute(delete(watches).where(watches.c.follow_up_id.in_(batch)))
        for table in (ratings, answer_wishes, uploads, quiet_hours):
            connection.execute(delete(table).where(table.c.person_id == person_id))
        connection.execute(
            update(persons)
            .where(persons.c.person_id == person_id)
            .values(
                user_id=f"{ERASED} {secrets.token_hex(8)}",
                name="",
                zone="",
                role=Role.PUBLIC.value,
                introduced=False,
            )
        )
        return files


def _keys(connection: Connection, person_id: int) -> _Keys:
    def scalars(column: Column[int], clause: ColumnElement[bool]) -> list[int]:
        return list(connection.scalars(select(column).where(clause)))

    mine = scalars(messages.c.message_pk, messages.c.person_id == person_id)
    turn_ids = _in(connection, turns.c.turn_id, turns.c.message_pk, mine)
    others = (
        select(messages.c.message_pk)
        .where(
            messages.c.conversation_id == conversations.c.conversation_id,
            messages.c.person_id != person_id,
        )
        .exists()
    )
    theirs = (
        select(messages.c.message_pk)
        .where(
            messages.c.conversation_id == conversations.c.conversation_id,
            messages.c.person_id == person_id,
        )
        .exists()
    )
    own = scalars(
        follow_ups.c.follow_up_id,
        or_(*(follow_ups.c[name] == person_id for name in OWN[follow_ups])),
    )
    handed_over = _in(connection, hand_overs.c.hand_over_id, hand_overs.c.turn_id, turn_ids)
    asked = _in(connection, open_questions.c.question_id, open_questions.c.turn_id, turn_ids)
    watching = {
        *scalars(watches.c.follow_up_id, watches.c.person_id == person_id),
        *_in(connection, watches.c.follow_up_id, watches.c.hand_over_id, handed_over),
        *_in(connection, watches.c.follow_up_id, watches.c.question_id, asked),
    }
    return _Keys(
        [person_id],
        mine,
        turn_ids,
        _in(connection, answers.c.answer_id, answers.c.turn_id, turn_ids),
        sorted({*own, *watching}),
        handed_over,
        scalars(conversations.c.conversation_id, theirs & ~others),
    )


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    rest = list(ids)
    for begin in range(0, len(rest), BATCH):
        yield rest[begin : begin + BATCH]


def _in(
    connection: Connection, wanted: Column[int], key: Column[int], ids: Collection[int]
) -> list[int]:
    found: list[int] = []
    for batch in _batches(ids):
        found += connection.scalars(select(wanted).where(key.in_(batch)))
    return found


def _places(keys: _Keys) -> Iterator[tuple[Table, list[ColumnElement[bool]]]]:
    """Yield each table with what picks a person's rows in it, a clause a batch."""
    yield persons, [persons.c.person_id.in_(keys.person)]
    for table, columns in OWN.items():
        yield table, [or_(*(table.c[name].in_(keys.person) for name in columns))]
    yield turns, [turns.c.turn_id.in_(batch) for batch in _batches(keys.turns)]
    for table in OF_TURNS:
        yield table, [table.c.turn_id.in_(batch) for batch in _batches(keys.turns)]
    yield outbox, _outgoing(keys)


def _outgoing(keys: _Keys) -> list[ColumnElement[bool]]:
    """Return what picks the messages to a person, and to the team about them alone."""
    of_answers = [outbox.c.answer_id.in_(batch) for batch in _batches(keys.answers)]
    of_follow_ups = [outbox.c.follow_up_id.in_(batch) for batch in _batches(keys.follow_ups)]
    rooms = select(conversations.c.conversation_id).where(
        conversations.c.platform == outbox.c.platform,
        conversations.c.channel == outbox.c.channel,
        conversations.c.thread == outbox.c.thread,
    )
    alone = [
        rooms.where(conversations.c.conversation_id.in_(batch)).exists()
        for batch in _batches(keys.conversations)
    ]
    # As HandOver.origin names them, and what offers to save their answers.
    of_hand_overs = [
        outbox.c.origin.like(f"{begins}hand-over {number}.%")
        for number in keys.hand_overs
        for begins in ("", "offer of ")
    ]
    return [*of_answers, *of_follow_ups, *of_hand_overs, *alone]


def _files(connection: Connection, keys: _Keys) -> Iterator[str]:
    for clause in _outgoing(keys):
        for kept in connection.scalars(select(outbox.c.files).where(clause)):
            yield from (str(each["key"]) for each in kept if "key" in each)
    for batch in _batches(keys.messages):
        wanted = select(messages.c.files).where(messages.c.message_pk.in_(batch))
        for sent in connection.scalars(wanted):
            yield from (str(each["file_id"]) for each in sent if "file_id" in each)


def _traces(connection: Connection, keys: _Keys, user_id: str) -> list[str]:
    """Return the lines by which a copy of a person's words is known elsewhere."""
    lines = {user_id} if len(user_id) >= _LINE_CHARS else set()
    words = [
        *(
            select(messages.c.text).where(messages.c.message_pk.in_(each))
            for each in _batches(keys.messages)
        ),
        *(
            select(follow_ups.c.subject).where(follow_ups.c.follow_up_id.in_(each))
            for each in _batches(keys.follow_ups)
        ),
    ]
    for wanted in words:
        for text in connection.scalars(wanted):
            lines |= {line.strip() for line in text.splitlines()}
    return sorted((each for each in lines if len(each) >= _LINE_CHARS), key=len, reverse=True)


def _end(connection: Connection, keys: _Keys, now: datetime) -> None:
    """End what waits for a person."""
    waiting = [FollowUpState.PENDING.value, FollowUpState.QUEUED.value]
    _set(connection, follow_ups, follow_ups.c.follow_up_id, keys.follow_ups)(
        follow_ups.c.state.in_(waiting), {"state": FollowUpState.CANCELLED.value}
    )
    _set(connection, hand_overs, hand_overs.c.turn_id, keys.turns)(
        hand_overs.c.state.in_([each.value for each in OPEN]), {"state": HandOverState.DONE.value}
    )
    _set(connection, open_questions, open_questions.c.turn_id, keys.turns)(
        open_questions.c.state == QuestionState.OPEN.value,
        {"state": QuestionState.DISMISSED.value},
    )
    _set(connection, drafts, drafts.c.turn_id, keys.turns)(
        drafts.c.state == DraftState.OFFERED.value, {"state": DraftState.DISCARDED.value}
    )
    asked = exists().where(
        open_questions.c.gap_id == gaps.c.gap_id,
        open_questions.c.state == QuestionState.OPEN.value,
    )
    theirs = _in(connection, open_questions.c.gap_id, open_questions.c.turn_id, keys.turns)
    _set(connection, gaps, gaps.c.gap_id, [each for each in theirs if each is not None])(
        ~asked & (gaps.c.state == QuestionState.OPEN.value),
        {"state": QuestionState.DISMISSED.value, "closed_at": now},
    )
    _set(connection, forms, forms.c.person_id, keys.person)(
        forms.c.state.in_([FormState.FILLING.value, FormState.CONFIRMING.value]),
        {"state": FormState.CANCELLED.value},
    )
    unsent = [OutgoingState.PENDING.value, OutgoingState.OPEN.value]
    for clause in _outgoing(keys):
        connection.execute(
            update(outbox)
            .where(clause, outbox.c.state.in_(unsent))
            .values(state=OutgoingState.FAILED.value, error="The person was erased.")
        )


def _blank(connection: Connection, keys: _Keys) -> None:
    """Take the words out of a person's rows."""
    said = {"text": "", "files": []}
    _set(connection, messages, messages.c.message_pk, keys.messages)(None, said)
    told = {"text": "", "searched": "", "prompt": "", "raw": "", "sources": [], "found": []}
    _set(connection, answers, answers.c.turn_id, keys.turns)(None, told)
    _set(connection, actions, actions.c.turn_id, keys.turns)(None, {"arguments": {}})
    # Who had it promised was told so with their name.
    promising = _in(connection, actions.c.turn_id, actions.c.follow_up_id, keys.follow_ups)
    _set(connection, answers, answers.c.turn_id, promising)(None, told)
    _set(connection, actions, actions.c.follow_up_id, keys.follow_ups)(None, {"arguments": {}})
    _set(connection, open_questions, open_questions.c.turn_id, keys.turns)(None, {"text": ""})
    _set(connection, drafts, drafts.c.turn_id, keys.turns)(None, {"question": "", "answer": ""})
    _set(connection, hand_overs, hand_overs.c.turn_id, keys.turns)(None, {"text": ""})
    _set(connection, forms, forms.c.person_id, keys.person)(None, {"field_values": {}})
    promised = {"subject": "", "receiver": "", "asked_by": ""}
    _set(connection, follow_ups, follow_ups.c.follow_up_id, keys.follow_ups)(None, promised)
    # What others were answered after them, where both wrote, was asked of a model with their words.
    theirs = select(messages.c.conversation_id).where(messages.c.person_id.in_(keys.person))
    connection.execute(
        update(answers).where(answers.c.conversation_id.in_(theirs)).values(prompt="", raw="")
    )
    sent = {"text": "", "sources": [], "buttons": [], "files": []}
    for clause in _outgoing(keys):
        connection.execute(update(outbox).where(clause).values(**sent))


def _blank_copies(connection: Connection, traces: Collection[str], name: str) -> None:
    """Take out what the team was told of a person: their words, and their name as a word."""
    as_word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name else None
    over = [OutgoingState.SENT.value, OutgoingState.FAILED.value]
    wanted = select(outbox.c.outgoing_id, outbox.c.text, outbox.c.state).where(outbox.c.text != "")
    for row in connection.execute(wanted).all():
        text = row.text
        for line in traces:
            if line in text:
                text = text.replace(line, "…")
        if as_word is not None and row.state in over:
            text = as_word.sub("…", text)
        if text != row.text:
            connection.execute(
                update(outbox).where(outbox.c.outgoing_id == row.outgoing_id).values(text=text)
            )


def _set(
    connection: Connection, table: Table, key: Column[int], ids: Collection[int]
) -> Callable[[ColumnElement[bool] | None, Mapping[str, object]], None]:
    """Return what sets columns of the rows with these keys, as far as a clause holds."""

    def done(clause: ColumnElement[bool] | None, values: Mapping[str, object]) -> None:
        for batch in _batches(ids):
            change = update(table).where(key.in_(batch)).values(**values)
            connection.execute(change if clause is None else change.where(clause))

    return done
