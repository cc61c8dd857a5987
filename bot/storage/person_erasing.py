"""Erases one person's rows in every table."""

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, select, update

from bot.domain.changes import What
from bot.domain.followups import FollowUpState
from bot.domain.forms import FormState
from bot.domain.gaps import DraftState, QuestionState
from bot.domain.hand_overs import OPEN, HandOverState
from bot.domain.outgoing import OutgoingState
from bot.domain.people import Role
from bot.storage.changes import record
from bot.storage.database import Database, batches, writing
from bot.storage.person_keys import PersonKeys, column_in, keys_of, outgoing_of
from bot.storage.tables import (
    actions,
    answer_wishes,
    answers,
    changes,
    drafts,
    follow_ups,
    forms,
    gaps,
    hand_overs,
    messages,
    open_questions,
    outbox,
    persons,
    quiet_hours,
    ratings,
    uploads,
    watches,
)

# Shorter lines tell nobody apart, and stand in others' words, too.
_LINE_CHARS = 8
ERASED = "erased"


class ErasingRows:
    """Every table, as far as one person is in it, to be erased."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def erase(self, connection: Connection, person_id: int, *, now: datetime) -> list[str]:
        """Erase what a person said and was told, and who they are; their rows' places stay.

        A message whose place is gone would be read back from its platform as one that was missed.
        What waits for them ends. Entries that were made of an answer stay: they are the business's.

        Returns:
            The keys of files that only this person's messages needed.
        """
        keys = keys_of(connection, person_id)
        person = connection.execute(select(persons).where(persons.c.person_id == person_id)).one()
        files = list(_files(connection, keys))
        traces = _traces(connection, keys, person.user_id)
        _end(connection, keys, now)
        _blank(connection, keys)
        _blank_copies(connection, traces, person.name)
        _blank_changes(connection, traces, _as_word(person.name))
        for batch in batches(keys.follow_ups):
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
        record(connection, What.PERSON, str(person_id), {}, {"state": ERASED}, at=now)
        return files


def _files(connection: Connection, keys: PersonKeys) -> Iterator[str]:
    for clause in outgoing_of(keys):
        for kept in connection.scalars(select(outbox.c.files).where(clause)):
            yield from (str(each["key"]) for each in kept if "key" in each)
    for batch in batches(keys.messages):
        wanted = select(messages.c.files).where(messages.c.message_pk.in_(batch))
        for sent in connection.scalars(wanted):
            yield from (str(each["file_id"]) for each in sent if "file_id" in each)


def _traces(connection: Connection, keys: PersonKeys, user_id: str) -> list[str]:
    """Return the lines by which a copy of a person's words is known elsewhere."""
    lines = {user_id} if len(user_id) >= _LINE_CHARS else set()
    words = [
        *(
            select(messages.c.text).where(messages.c.message_pk.in_(each))
            for each in batches(keys.messages)
        ),
        *(
            select(follow_ups.c.subject).where(follow_ups.c.follow_up_id.in_(each))
            for each in batches(keys.follow_ups)
        ),
    ]
    for wanted in words:
        for text in connection.scalars(wanted):
            lines |= {line.strip() for line in text.splitlines()}
    return sorted((each for each in lines if len(each) >= _LINE_CHARS), key=len, reverse=True)


def _end(connection: Connection, keys: PersonKeys, now: datetime) -> None:
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
    theirs = column_in(connection, open_questions.c.gap_id, open_questions.c.turn_id, keys.turns)
    _set(connection, gaps, gaps.c.gap_id, [each for each in theirs if each is not None])(
        ~asked & (gaps.c.state == QuestionState.OPEN.value),
        {"state": QuestionState.DISMISSED.value, "closed_at": now},
    )
    _set(connection, forms, forms.c.person_id, keys.person)(
        forms.c.state.in_([FormState.FILLING.value, FormState.CONFIRMING.value]),
        {"state": FormState.CANCELLED.value},
    )
    unsent = [OutgoingState.PENDING.value, OutgoingState.OPEN.value]
    for clause in outgoing_of(keys):
        connection.execute(
            update(outbox)
            .where(clause, outbox.c.state.in_(unsent))
            .values(state=OutgoingState.FAILED.value, error="The person was erased.")
        )


