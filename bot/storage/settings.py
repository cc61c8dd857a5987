"""What the owner has set on the page, as JSON under a name."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, select

from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import settings


class SettingRows:
    """The settings' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def all(self, connection: Connection) -> dict[str, JsonValue]:
        """Return every setting that was ever set, by name."""
        found = connection.execute(select(settings.c.name, settings.c.value))
        return {name: value for name, value in found.all()}  # noqa: C416 - rows, not pairs

    @writing
    def put(self, connection: Connection, name: str, value: JsonValue, *, now: datetime) -> int:
        """Store a setting and return its new version, 1 for the first."""
        statement = insert_into(settings, sqlite_database=self._database.is_sqlite).values(
            name=name, value=value, version=1, changed_at=now
        )
        made = connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={
                    "value": statement.excluded.value,
                    "version": settings.c.version + 1,
                    "changed_at": now,
                },
            ).returning(settings.c.version)
        )
        return int(made.scalar_one())
