"""Brings the tables up to this version."""

from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database
from bot.storage.errors import SchemaError
from bot.storage.schema import migrations, revisions

NEWER = (
    "These data were written by a newer Deskhand: install that version again, or put back a backup"
    " made with this one."
)


async def migrate(database: Database) -> bool:
    """Bring the tables up to this version, all in one transaction.

    Returns:
        True when there was something to do.

    Raises:
        SchemaError: The tables are those of a newer Deskhand.
        StorageError: The database failed; the tables are as they were.
    """
    return await database.write(upgrade)


def upgrade(connection: Connection) -> bool:
    """Bring the tables up to this version in a transaction; tell whether there was anything to do.

    Raises:
        SchemaError: The tables are those of a newer Deskhand.
    """
    current = MigrationContext.configure(connection).get_current_revision()
    if current == revisions()[-1]:
        return False
    if current is not None and current not in revisions():
        raise SchemaError(NEWER)
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
