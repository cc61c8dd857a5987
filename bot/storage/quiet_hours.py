"""The hours in which a person does not wish to be written to."""

from sqlalchemy import Connection, delete, select

from bot.domain.quiet import QuietHours
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import persons, quiet_hours


class QuietRows:
    """The quiet hours' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def of(self, connection: Connection, person_id: int) -> tuple[QuietHours, str] | None:
        """Return a person's quiet hours and their zone, "" where it is not known; None for none."""
        found = connection.execute(
            select(quiet_hours, persons.c.zone)
            .join(persons, persons.c.person_id == quiet_hours.c.person_id)
            .where(quiet_hours.c.person_id == person_id)
        )
        row = found.one_or_none()
        return None if row is None else (QuietHours(row.starts, row.ends), row.zone)

    @writing
    def put(self, connection: Connection, person_id: int, hours: QuietHours) -> None:
        """Store a person's quiet hours in place of those before."""
        statement = insert_into(quiet_hours, sqlite_database=self._database.is_sqlite).values(
            person_id=person_id, starts=hours.starts, ends=hours.ends
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id"],
                set_={"starts": hours.starts, "ends": hours.ends},
            )
        )

    @writing
    def forget(self, connection: Connection, person_id: int) -> None:
        """Let a person be written to at any time."""
        connection.execute(delete(quiet_hours).where(quiet_hours.c.person_id == person_id))
