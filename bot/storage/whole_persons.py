"""One person's rows in every table: found and read."""

from pydantic import JsonValue
from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, select

from bot.domain.people import Person, Role
from bot.domain.whole_persons import WholePerson
from bot.storage.database import Database, reading
from bot.storage.person_keys import keys_of, places_of
from bot.storage.tables import persons


class WholePersonRows:
    """Every table, as far as one person is in it."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def find(self, connection: Connection, who: str) -> list[Person]:
        """Return the persons whom words name: "platform/id", an id, or a name in any case.

        Those who were erased are not among them. Empty where nobody is.
        """
        platform, _, user_id = who.partition("/")
        every = connection.execute(select(persons).where(persons.c.name != "")).all()
        named = [row for row in every if (row.platform, row.user_id) == (platform, user_id)]
        if not named:
            wanted = who.casefold()
            named = [row for row in every if who == row.user_id or row.name.casefold() == wanted]
        return [
            Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone)
            for row in named
        ]

    @reading
    def everybody(self, connection: Connection) -> list[tuple[int, str, str]]:
        """Return the keys, platforms and ids of all persons."""
        rows = connection.execute(
            select(persons.c.person_id, persons.c.platform, persons.c.user_id)
        )
        return [(row.person_id, row.platform, row.user_id) for row in rows]

    @reading
    def whole(self, connection: Connection, person: Person) -> WholePerson:
        """Return everything that is kept of a person."""
        keys = keys_of(connection, person.person_id)
        found: dict[str, list[dict[str, JsonValue]]] = {}
        for table, clauses in places_of(keys):
            key = next(iter(table.primary_key.columns))
            rows = {
                row[key]: {name: to_jsonable_python(value) for name, value in row.items()}
                for clause in clauses
                for row in connection.execute(select(table).where(clause)).mappings()
            }
            if rows:
                found[table.name] = list(rows.values())
        return WholePerson(person, found)
