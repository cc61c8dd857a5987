"""Tells a process that another one has changed rows; who is told nothing finds them by a look."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.storage.database import Database
from bot.storage.errors import StorageError

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = logging.getLogger(__name__)

CHANNEL = "deskhand"
FUNCTION_NAME = "deskhand_hint"
# A connection that died silently is noticed after this long; looks for rows do not wait for it.
LOOK_S = 15.0
ANSWER_S = 5.0
RETRY_S = 1.0

# Of equal ones in a transaction PostgreSQL tells one (postgresql.org/docs/current/sql-notify.html).
FUNCTION = f"""
CREATE FUNCTION {FUNCTION_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME || ' ' || current_setting('application_name'));
    RETURN NULL;
END $$
"""


def hint_on(table: str, *, of: tuple[str, ...] = (), when: str = "") -> str:
    """Return the SQL that has PostgreSQL tell of a table's changes from now on.

    Args:
        table: Its name.
        of: Only updates that set one of these columns are told; none: all, and what is deleted.
        when: Only of rows of which this is so, such as "NEW.state = 'pending'"; "" for all.
    """
    events = f"INSERT OR UPDATE OF {', '.join(of)}" if of else "INSERT OR UPDATE"
    if not of and not when:
        events += " OR DELETE"
    only = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {FUNCTION_NAME} AFTER {events} ON {table}"
        f" FOR EACH ROW{only} EXECUTE FUNCTION {FUNCTION_NAME}()"
    )


class Hints:
    """What other processes of the same PostgreSQL have changed, by table.

    A hint may be lost, and none comes on SQLite, which serves one process: whatever waits for one
    looks for itself too.
    """

    def __init__(self, database: Database) -> None:
        """Listen to nothing yet."""
        self._database = database
        self._woken: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    def on(self, table: str, woken: Callable[[], None]) -> None:
        """Have a function called when another process has changed a table; it returns at once."""
        self._woken[table].append(woken)

    async def run(self) -> None:
        """Pass on hints until cancelled; after each connection everything may have changed."""
        if self._database.is_sqlite:
            await asyncio.Event().wait()
        while True:
            try:
                async with self._database.own_session(within_s=ANSWER_S) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._all()
                    await self._pass_on(connection)
            except StorageError as error:
                log.warning("no hints for now: %s", error)
            await asyncio.sleep(RETRY_S)

    async def _pass_on(self, connection: "AsyncConnection[tuple[object, ...]]") -> None:
        while True:
            async for note in connection.notifies(timeout=LOOK_S):
                table, _, by = note.payload.partition(" ")
                if by != self._database.name:
                    self._tell(table)
            async with asyncio.timeout(ANSWER_S):
                await connection.execute("SELECT 1")

    def _all(self) -> None:
        for table in self._woken:
            self._tell(table)

    def _tell(self, table: str) -> None:
        for woken in self._woken.get(table, ()):
            woken()