def _blank(connection: Connection, keys: PersonKeys) -> None:
    """Take the words out of a person's rows."""
    said = {"text": "", "files": []}
    _set(connection, messages, messages.c.message_pk, keys.messages)(None, said)
    told = {
        "text": "",
        "searched": "",
        "prompt": "",
        "raw": "",
        "sources": [],
        "found": [],
        "checks": [],
    }
    _set(connection, answers, answers.c.turn_id, keys.turns)(None, told)
    _set(connection, actions, actions.c.turn_id, keys.turns)(None, {"arguments": {}})
    # Who had it promised was told so with their name.
    promising = column_in(connection, actions.c.turn_id, actions.c.follow_up_id, keys.follow_ups)
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
    for clause in outgoing_of(keys):
        connection.execute(update(outbox).where(clause).values(**sent))


def _blank_copies(connection: Connection, traces: Collection[str], name: str) -> None:
    """Take out what the team was told of a person: their words, and their name as a word."""
    as_word = _as_word(name)
    over = [OutgoingState.SENT.value, OutgoingState.FAILED.value]
    wanted = select(outbox.c.outgoing_id, outbox.c.text, outbox.c.state).where(outbox.c.text != "")
    for row in connection.execute(wanted).all():
        text = _without(row.text, traces)
        if as_word is not None and row.state in over:
            text = as_word.sub("…", text)
        if text != row.text:
            connection.execute(
                update(outbox).where(outbox.c.outgoing_id == row.outgoing_id).values(text=text)
            )


def _blank_changes(
    connection: Connection, traces: Collection[str], as_word: re.Pattern[str] | None
) -> None:
    """Take a person out of the log of changes: their words, also cut short, name and id."""

    def blanked(text: str) -> str:
        left = _without_ends(_without(text, traces), traces)
        return left if as_word is None else as_word.sub("…", left)

    def blanked_each(fields: Mapping[str, str]) -> dict[str, str]:
        return {blanked(name): blanked(text) for name, text in fields.items()}

    for row in connection.execute(select(changes)).all():
        told = {name: getattr(row, name) for name in ("subject", "title", "was", "became")}
        left = {
            "subject": blanked(row.subject),
            "title": blanked(row.title),
            "was": blanked_each(row.was),
            "became": blanked_each(row.became),
        }
        if left != told:
            connection.execute(
                update(changes).where(changes.c.change_id == row.change_id).values(**left)
            )


def _as_word(name: str) -> re.Pattern[str] | None:
    """Return what finds a name where it stands as a word; None where there is none."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name else None


def _without(text: str, traces: Collection[str]) -> str:
    for line in traces:
        text = text.replace(line, "…")
    return text


def _without_ends(text: str, traces: Collection[str]) -> str:
    """Return a text that was cut at either end without what is left there of a line."""
    for line in traces:
        if text.endswith("…"):
            begins = text.rfind(line[:_LINE_CHARS])
            if begins >= 0 and line.startswith(text[begins:-1]):
                text = f"{text[:begins]}…"
        if text.startswith("…"):
            ends = text.find(line[-_LINE_CHARS:]) + _LINE_CHARS
            if ends > _LINE_CHARS and line.endswith(text[1:ends]):
                text = f"…{text[ends:]}"
    return text


def _set(
    connection: Connection, table: Table, key: Column[int], ids: Collection[int]
) -> Callable[[ColumnElement[bool] | None, Mapping[str, object]], None]:
    """Return what sets columns of the rows with these keys, as far as a clause holds."""

    def done(clause: ColumnElement[bool] | None, values: Mapping[str, object]) -> None:
        for batch in batches(ids):
            change = update(table).where(key.in_(batch)).values(**values)
            connection.execute(change if clause is None else change.where(clause))

    return done
