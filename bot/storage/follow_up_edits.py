"""What people change of their waiting follow-ups in plain words, once for each call of a turn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.calls import Call, made_by, note
from bot.storage.database import Database, reading, writing
from bot.storage.follow_up_log import record_follow_up
from bot.storage.follow_up_row import as_read, follow_up_of, split
from bot.storage.tables import answers, follow_ups, messages, turns


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of a follow-up.

    Attributes:
        due_at: When it comes; of a repeated one whose next time is set apart, that time.
        next_at: When a repeated one comes next, from which its next time is set apart.
        state: `CANCELLED` ends it.
    """

    subject: str
    due_at: datetime
    rule: str = ""
    dtstart: datetime | None = None
    next_at: datetime | None = None
    state: FollowUpState = FollowUpState.PENDING


class EditRows:
    """Changes to the follow-ups' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def made(self, connection: Connection, call: Call) -> FollowUp | None:
        """Return what a call has changed before, in whatever state, or None."""
        return made_by(connection, call)

    @reading
    def last_told(
        self, connection: Connection, conversation_id: int, *, person_id: int
    ) -> tuple[int, ...]:
        """Return the follow-ups that the last answer to a person in a conversation spoke of."""
        row = connection.execute(
            select(answers.c.follow_up_ids)
            .join(turns, turns.c.turn_id == answers.c.turn_id)
            .join(messages, messages.c.message_pk == turns.c.message_pk)
            .where(answers.c.conversation_id == conversation_id, messages.c.person_id == person_id)
            .order_by(answers.c.answer_id.desc())
            .limit(1)
        ).one_or_none()
        return () if row is None else tuple(row.follow_up_ids)

    @writing
    def put(
        self,
        connection: Connection,
        follow_up: FollowUp,
        edit: Edit,
        call: Call | None,
        *,
        now: datetime,
    ) -> FollowUp | None:
        """Change a pending follow-up.

        Args:
            follow_up: As it was read.
            edit: What becomes of it.
            call: The turn's call it comes from; one that was committed before is found again and
                nothing is changed. None when no turn asks.
            now: The date of birth of a time that is set apart.

        Returns:
            The row afterwards, or that of the time set apart; None when it was delivered, cancelled
            or moved meanwhile.
        """
        if (before := made_by(connection, call)) is not None:
            return before
        changed = _changed(connection, follow_up, edit, now)
        if changed is None:
            # The turn was taken by two, and the other one was first.
            return made_by(connection, call)
        if changed.state is FollowUpState.CANCELLED:
            # What was put off of its earlier times.
            connection.execute(
                update(follow_ups)
                .where(
                    follow_ups.c.series_id == changed.follow_up_id,
                    follow_ups.c.state == FollowUpState.PENDING,
                )
                .values(state=FollowUpState.CANCELLED)
            )
        note(connection, call, changed)
        record_follow_up(connection, changed, due_before=follow_up.due_at, at=now)
        return changed


def _changed(
    connection: Connection, follow_up: FollowUp, edit: Edit, now: datetime
) -> FollowUp | None:
    if edit.next_at is not None:
        return split(
            connection,
            follow_up,
            edit.state,
            due_at=edit.due_at,
            next_at=edit.next_at,
            now=now,
        )
    row = connection.execute(
        as_read(follow_up)
        .values(
            subject=edit.subject,
            due_at=edit.due_at,
            rule=edit.rule,
            dtstart=edit.dtstart,
            state=edit.state,
            # Whoever moves it has named its time.
            own_time=follow_up.own_time or edit.due_at != follow_up.due_at,
            held_until=None,
        )
        .returning(follow_ups)
    ).one_or_none()
    return None if row is None else follow_up_of(row)
