"""Entries drafted from the team's replies, and who wishes to be told of an answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from bot.domain.gaps import Draft, DraftEntry, DraftState, QuestionState
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import answer_wishes, answers, drafts, gaps, open_questions, outbox
from connectors.messages import Address
from knowledge.documents import Audience


@dataclass(frozen=True, slots=True)
class Post:
    """One of our own posts.

    Attributes:
        origin: As `NewOutgoing.origin`.
        draft: The draft it shows, if it shows one.
    """

    origin: str
    draft: Draft | None


class DraftRows:
    """The tables of drafts and of wishes to be told."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def post(self, connection: Connection, address: Address, posted_id: str) -> Post | None:
        """Return what we posted in a room under an id; None: that is no post of ours."""
        row = connection.execute(
            select(outbox.c.origin, drafts)
            .select_from(
                outbox.outerjoin(answers, answers.c.answer_id == outbox.c.answer_id).outerjoin(
                    drafts, drafts.c.turn_id == answers.c.turn_id
                )
            )
            .where(
                outbox.c.platform == address.platform,
                outbox.c.channel == address.channel,
                outbox.c.posted_id == posted_id,
            )
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return Post(row.origin, None if row.draft_id is None else _draft(row))

    @reading
    def of_turn(self, connection: Connection, turn_id: int) -> Draft | None:
        """Return the draft that a reply was made into, or None."""
        row = connection.execute(select(drafts).where(drafts.c.turn_id == turn_id)).one_or_none()
        return None if row is None else _draft(row)

    @writing
    def save(
        self, connection: Connection, draft_id: int, audience: Audience, *, person_id: int
    ) -> DraftState | None:
        """Have an offered draft saved, if its gap is open and no other draft of it is under way.

        Args:
            connection: Of the transaction.
            draft_id: Which draft.
            audience: Who may read the entry.
            person_id: Who has it saved.

        Returns:
            None when it is to be saved from now on; else the state it stays in.
        """
        row = connection.execute(select(drafts).where(drafts.c.draft_id == draft_id)).one()
        state = connection.scalar(
            select(gaps.c.state).where(gaps.c.gap_id == row.gap_id).with_for_update()
        )
        under_way = connection.execute(
            select(drafts.c.draft_id).where(
                drafts.c.gap_id == row.gap_id, drafts.c.state == DraftState.WAITING
            )
        ).first()
        if under_way is not None:
            return DraftState.WAITING
        if state != QuestionState.OPEN:
            return DraftState.SAVED
        connection.execute(
            update(drafts)
            .where(drafts.c.draft_id == draft_id)
            .values(state=DraftState.WAITING, audience=audience, saved_by=person_id)
        )
        return None

    @writing
    def discard(self, connection: Connection, draft_id: int) -> bool:
        """Note that an offered draft is not wanted; False when it is no longer offered."""
        changed = connection.execute(
            update(drafts)
            .where(drafts.c.draft_id == draft_id, drafts.c.state == DraftState.OFFERED)
            .values(state=DraftState.DISCARDED)
        )
        return changed.rowcount == 1

    @reading
    def waiting(self, connection: Connection) -> list[Draft]:
        """Return the drafts to be saved, oldest first."""
        found = connection.execute(
            select(drafts).where(drafts.c.state == DraftState.WAITING).order_by(drafts.c.draft_id)
        )
        return [_draft(row) for row in found]

    @writing
    def finish(
        self,
        connection: Connection,
        draft_id: int,
        state: DraftState,
        told: NewOutgoing,
        *,
        now: datetime,
    ) -> None:
        """Record what became of a draft, and tell it, in one transaction."""
        connection.execute(update(drafts).where(drafts.c.draft_id == draft_id).values(state=state))
        put_final(connection, self._database, told, None, now=now, run=self._run)

    @writing
    def wish(self, connection: Connection, answer_id: int, *, person_id: int) -> None:
        """Store that a person wishes to be told once the question of an answer is answered."""
        statement = insert_into(answer_wishes, sqlite_database=self._database.is_sqlite)
        connection.execute(
            statement.values(answer_id=answer_id, person_id=person_id).on_conflict_do_nothing()
        )

    @reading
    def wished(self, connection: Connection, gap_id: int) -> list[int]:
        """Return the answers under which people wished to be told of a gap's end, in order."""
        return list(
            connection.scalars(
                select(answer_wishes.c.answer_id)
                .join(answers, answers.c.answer_id == answer_wishes.c.answer_id)
                .join(open_questions, open_questions.c.turn_id == answers.c.turn_id)
                .where(open_questions.c.gap_id == gap_id)
                .order_by(answer_wishes.c.wish_id)
            )
        )


def _draft(row: Row[tuple[object, ...]]) -> Draft:
    return Draft(
        draft_id=row.draft_id,
        turn_id=row.turn_id,
        entry=DraftEntry(row.gap_id, row.question, row.answer),
        state=DraftState(row.state),
        audience=None if row.audience is None else Audience(row.audience),
        saved_by=row.saved_by,
    )
