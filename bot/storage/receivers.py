"""Whom the bot knows on a platform, and where it has heard from them."""

from sqlalchemy import Connection, select

from bot.domain.people import Person, Role
from bot.storage.database import Database, reading
from bot.storage.tables import conversations, messages, persons
from connectors.messages import Address

_TEAM = (Role.STAFF, Role.OWNER)


class ReceiverRows:
    """Persons and rooms that a reminder may be for."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def team(self, connection: Connection, platform: str) -> list[Person]:
        """Return the team's people who have written on a platform, "" for any, by name."""
        statement = (
            select(persons)
            .where(persons.c.role.in_(_TEAM))
            .order_by(persons.c.name, persons.c.person_id)
        )
        if platform:
            statement = statement.where(persons.c.platform == platform)
        found = connection.execute(statement)
        return [
            Person(row.person_id, row.platform, row.user_id, row.name, Role(row.role), row.zone)
            for row in found
        ]

    @reading
    def channels(self, connection: Connection, person_id: int) -> set[str]:
        """Return the channels in which a person has written to the bot."""
        written = select(messages.c.channel).where(messages.c.person_id == person_id)
        return set(connection.scalars(written.distinct()))

    @reading
    def spoken_in(self, connection: Connection, address: Address) -> bool:
        """Return whether somebody has spoken to the bot in a room."""
        found = connection.execute(
            select(conversations.c.conversation_id)
            .where(
                conversations.c.platform == address.platform,
                conversations.c.channel == address.channel,
            )
            .limit(1)
        )
        return found.first() is not None
