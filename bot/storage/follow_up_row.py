"""One row of the follow-ups' table, in and out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Update, or_, select, update

from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState, Receiver, Watch
from bot.domain.people import Role
from bot.storage.tables import actions, follow_ups, persons, turns
from bot.storage.watch_row import put_watch
from connectors.messages import Address


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """A follow-up to be promised; its fields are those of `FollowUp`.

    Attributes:
        watch: What a condition or a message watches for; None for any other kind.
    """

    person_id: int
    address: Address
    subject: str
    due_at: datetime
    zone: str
    language: str
    rule: str = ""
    dtstart: datetime | None = None
    receiver: Receiver | None = None
    asked_by: str = ""
    insists: bool = False
    limit_at: datetime | None = None
    own_time: bool = False
    kind: FollowUpKind = FollowUpKind.REMINDER
    watch: Watch | None = None


def put(
    connection: Connection,
    new: NewFollowUp,
    *,
    now: datetime,
    state: FollowUpState = FollowUpState.PENDING,
    series_id: int | None = None,
) -> FollowUp:
    """Store a follow-up inside a transaction that others began.

    Args:
        connection: Of the transaction.
        new: What is promised.
        now: Its date of birth.
        state: Where it is.
        series_id: Of which repeated one it is one time of.
    """
    made = connection.execute(
        follow_ups.insert()
        .values(
            person_id=new.person_id,
            platform=new.address.platform,
            channel=new.address.channel,
            thread=new.address.thread,
            subject=new.subject,
            due_at=new.due_at,
            zone=new.zone,
            language=new.language,
            rule=new.rule,
            dtstart=new.dtstart,
            receiver=new.receiver.name if new.receiver else "",
            receiver_id=new.receiver.person_id if new.receiver else None,
            asked_by=new.asked_by,
            by_team=_of_the_team(new.person_id),
            insists=new.insists,
            limit_at=new.limit_at,
            own_time=new.own_time,
            kind=new.kind,
            series_id=series_id,
            state=state,
            created_at=now,
        )
        .returning(follow_ups)
    )
    follow_up = follow_up_of(made.one())
    if new.watch is not None:
        put_watch(connection, follow_up.follow_up_id, new.watch)
    return follow_up


def split(
    connection: Connection,
    series: FollowUp,
    state: FollowUpState,
    *,
    due_at: datetime,
    next_at: datetime,
    now: datetime,
) -> FollowUp | None:
    """Give the next time of a series a row of its own, inside a transaction that others began.

    Returns:
        The time's row; None when the series has changed since it was read.
    """
    went_on = connection.execute(as_read(series).values(due_at=next_at, held_until=None))
    if went_on.rowcount != 1:
        return None
    time = NewFollowUp(
        person_id=series.person_id,
        address=series.address,
        subject=series.subject,
        due_at=due_at,
        zone=series.zone,
        language=series.language,
        receiver=series.receiver,
        asked_by=series.asked_by,
        insists=series.insists,
        own_time=series.own_time,
        kind=series.kind,
    )
    return put(connection, time, now=now, state=state, series_id=series.follow_up_id)


def as_read(follow_up: FollowUp) -> Update:
    """Return an UPDATE of a pending follow-up that nobody has changed since it was read."""
    return update(follow_ups).where(
        follow_ups.c.follow_up_id == follow_up.follow_up_id,
        follow_ups.c.state == FollowUpState.PENDING,
        follow_ups.c.due_at == follow_up.due_at,
    )


def whose_moment_came(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of follow-ups that are to come now.

    One whose own turn has not ended waits for it: nobody is reminded before they were told that
    they will be.
    """
    own_turn_runs = (
        select(actions.c.action_id)
        .join(turns, actions.c.turn_id == turns.c.turn_id)
        .where(
            actions.c.follow_up_id == follow_ups.c.follow_up_id,
            turns.c.state.in_([TurnState.WAITING, TurnState.RUNNING]),
        )
        .exists()
    )
    return (
        follow_ups.c.state == FollowUpState.PENDING,
        follow_ups.c.due_at <= now,
        or_(follow_ups.c.held_until.is_(None), follow_ups.c.held_until <= now),
        ~own_turn_runs,
    )


def concerns(person_id: int) -> ColumnElement[bool]:
    """Return what holds of follow-ups that a person asked for, receives or was told besides."""
    whose = (follow_ups.c.person_id, follow_ups.c.receiver_id, follow_ups.c.second_id)
    return or_(*(each == person_id for each in whose))


def _of_the_team(person_id: int) -> ColumnElement[bool]:
    return (
        select(persons.c.person_id)
        .where(persons.c.person_id == person_id, persons.c.role.in_((Role.STAFF, Role.OWNER)))
        .exists()
    )


def follow_up_of(row: Row[tuple[object, ...]]) -> FollowUp:
    """Return the follow-up that a row is."""
    # By name of a mapping: six times as fast as by attribute, and pages read a thousand at once.
    told = row._mapping
    return FollowUp(
        follow_up_id=told["follow_up_id"],
        person_id=told["person_id"],
        address=Address(told["platform"], told["channel"], told["thread"]),
        subject=told["subject"],
        due_at=told["due_at"],
        zone=told["zone"],
        language=told["language"],
        state=FollowUpState(told["state"]),
        created_at=told["created_at"],
        rule=told["rule"],
        dtstart=told["dtstart"],
        series_id=told["series_id"],
        delivered_at=told["delivered_at"],
        receiver=Receiver(told["receiver"], told["receiver_id"]) if told["receiver"] else None,
        asked_by=told["asked_by"],
        by_team=told["by_team"],
        insists=told["insists"],
        nudged=told["nudged"],
        second_id=told["second_id"],
        done_at=told["done_at"],
        limit_at=told["limit_at"],
        own_time=told["own_time"],
        kind=FollowUpKind(told["kind"]),
    )
