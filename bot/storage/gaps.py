"""Open questions, and the gaps they make: what wants a person's answer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    select,
    tuple_,
    update,
)

from bot.domain.changes import What
from bot.domain.conversations import Answer
from bot.domain.gaps import Gap, OpenQuestion, QuestionState, Reason
from bot.domain.hand_overs import OPEN
from bot.domain.outgoing import Outgoing
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, change_posted, delivered, put_final
from bot.storage.tables import (
    answers,
    gaps,
    hand_overs,
    messages,
    open_questions,
    outbox,
    persons,
    turns,
)

# Two processes that gather at the same time would each open a gap of one and the same question;
# one alone gathers a question at a time by itself.
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtext("deskhand gaps")))
_GAP_OF = select(open_questions.c.gap_id).where(open_questions.c.question_id == bindparam("of"))
_NEWER = (
    select(gaps.c.gap_id)
    .where(gaps.c.state == QuestionState.OPEN, gaps.c.gap_id > bindparam("known"))
    .limit(1)
)


class GapRows:
    """The tables of open questions and of gaps."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def questions(self, connection: Connection) -> list[OpenQuestion]:
        """Return all open questions, newest first, grouped or not."""
        found = connection.execute(
            _questions()
            .where(open_questions.c.state == QuestionState.OPEN)
            .order_by(open_questions.c.question_id.desc())
        )
        return [_question(row) for row in found]

    @reading
    def ungrouped(self, connection: Connection, *, limit: int = 50) -> list[OpenQuestion]:
        """Return open questions of which it is not known whether others asked the same."""
        found = connection.execute(
            _questions()
            .where(open_questions.c.state == QuestionState.OPEN, open_questions.c.gap_id.is_(None))
            .order_by(open_questions.c.question_id)
            .limit(limit)
        )
        return [_question(row) for row in found]

    @reading
    def gaps(self, connection: Connection, *, dismissed_since: datetime | None = None) -> list[Gap]:
        """Return the open gaps, most asked first, then those asked last.

        Args:
            connection: Of the transaction.
            dismissed_since: Those taken off the list since then come, too; None: none of them.
        """
        wanted = gaps.c.state == QuestionState.OPEN
        if dismissed_since is not None:
            wanted |= (gaps.c.state == QuestionState.DISMISSED) & (
                gaps.c.closed_at >= dismissed_since
            )
        found = _gaps(connection, wanted)
        return sorted(found, key=lambda gap: (-len(gap.questions), -gap.questions[-1].question_id))

    @reading
    def count(self, connection: Connection) -> int:
        """Return how many gaps are open."""
        wanted = select(func.count()).where(gaps.c.state == QuestionState.OPEN)
        return connection.scalar(wanted) or 0

    @reading
    def page(
        self, connection: Connection, *, limit: int, after: tuple[int, int] | None = None
    ) -> list[Gap]:
        """Return open gaps, most asked first, then those asked last.

        Args:
            connection: Of the transaction.
            limit: How many at most.
            after: How often the last one of the page before was asked, and its last question's id.
        """
        asked, last = func.count(), func.max(open_questions.c.question_id)
        wanted = (
            select(gaps.c.gap_id)
            .join(open_questions, open_questions.c.gap_id == gaps.c.gap_id)
            .where(gaps.c.state == QuestionState.OPEN)
            .group_by(gaps.c.gap_id)
            .order_by(asked.desc(), last.desc())
            .limit(limit)
        )
        if after is not None:
            wanted = wanted.having(tuple_(asked, last) < tuple_(*after))
        return _in_order(connection, connection.scalars(wanted).all())

    @reading
    def answered(self, connection: Connection, *, limit: int) -> list[Gap]:
        """Return the gaps that became entries, those answered last first."""
        ids = connection.scalars(
            select(gaps.c.gap_id)
            .where(gaps.c.state == QuestionState.ANSWERED)
            .order_by(gaps.c.closed_at.desc(), gaps.c.gap_id.desc())
            .limit(limit)
        ).all()
        return _in_order(connection, ids)

    @reading
    def get(self, connection: Connection, gap_id: int) -> Gap | None:
        """Return one gap, whatever became of it, or None."""
        return next(iter(_gaps(connection, gaps.c.gap_id == gap_id)), None)

    @reading
    def of_turn(self, connection: Connection, turn_id: int) -> OpenQuestion | None:
        """Return the question a turn left, whatever became of it, or None."""
        row = connection.execute(
            _questions().where(open_questions.c.turn_id == turn_id)
        ).one_or_none()
        return None if row is None else _question(row)

    @writing
    def put(
        self,
        connection: Connection,
        question_id: int,
        gap_id: int | None,
        *,
        newest: int,
        now: datetime,
    ) -> bool:
        """Put a question into a gap, or into a new one; nothing where it is in one by now.

        One that is off the list takes the question with it.

        Args:
            connection: Of the transaction.
            question_id: Which question.
            gap_id: Which gap; None: those known are of other questions.
            newest: The last of the gaps that were known, 0 for none.
            now: The moment.

        Returns:
            False when another process has opened a gap since, which may be the one: look again.
        """
        if not self._database.is_sqlite:
            connection.execute(_ONE_AT_A_TIME)
            if connection.scalar(_GAP_OF, {"of": question_id}) is not None:
                return True
            if gap_id is None and connection.scalar(_NEWER, {"known": newest}) is not None:
                return False
        if gap_id is None:
            made = connection.execute(
                gaps.insert()
                .values(state=QuestionState.OPEN, opened_at=now)
                .returning(gaps.c.gap_id)
            )
            gap_id = int(made.scalar_one())
        row = connection.execute(
            select(gaps).where(gaps.c.gap_id == gap_id).with_for_update()
        ).one()
        connection.execute(
            update(open_questions)
            .where(open_questions.c.question_id == question_id)
            .values(gap_id=gap_id, state=row.state, document_id=row.document_id)
        )
        return True

    @writing
    def doubt(
        self, connection: Connection, answer: Answer, reason: Reason, *, now: datetime
    ) -> None:
        """Put an answer's question on the list, or say there why it stands there now.

        One that was seen to stays as it is.
        """
        statement = insert_into(open_questions, sqlite_database=self._database.is_sqlite).values(
            turn_id=answer.turn_id,
            text=answer.asked,
            language=answer.outcome.language,
            asked_at=now,
            state=QuestionState.OPEN,
            reason=reason,
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["turn_id"],
                set_={"reason": statement.excluded.reason},
                where=open_questions.c.state == QuestionState.OPEN,
            )
        )

    @writing
    def close(
        self,
        connection: Connection,
        gap_id: int,
        state: QuestionState,
        *,
        document_id: str = "",
        told: Sequence[NewOutgoing] = (),
        now: datetime,
    ) -> bool:
        """Record what became of an open gap and its questions, and tell it, in one transaction.

        Returns:
            False when it was not open: nothing is changed and nobody told.
        """
        changed = connection.execute(
            update(gaps)
            .where(gaps.c.gap_id == gap_id, gaps.c.state == QuestionState.OPEN)
            .values(state=state, document_id=document_id, closed_at=now)
        )
        if changed.rowcount != 1:
            return False
        connection.execute(
            update(open_questions)
            .where(open_questions.c.gap_id == gap_id)
            .values(state=state, document_id=document_id)
        )
        self._put(connection, told, now)
        # By number alone: the words are a customer's, and kept no longer than theirs.
        was = {"state": QuestionState.OPEN.value}
        record(connection, What.QUESTION, str(gap_id), was, {"state": state.value}, at=now)
        return True

    @writing
    def reopen(self, connection: Connection, gap_id: int, *, now: datetime) -> bool:
        """Put a gap that was dismissed back on the list, with its questions.

        Returns:
            False when it was not dismissed, or no word of it is left: nothing is changed.
        """
        told = select(open_questions.c.gap_id).where(open_questions.c.text != "")
        changed = connection.execute(
            update(gaps)
            .where(
                gaps.c.gap_id == gap_id,
                gaps.c.state == QuestionState.DISMISSED,
                gaps.c.gap_id.in_(told),
            )
            .values(state=QuestionState.OPEN, closed_at=None)
        )
        if changed.rowcount != 1:
            return False
        connection.execute(
            update(open_questions)
            .where(open_questions.c.gap_id == gap_id, open_questions.c.text != "")
            .values(state=QuestionState.OPEN)
        )
        was, became = QuestionState.DISMISSED.value, QuestionState.OPEN.value
        record(connection, What.QUESTION, str(gap_id), {"state": was}, {"state": became}, at=now)
        return True

    @reading
    def untold(self, connection: Connection, *, since: datetime) -> list[int]:
        """Return the open gaps, oldest first, of which the team was not told although it waits.

        What was merely doubtful, or last asked before `since`, waits for the week's list; of a
        question for which somebody is fetched the team is told by that.
        """
        found = connection.scalars(
            select(gaps.c.gap_id)
            .join(open_questions, open_questions.c.gap_id == gaps.c.gap_id)
            .where(
                gaps.c.state == QuestionState.OPEN,
                gaps.c.told_at.is_(None),
                open_questions.c.reason != Reason.DOUBTFUL,
                open_questions.c.asked_at >= since,
                ~select(hand_overs.c.hand_over_id)
                .where(
                    hand_overs.c.turn_id == open_questions.c.turn_id,
                    hand_overs.c.state.in_(OPEN),
                )
                .exists(),
            )
            .group_by(gaps.c.gap_id)
            .order_by(gaps.c.gap_id)
        )
        return list(found)

    @writing
    def tell(
        self,
        connection: Connection,
        gap_ids: Iterable[int],
        messages_of_it: Sequence[NewOutgoing],
        *,
        now: datetime,
    ) -> None:
        """Record that the team is told of gaps, and tell it, in one transaction."""
        connection.execute(
            update(gaps)
            .where(gaps.c.gap_id.in_(list(gap_ids)), gaps.c.told_at.is_(None))
            .values(told_at=now)
        )
        self._put(connection, messages_of_it, now)

    @reading
    def grown(self, connection: Connection, *, since: datetime) -> list[int]:
        """Return the open gaps the team was told of that several asked, one of them since then."""
        found = connection.scalars(
            select(gaps.c.gap_id)
            .join(open_questions, open_questions.c.gap_id == gaps.c.gap_id)
            .where(gaps.c.state == QuestionState.OPEN, gaps.c.told_at.is_not(None))
            .group_by(gaps.c.gap_id)
            .having(func.count() > 1, func.max(open_questions.c.asked_at) >= since)
            .order_by(gaps.c.gap_id)
        )
        return list(found)

    @writing
    def retell(
        self,
        connection: Connection,
        messages_of_it: Sequence[NewOutgoing],
        *,
        before: datetime,
        now: datetime,
    ) -> bool:
        """Have what was told get a new text, unless it was told or changed later than `before`.

        Returns:
            False when nothing is to be changed now.
        """
        changed = [change_posted(connection, each, before, now) for each in messages_of_it]
        return any(changed)

    @reading
    def said(self, connection: Connection, origin: str) -> bool:
        """Return whether a message of an origin is in the outbox."""
        found = connection.execute(select(outbox.c.outgoing_id).where(outbox.c.origin == origin))
        return found.first() is not None

    @reading
    def told(self, connection: Connection, origins: Sequence[str]) -> list[Outgoing]:
        """Return the messages of these origins that were delivered, oldest first."""
        return delivered(connection, origins, run=self._run)

    @reading
    def opened_before(self, connection: Connection, moment: datetime) -> bool:
        """Return whether a gap is open that was there at a moment."""
        found = connection.execute(
            select(gaps.c.gap_id)
            .where(gaps.c.state == QuestionState.OPEN, gaps.c.opened_at <= moment)
            .limit(1)
        )
        return found.first() is not None

    def _put(self, connection: Connection, outgoing: Iterable[NewOutgoing], now: datetime) -> None:
        for message in outgoing:
            put_final(connection, self._database, message, None, now=now, run=self._run)


