"""Which documents' ends the owner was told of."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, exists, select

from bot.domain.endings import Ending
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import documents, told_endings


class EndingRows:
    """The table of what was told."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @reading
    def near(
        self, connection: Connection, *, today: date, until: date, untold: bool = False
    ) -> list[Ending]:
        """Return the documents whose last day is today or later, up to a day; the nearest first.

        Args:
            today: The first day looked at.
            until: The last.
            untold: Leave out those that were told with this last day.
        """
        wanted = select(documents.c.document_id, documents.c.title, documents.c.valid_until).where(
            documents.c.valid_until.between(today, until)
        )
        if untold:
            told = exists().where(
                told_endings.c.document_id == documents.c.document_id,
                told_endings.c.ends_on == documents.c.valid_until,
            )
            wanted = wanted.where(~told)
        ordered = wanted.order_by(documents.c.valid_until, documents.c.document_id)
        rows = connection.execute(ordered)
        return [Ending(row.document_id, row.title, row.valid_until) for row in rows]

    @writing
    def tell(
        self,
        connection: Connection,
        endings: Sequence[Ending],
        messages: Sequence[NewOutgoing],
        *,
        today: date,
        now: datetime,
    ) -> None:
        """Store messages and what they tell of, in one transaction; what has ended is forgotten."""
        connection.execute(delete(told_endings).where(told_endings.c.ends_on < today))
        new = [{"document_id": each.document_id, "ends_on": each.ends_on} for each in endings]
        statement = insert_into(told_endings, sqlite_database=self._database.is_sqlite)
        connection.execute(statement.on_conflict_do_nothing(), new)
        for message in messages:
            put_final(connection, self._database, message, None, now=now, run=self._run)
