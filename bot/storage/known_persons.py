"""Persons, with how much is kept of each."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select, tuple_

from bot.domain.conversations import Kind
from bot.domain.followups import WAITING
from bot.domain.hand_overs import OPEN
from bot.domain.known_persons import KnownPerson, SeenPerson, Wanted
from bot.domain.people import Person, Role
from bot.domain.quiet import QuietHours
from bot.storage.database import Database, holds, reading
from bot.storage.person_keys import keys_of, places_of
from bot.storage.tables import (
    answers,
    follow_ups,
    hand_overs,
    messages,
    outbox,
    persons,
    quiet_hours,
    ratings,
    turns,
)

_THEIRS = messages.join(turns, turns.c.message_pk == messages.c.message_pk).join(
    answers, answers.c.turn_id == turns.c.turn_id
)
# In any case, since that is how people look a name up.
_NAME = func.lower(persons.c.name)


class KnownPersonRows:
    """The persons' table, and what leads from it to others. Who was erased is not there."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def get(self, connection: Connection, person_id: int) -> Person | None:
        """Return a person, or None."""
        row = connection.execute(
            select(persons).where(persons.c.person_id == person_id, persons.c.name != "")
        ).one_or_none()
        return None if row is None else _person(row)

    @reading
    def page(
        self,
        connection: Connection,
        wanted: Wanted,
        *,
        limit: int,
        after: int | None = None,
    ) -> list[SeenPerson]:
        """Return persons by name.

        Args:
            connection: Of the transaction.
            wanted: Which.
            limit: How many at most.
            after: The id of the last one of the page before.
        """
        chosen = (
            select(persons)
            .where(*_wanted(wanted))
            .order_by(_NAME, persons.c.person_id)
            .limit(limit)
        )
        if after is not None:
            last = select(persons.c.name).where(persons.c.person_id == after)
            place = tuple_(_NAME, persons.c.person_id)
            chosen = chosen.where(place > tuple_(func.lower(last.scalar_subquery()), after))
        # Apart, so that only those of the page are counted, and not all that are sorted.
        page = chosen.subquery()
        theirs = messages.c.person_id == page.c.person_id
        seen_at = select(func.max(messages.c.received_at)).where(theirs)
        given = select(func.count()).select_from(_THEIRS).where(theirs)
        rows = connection.execute(
            select(
                page,
                seen_at.scalar_subquery().label("seen_at"),
                given.scalar_subquery().label("answers"),
            ).order_by(func.lower(page.c.name), page.c.person_id)
        )
        return [SeenPerson(_person(row), row.seen_at, row.answers) for row in rows]

    @reading
    def known(self, connection: Connection, person: Person) -> KnownPerson:
        """Return how much is kept of a person; what was sent to them is not counted apart."""
        person_id = person.person_id
        wrote = connection.execute(
            select(
                func.min(messages.c.received_at).label("first_at"),
                func.max(messages.c.received_at).label("last_at"),
            ).where(messages.c.person_id == person_id)
        ).one()
        quiet = connection.execute(
            select(quiet_hours).where(quiet_hours.c.person_id == person_id)
        ).one_or_none()
        given = connection.execute(
            select(answers.c.kind, func.count().label("count_"))
            .select_from(_THEIRS)
            .where(messages.c.person_id == person_id)
            .group_by(answers.c.kind)
        )
        rated = connection.execute(
            _counted(ratings.c.good).where(ratings.c.person_id == person_id)
        ).one()
        mine = or_(follow_ups.c.person_id == person_id, follow_ups.c.receiver_id == person_id)
        reminded = connection.execute(_counted(follow_ups.c.state.in_(WAITING)).where(mine)).one()
        wanted = connection.execute(
            _counted(hand_overs.c.state.in_(OPEN))
            .join(turns, turns.c.turn_id == hand_overs.c.turn_id)
            .join(messages, messages.c.message_pk == turns.c.message_pk)
            .where(messages.c.person_id == person_id)
        ).one()
        return KnownPerson(
            person,
            wrote.first_at,
            wrote.last_at,
            None if quiet is None else QuietHours(quiet.starts, quiet.ends),
            answers={Kind(row.kind): row.count_ for row in given},
            good=rated.so,
            bad=rated.all_ - rated.so,
            reminders=reminded.all_,
            reminders_waiting=reminded.so,
            hand_overs=wanted.all_,
            hand_overs_open=wanted.so,
            kept=dict(_kept(connection, person_id)),
        )


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone)


def _wanted(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield persons.c.name != ""
    if wanted.name:
        yield holds(persons.c.name, wanted.name)
    if wanted.role is not None:
        yield persons.c.role == wanted.role
    if wanted.platform:
        yield persons.c.platform == wanted.platform


def _counted(so: ColumnElement[bool]) -> Select[tuple[int, int]]:
    """Return what counts rows, and those of them of which something is so."""
    return select(
        func.count().label("all_"), func.coalesce(func.sum(case((so, 1), else_=0)), 0).label("so")
    )


def _kept(connection: Connection, person_id: int) -> Iterable[tuple[str, int]]:
    keys = keys_of(connection, person_id)
    for table, clauses in places_of(keys):
        # What was sent is found by a look at every message: who wants that asks for all of it.
        if table is outbox:
            continue
        count = sum(
            connection.scalar(select(func.count()).select_from(table).where(clause)) or 0
            for clause in clauses
        )
        if count:
            yield table.name, count
