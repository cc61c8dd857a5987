"""Which versions of the tables there are, and which one a database has."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from bot.storage.database import Database

# The tables of what lets somebody in, or speak as the bot: it belongs to the box on which it was
# given, and no backup holds it.
KEYS = (
    *("sessions", "setup_links", "invitations", "known_browsers", "sign_in_attempts"),
    "reply_addresses",
)

# Beside the package in a checkout, inside it in a wheel.
_PLACES = (
    Path(__file__).parents[1] / "_migrations",
    Path(__file__).parents[2] / "migrations",
)


def migrations() -> Config:
    """Return Alembic's own settings, with our migrations."""
    config = Config()
    config.set_main_option("script_location", str(next(p for p in _PLACES if p.is_dir())))
    return config


@cache
def revisions() -> tuple[str, ...]:
    """Return the versions of the tables that this Deskhand knows, the oldest first."""
    # Once in a process: each of the migrations is loaded for it.
    scripts = ScriptDirectory.from_config(migrations())
    return tuple(each.revision for each in scripts.walk_revisions())[::-1]


async def tables(database: Database) -> list[str]:
    """Return the names of the tables that a database has, whichever version they are of.

    Raises:
        StorageError: The database cannot be read.
    """
    return await database.read(lambda connection: sorted(inspect(connection).get_table_names()))


async def revision(database: Database) -> str:
    """Return the version of a database's tables, "" where it has none yet.

    Raises:
        StorageError: The database cannot be read.
    """

    def found(connection: Connection) -> str:
        return MigrationContext.configure(connection).get_current_revision() or ""

    return await database.read(found)
