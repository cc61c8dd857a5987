"""Follow-ups by page and by time, each with the name of whom it is for."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, or_, select, tuple_

from bot.domain.followups import FollowUp, FollowUpState, NamedFollowUp, Sought
from bot.storage.database import Database, holds, reading
from bot.storage.follow_up_row import follow_up_of
from bot.storage.tables import follow_ups, persons

_ORDER = (follow_ups.c.due_at, follow_ups.c.follow_up_id)


class FollowUpPageRows:
    """The follow-ups' table, read a piece at a time."""

    _database: Database

    @reading
    def page(
        self, connection: Connection, sought: Sought, *, limit: int, after: int | None = None
    ) -> list[NamedFollowUp]:
        """Return follow-ups by due date; those that are over the latest first.

        Args:
            connection: Of the transaction.
            sought: Which.
            limit: How many at most.
            after: The id of the last one of the page before.
        """
        order: Iterable[ColumnElement[object]] = _ORDER
        if sought.latest_first:
            order = [each.desc() for each in _ORDER]
        wanted = _named().where(*_sought(sought)).order_by(*order).limit(limit)
        if after is not None:
            due = select(follow_ups.c.due_at).where(follow_ups.c.follow_up_id == after)
            here, last = tuple_(*_ORDER), tuple_(due.scalar_subquery(), after)
            wanted = wanted.where(here < last if sought.latest_first else here > last)
        return _read(connection, wanted)

    @reading
    def between(
        self,
        connection: Connection,
        sought: Sought,
        begins: datetime,
        ends: datetime,
        *,
        limit: int,
    ) -> list[NamedFollowUp]:
        """Return follow-ups that are due from a moment on up to another one, by due date."""
        due = (follow_ups.c.due_at >= begins, follow_ups.c.due_at < ends)
        return _read(
            connection, _named().where(*_sought(sought), *due).order_by(*_ORDER).limit(limit)
        )

    @reading
    def repeated(
        self, connection: Connection, sought: Sought, *, before: datetime, limit: int
    ) -> list[NamedFollowUp]:
        """Return the repeated follow-ups that wait and whose next time is before a moment."""
        wanted = _named().where(
            *_sought(sought),
            follow_ups.c.state == FollowUpState.PENDING,
            follow_ups.c.rule != "",
            follow_ups.c.due_at < before,
        )
        return _read(connection, wanted.order_by(*_ORDER).limit(limit))

    @reading
    def named(self, connection: Connection, found: Collection[FollowUp]) -> list[NamedFollowUp]:
        """Return follow-ups with the name of whom each is for, in their order."""
        asked = {each.person_id for each in found}
        wanted = select(persons.c.person_id, persons.c.name).where(persons.c.person_id.in_(asked))
        names = {row.person_id: row.name for row in connection.execute(wanted)}
        return [NamedFollowUp(each, _name(each, names[each.person_id])) for each in found]


def _named() -> Select[tuple[object, ...]]:
    return select(follow_ups, persons.c.name.label("asker")).join(
        persons, persons.c.person_id == follow_ups.c.person_id
    )


def _sought(sought: Sought) -> Iterable[ColumnElement[bool]]:
    yield follow_ups.c.state.in_(sought.states)
    if sought.name:
        yield or_(holds(persons.c.name, sought.name), holds(follow_ups.c.receiver, sought.name))
    if sought.person_id is not None:
        whose = (follow_ups.c.person_id, follow_ups.c.receiver_id)
        yield or_(*(each == sought.person_id for each in whose))


def _read(connection: Connection, wanted: Select[tuple[object, ...]]) -> list[NamedFollowUp]:
    found = []
    for row in connection.execute(wanted):
        follow_up = follow_up_of(row)
        found.append(NamedFollowUp(follow_up, _name(follow_up, row.asker)))
    return found


def _name(follow_up: FollowUp, asker: str) -> str:
    return follow_up.receiver.name if follow_up.receiver else asker
