"""Which skills are on, and what their files were when the owner saw them."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.domain.changes import What
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import skill_approvals

# Built once: asked for each message, and building a statement costs more than executing it.
_APPROVED = select(skill_approvals).order_by(skill_approvals.c.name)


class SkillRows:
    """The approvals' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def approved(self, connection: Connection) -> dict[str, str]:
        """Return the hash that each skill was approved with, by its name."""
        found = connection.execute(_APPROVED)
        return {row.name: row.content_hash for row in found}

    @writing
    def approve(
        self, connection: Connection, name: str, content_hash: str, *, now: datetime
    ) -> None:
        """Store that the owner has approved a skill as it is."""
        known = select(skill_approvals.c.name).where(skill_approvals.c.name == name)
        was = "on" if connection.execute(known).first() else "off"
        became = {"state": "on", "version": content_hash[:12]}
        record(connection, What.SKILL, name, {"state": was}, became, at=now)
        statement = insert_into(skill_approvals, sqlite_database=self._database.is_sqlite).values(
            name=name, content_hash=content_hash, approved_at=now
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"content_hash": content_hash, "approved_at": now}
            )
        )

    @writing
    def forget(self, connection: Connection, name: str, *, now: datetime) -> bool:
        """Take an approval back; False when there was none."""
        gone = connection.execute(delete(skill_approvals).where(skill_approvals.c.name == name))
        if gone.rowcount:
            record(connection, What.SKILL, name, {"state": "on"}, {"state": "off"}, at=now)
        return bool(gone.rowcount)
