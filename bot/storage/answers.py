"""Answers with everything that explains them."""

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Row, Select, case, func, select, update

from bot.domain.conversations import (
    Answer,
    Check,
    Conversation,
    Kind,
    Outcome,
    Source,
    Versions,
)
from bot.domain.people import Person, Role
from bot.storage.database import Database, reading, writing
from bot.storage.rooms import kept_back, private, shared
from bot.storage.tables import answers, conversations, messages, persons, ratings, turns
from connectors.messages import Address, File
from knowledge.documents import Audience


class AnswerRows:
    """The answers' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def get(self, connection: Connection, answer_id: int) -> Answer | None:
        """Return one answer, or None."""
        found = connection.execute(_whole().where(answers.c.answer_id == answer_id))
        row = found.one_or_none()
        return None if row is None else _answer(row)

    @reading
    def of_turn(self, connection: Connection, turn_id: int) -> Answer | None:
        """Return the answer a turn came to, or None while it has none."""
        found = connection.execute(_whole().where(answers.c.turn_id == turn_id))
        row = found.one_or_none()
        return None if row is None else _answer(row)

    @reading
    def last(
        self, connection: Connection, conversation_id: int, *, person_id: int
    ) -> Answer | None:
        """Return a person's last answer from the knowledge in a conversation, or None."""
        found = connection.execute(
            _whole()
            .where(
                answers.c.conversation_id == conversation_id,
                persons.c.person_id == person_id,
                answers.c.searched != "",
            )
            .order_by(answers.c.answer_id.desc())
            .limit(1)
        )
        row = found.one_or_none()
        return None if row is None else _answer(row)

    @reading
    def counts(self, connection: Connection, *, since: datetime | None = None) -> dict[Kind, int]:
        """Return how many answers there are of each kind, all of them or since a moment."""
        statement = select(answers.c.kind, func.count()).group_by(answers.c.kind)
        if since is not None:
            statement = statement.where(answers.c.answered_at >= since)
        found = connection.execute(statement)
        return {Kind(kind): count for kind, count in found.all()}

    @reading
    def rated(self, connection: Connection, *, good: bool, limit: int) -> list[Answer]:
        """Return answers that everybody who rated them found good, or somebody did not.

        Those rated last come first; what is not for the page is not among them. Looked for among
        ten times as many: an office rates for years.
        """
        by_all = func.min(case((ratings.c.good, 1), else_=0))
        found = (
            select(ratings.c.answer_id, func.max(ratings.c.rated_at).label("rated_at"))
            .group_by(ratings.c.answer_id)
            .having(by_all == int(good))
            .order_by(func.max(ratings.c.rated_at).desc(), ratings.c.answer_id.desc())
            .limit(10 * limit)
            .subquery()
        )
        # Apart, so that whole prompts are read of those alone that are returned.
        last = (
            _whole()
            .with_only_columns(found.c.answer_id, found.c.rated_at)
            .join(found, found.c.answer_id == answers.c.answer_id)
            .where(~kept_back())
            .order_by(found.c.rated_at.desc(), found.c.answer_id.desc())
            .limit(limit)
            .subquery()
        )
        rows = connection.execute(
            _whole()
            .join(last, last.c.answer_id == answers.c.answer_id)
            .order_by(last.c.rated_at.desc(), answers.c.answer_id.desc())
        )
        return [_answer(row) for row in rows]

    @writing
    def share(self, connection: Connection, answer_id: int) -> None:
        """Let an answer of a direct message be seen on the page."""
        connection.execute(
            update(answers).where(answers.c.answer_id == answer_id).values(shared=True)
        )


@cache
def _whole() -> Select[tuple[object, ...]]:
    return select(
        answers,
        messages.c.message_id,
        messages.c.text.label("asked"),
        messages.c.sent_at,
        messages.c.files,
        conversations.c.platform,
        conversations.c.channel,
        conversations.c.thread,
        conversations.c.audience,
        persons.c.person_id,
        persons.c.user_id,
        persons.c.name,
        persons.c.role,
        persons.c.zone,
        private(answers.c.by_team).label("private"),
        shared().label("seen"),
    ).select_from(
        answers.join(turns, answers.c.turn_id == turns.c.turn_id)
        .join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(conversations, answers.c.conversation_id == conversations.c.conversation_id)
        .join(persons, messages.c.person_id == persons.c.person_id)
    )


def _answer(row: Row[tuple[object, ...]]) -> Answer:
    return Answer(
        answer_id=row.answer_id,
        turn_id=row.turn_id,
        message_id=row.message_id,
        asked=row.asked,
        asked_at=row.sent_at,
        answered_at=row.answered_at,
        person=Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone),
        conversation=Conversation(
            row.conversation_id,
            Address(row.platform, row.channel, row.thread),
            Audience(row.audience),
        ),
        outcome=Outcome(
            kind=Kind(row.kind),
            text=row.text,
            language=row.language,
            searched=row.searched,
            sources=tuple(Source(**source) for source in row.sources),
            found=tuple(Source(**source) for source in row.found),
            follow_up_ids=tuple(row.follow_up_ids),
            model=row.model,
            prompt=row.prompt,
            raw=row.raw,
            timings_ms=row.timings_ms,
            checks=tuple(Check(**each) for each in row.checks),
            versions=Versions(**row.versions),
        ),
        files=tuple(File(**file) for file in row.files),
        private=bool(row.private),
        shared=bool(row.seen),
        took_s=row.took_s,
    )
