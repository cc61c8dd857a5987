"""Turns: taken by one at a time, in order within a conversation, and finished in one step."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversations import Conversation, Exchange, History, Kind, Outcome, Turn, TurnState
from bot.domain.gaps import HandOverState, QuestionState
from bot.domain.people import Person, Role
from bot.storage.database import Database
from bot.storage.outbox import NewOutgoing, put_final
from bot.storage.tables import (
    answers,
    conversations,
    hand_overs,
    messages,
    open_questions,
    persons,
    turns,
)
from connectors.messages import Address
from knowledge.documents import Audience

LONGEST_PUT_OFF = timedelta(minutes=5)
# A turn that was running in this many crashes may be their cause; it is then run alone.
SUSPECT_CRASHES = 2

_WHOLE = (
    turns.c.turn_id,
    turns.c.failures,
    turns.c.crashes,
    turns.c.lone_crashes,
    messages.c.message_id,
    messages.c.text,
    messages.c.sent_at,
    conversations,
    persons.c.person_id,
    persons.c.user_id,
    persons.c.name,
    persons.c.role,
    persons.c.zone,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a turn came to.

    Attributes:
        turn: None when nothing waits.
        again_at: When to take the next one: now, or when one that was put off may run; None when
            there is none.
    """

    turn: Turn | None
    again_at: datetime | None


class TurnRows:
    """The turns of all conversations."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start in its leases."""
        self._database = database
        self._run = run

    async def take(self, *, suspects: bool, now: datetime) -> Taken:
        """Lease the oldest waiting turn whose conversation has none running.

        Args:
            suspects: Whether turns that were running in `SUSPECT_CRASHES` crashes may be taken.
            now: Turns put off until later than this are passed over.
        """
        async with self._database.writing() as connection:
            first = await connection.execute(
                _FIRST_WAITING,
                {"suspects": suspects, "now": now, "latest": now + LONGEST_PUT_OFF},
            )
            rows = first.all()
            if rows:
                await connection.execute(
                    update(turns)
                    .where(turns.c.turn_id == rows[0].turn_id)
                    .values(state=TurnState.RUNNING, leased_by=self._run)
                )
            again_at = now if len(rows) > 1 else await _next_moment(connection, now)
            return Taken(_turn(rows[0]) if rows else None, again_at)

    async def finish(
        self,
        turn: Turn,
        outcome: Outcome,
        outgoing: Collection[NewOutgoing],
        *,
        now: datetime,
    ) -> int:
        """Store a turn's answer and everything that follows from it in one transaction.

        Returns:
            The answer's id, the same when the turn was finished before.
        """
        async with self._database.writing() as connection:
            before = await connection.scalar(
                select(answers.c.answer_id).where(answers.c.turn_id == turn.turn_id)
            )
            if before is not None:
                return int(before)
            answer_id = await _answer(connection, turn, outcome, now)
            await _lists(connection, turn, outcome, now)
            for message in outgoing:
                await put_final(
                    connection, self._database, message, answer_id, now=now, run=self._run
                )
            await connection.execute(
                update(turns).where(turns.c.turn_id == turn.turn_id).values(state=TurnState.DONE)
            )
            if outcome.language != turn.conversation.language:
                await connection.execute(
                    update(conversations)
                    .where(conversations.c.conversation_id == turn.conversation.conversation_id)
                    .values(language=outcome.language)
                )
            return answer_id

    async def give_back(self, turn_id: int) -> None:
        """Let a turn that did not end be taken again; it does not count as failed."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns)
                .where(turns.c.turn_id == turn_id, turns.c.state == TurnState.RUNNING)
                .values(state=TurnState.WAITING, leased_by="")
            )

    async def put_off(self, turn_id: int, *, until: datetime) -> None:
        """Let a turn that cannot run just now be taken again later; it does not count as failed."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns)
                .where(turns.c.turn_id == turn_id, turns.c.state == TurnState.RUNNING)
                .values(state=TurnState.WAITING, leased_by="", not_before=until)
            )

    async def fail(self, turn_id: int, *, again_at: datetime) -> None:
        """Count a failure and let the turn run again at a later moment."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns)
                .where(turns.c.turn_id == turn_id, turns.c.state == TurnState.RUNNING)
                .values(
                    state=TurnState.WAITING,
                    leased_by="",
                    failures=turns.c.failures + 1,
                    not_before=again_at,
                )
            )

    async def park(self, turn: Turn, outgoing: NewOutgoing, *, now: datetime) -> None:
        """Set a turn aside for good and tell its person in the same transaction."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns)
                .where(turns.c.turn_id == turn.turn_id)
                .values(state=TurnState.PARKED, leased_by="")
            )
            await put_final(connection, self._database, outgoing, None, now=now, run=self._run)

    async def recover(self, *, lone_limit: int) -> list[Turn]:
        """Give back the turns that were running when another start of ours died.

        A start without an end counts as a crash; a turn that was alone counts it as its own.

        Returns:
            Those that were alone in `lone_limit` crashes running: they are left running, to be
            parked by the caller.
        """
        async with self._database.writing() as connection:
            found = await connection.execute(
                _whole().where(turns.c.state == TurnState.RUNNING, turns.c.leased_by != self._run)
            )
            rows = found.all()
            alone = len(rows) == 1
            poison = [_turn(row) for row in rows if alone and row.lone_crashes + 1 >= lone_limit]
            for row in rows:
                await connection.execute(
                    update(turns)
                    .where(turns.c.turn_id == row.turn_id)
                    .values(
                        state=TurnState.RUNNING if poison else TurnState.WAITING,
                        leased_by=self._run if poison else "",
                        crashes=row.crashes + 1,
                        lone_crashes=row.lone_crashes + 1 if alone else row.lone_crashes,
                    )
                )
            return poison

    async def history(self, conversation_id: int, *, limit: int) -> History:
        """Return a conversation's last answered turns."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                _HISTORY, {"conversation_id": conversation_id, "limit": limit}
            )
            rows = found.all()
            last = tuple(
                Exchange(row.asked, row.said, Kind(row.kind), row.searched)
                for row in reversed(rows)
            )
            return History(rows[0].total if rows else 0, last)

    async def counts(self) -> dict[TurnState, int]:
        """Return how many turns are in each state; states without any are left out."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(turns.c.state, func.count()).group_by(turns.c.state)
            )
            return {TurnState(state): count for state, count in found.all()}


