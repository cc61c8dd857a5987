"""Persons, known by platform and the platform's own id."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.changes import What
from bot.domain.people import Person, Role
from bot.storage.changes import record
from bot.storage.database import Database, writing
from bot.storage.inbox import put_person
from bot.storage.tables import persons
from connectors.messages import Author


class PersonRows:
    """The persons' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def ensure(self, connection: Connection, platform: str, author: Author) -> Person:
        """Return a person, stored first when they have not written yet."""
        person_id = put_person(connection, platform, author)
        found = connection.execute(select(persons).where(persons.c.person_id == person_id))
        row = found.one()
        return Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone)

    @writing
    def put_role(
        self, connection: Connection, person_id: int, role: Role, *, now: datetime
    ) -> None:
        """Store what a person is to the business from now on."""
        mine = persons.c.person_id == person_id
        before = connection.scalar(select(persons.c.role).where(mine))
        connection.execute(update(persons).where(mine).values(role=role))
        was, became = {"role": str(before)}, {"role": role.value}
        record(connection, What.PERSON, str(person_id), was, became, at=now)
