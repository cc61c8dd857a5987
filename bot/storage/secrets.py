"""Secrets: kept sealed, opened only by the key in the data directory."""

from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, delete, select

from bot.domain.changes import What
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import secrets


class SecretRows:
    """The secrets' table. What it returns must never reach a log, a prompt or an export."""

    def __init__(self, database: Database, *, key: bytes) -> None:
        """Seal and open with a Fernet key."""
        self._database = database
        self._box = Fernet(key)

    @reading
    def all(self, connection: Connection) -> dict[str, str]:
        """Return every secret by name; one that another key sealed is left out."""
        opened = {}
        for name, sealed in connection.execute(select(secrets.c.name, secrets.c.sealed)).all():
            try:
                opened[name] = self._box.decrypt(sealed.encode()).decode()
            except InvalidToken:
                continue
        return opened

    @writing
    def put(self, connection: Connection, name: str, value: str, *, now: datetime) -> None:
        """Store a secret; an empty one is forgotten."""
        known = select(secrets.c.name).where(secrets.c.name == name)
        was_set = connection.execute(known).first() is not None
        if value or was_set:
            # Never what it is, nor what it was.
            state = "forgotten" if not value else "replaced" if was_set else "set"
            record(connection, What.SECRET, name, {}, {"state": state}, at=now)
        if not value:
            connection.execute(delete(secrets).where(secrets.c.name == name))
            return
        statement = insert_into(secrets, sqlite_database=self._database.is_sqlite).values(
            name=name, sealed=self._box.encrypt(value.encode()).decode(), changed_at=now
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"sealed": statement.excluded.sealed, "changed_at": now},
            )
        )