async def _next_moment(connection: AsyncConnection, now: datetime) -> datetime | None:
    moment: datetime | None = await connection.scalar(
        select(func.min(turns.c.not_before)).where(
            turns.c.state == TurnState.WAITING, turns.c.not_before > now
        )
    )
    return moment


def _whole() -> Select[tuple[object, ...]]:
    return select(*_WHOLE).select_from(
        turns.join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(conversations, turns.c.conversation_id == conversations.c.conversation_id)
        .join(persons, messages.c.person_id == persons.c.person_id)
    )


def _first_waiting() -> Select[tuple[object, ...]]:
    earlier = turns.alias()
    return (
        _whole()
        .where(
            turns.c.state == TurnState.WAITING,
            bindparam("suspects", type_=Boolean) | (turns.c.crashes < SUSPECT_CRASHES),
            or_(
                turns.c.not_before.is_(None),
                turns.c.not_before <= bindparam("now"),
                # The clock was set back: nothing is put off that long.
                turns.c.not_before > bindparam("latest"),
            ),
            # In order: nothing overtakes an earlier turn of its conversation that is not over.
            ~select(earlier.c.turn_id)
            .where(
                and_(
                    earlier.c.conversation_id == turns.c.conversation_id,
                    earlier.c.turn_id < turns.c.turn_id,
                    earlier.c.state.in_([TurnState.WAITING, TurnState.RUNNING]),
                )
            )
            .exists(),
        )
        .order_by(turns.c.turn_id)
        .limit(2)
        .with_for_update(of=turns, skip_locked=True)
    )


# Built once: asked several times a turn, and building costs more than asking.
_FIRST_WAITING = _first_waiting()


_THEIRS = answers.c.conversation_id == bindparam("conversation_id")
_HISTORY = (
    select(
        messages.c.text.label("asked"),
        answers.c.text.label("said"),
        answers.c.kind,
        answers.c.searched,
        select(func.count()).select_from(answers).where(_THEIRS).scalar_subquery().label("total"),
    )
    .select_from(answers.join(turns).join(messages))
    .where(_THEIRS)
    .order_by(answers.c.answer_id.desc())
    .limit(bindparam("limit"))
)


def _turn(row: Row[tuple[object, ...]]) -> Turn:
    return Turn(
        turn_id=row.turn_id,
        conversation=Conversation(
            row.conversation_id,
            Address(row.platform, row.channel, row.thread),
            Audience(row.audience),
            row.language,
        ),
        person=Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone),
        message_id=row.message_id,
        text=row.text,
        sent_at=row.sent_at,
        failures=row.failures,
        crashes=row.crashes,
        lone_crashes=row.lone_crashes,
    )


async def _answer(connection: AsyncConnection, turn: Turn, outcome: Outcome, now: datetime) -> int:
    made = await connection.execute(
        answers.insert()
        .values(
            turn_id=turn.turn_id,
            conversation_id=turn.conversation.conversation_id,
            answered_at=now,
            kind=outcome.kind,
            text=outcome.text,
            language=outcome.language,
            searched=outcome.searched,
            sources=[asdict(source) for source in outcome.sources],
            found=[asdict(source) for source in outcome.found],
            follow_up_ids=list(outcome.follow_up_ids),
            model=outcome.model,
            prompt=outcome.prompt,
            raw=outcome.raw,
            timings_ms=dict(outcome.timings_ms),
        )
        .returning(answers.c.answer_id)
    )
    return int(made.scalar_one())


async def _lists(connection: AsyncConnection, turn: Turn, outcome: Outcome, now: datetime) -> None:
    if outcome.open_question:
        await connection.execute(
            open_questions.insert().values(
                turn_id=turn.turn_id,
                text=turn.text,
                language=outcome.language,
                asked_at=now,
                state=QuestionState.OPEN,
            )
        )
    if outcome.hand_over:
        await connection.execute(
            hand_overs.insert().values(
                turn_id=turn.turn_id,
                conversation_id=turn.conversation.conversation_id,
                text=turn.text,
                reason=outcome.hand_over,
                asked_at=now,
                state=HandOverState.WAITING,
            )
        )
