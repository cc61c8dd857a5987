"""What tools did in turns."""

from sqlalchemy import Connection, select

from bot.domain.conversations import Action
from bot.storage.database import Database, reading
from bot.storage.tables import actions


class ActionRows:
    """The actions' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def of_turn(self, connection: Connection, turn_id: int) -> list[Action]:
        """Return what was done in a turn, in order."""
        found = connection.execute(
            select(actions).where(actions.c.turn_id == turn_id).order_by(actions.c.call_number)
        )
        return [Action(row.tool, row.arguments, row.follow_up_id) for row in found]
