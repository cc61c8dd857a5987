"""What people press under an answer: whether it helped."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import conversations, ratings
from connectors.messages import Address


class RatingRows:
    """The ratings' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def rate(
        self,
        connection: Connection,
        answer_id: int,
        *,
        person_id: int,
        good: bool,
        now: datetime,
    ) -> None:
        """Store what a person thinks of an answer; the last word counts."""
        statement = insert_into(ratings, sqlite_database=self._database.is_sqlite).values(
            answer_id=answer_id, person_id=person_id, good=good, rated_at=now
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["answer_id", "person_id"],
                set_={"good": statement.excluded.good, "rated_at": statement.excluded.rated_at},
            )
        )

    @reading
    def of(self, connection: Connection, answer_id: int) -> dict[int, bool]:
        """Return whether an answer helped, by the ids of those who said so."""
        found = connection.execute(
            select(ratings.c.person_id, ratings.c.good).where(ratings.c.answer_id == answer_id)
        )
        return {row.person_id: row.good for row in found}

    @reading
    def language(self, connection: Connection, address: Address) -> str:
        """Return what was last spoken at an address, ISO 639-1; "" where nothing was."""
        spoken = connection.scalar(
            select(conversations.c.language).where(
                conversations.c.platform == address.platform,
                conversations.c.channel == address.channel,
                conversations.c.thread == address.thread,
            )
        )
        return spoken or ""