def _in_order(connection: Connection, gap_ids: Sequence[int]) -> list[Gap]:
    found = {gap.gap_id: gap for gap in _gaps(connection, gaps.c.gap_id.in_(gap_ids))}
    return [found[gap_id] for gap_id in gap_ids if gap_id in found]


def _gaps(connection: Connection, wanted: ColumnElement[bool]) -> list[Gap]:
    rows = connection.execute(
        _questions(gaps.c.state.label("gap_state"))
        .join(gaps, open_questions.c.gap_id == gaps.c.gap_id)
        .where(wanted)
        .order_by(open_questions.c.question_id)
    )
    of_gap: dict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        of_gap[row.gap_id].append(row)
    return [
        Gap(
            gap_id,
            QuestionState(members[0].gap_state),
            tuple(_question(row) for row in members),
            members[0].document_id,
        )
        for gap_id, members in of_gap.items()
    ]


def _questions(*more: ColumnElement[object]) -> Select[tuple[object, ...]]:
    return select(
        open_questions,
        persons.c.name,
        answers.c.answer_id.label("answered_as"),
        answers.c.found.label("found"),
        *more,
    ).select_from(
        open_questions.join(turns, open_questions.c.turn_id == turns.c.turn_id)
        .join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(persons, messages.c.person_id == persons.c.person_id)
        .outerjoin(answers, answers.c.turn_id == open_questions.c.turn_id)
    )


def _question(row: Row[tuple[object, ...]]) -> OpenQuestion:
    closest = dict.fromkeys(str(source["title"]) for source in row.found or ())
    return OpenQuestion(
        question_id=row.question_id,
        text=row.text,
        language=row.language,
        asked_at=row.asked_at,
        asked_by=row.name,
        state=QuestionState(row.state),
        document_id=row.document_id,
        answer_id=row.answered_as,
        reason=Reason(row.reason),
        closest=tuple(closest),
        gap_id=row.gap_id,
    )
