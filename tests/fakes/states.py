"""How far turns and outgoing messages are, counted from the rows."""

from sqlalchemy import Column, func, select

from bot.domain.outgoing import OutgoingState
from bot.storage.database import Database
from bot.storage.tables import outbox, turns


async def turn_states(database: Database) -> dict[str, int]:
    """Return how many turns are in each state; states without any are left out."""
    return await _counted(database, turns.c.state)


async def outgoing_states(database: Database) -> dict[str, int]:
    """Return how many outgoing messages are in each state; states without any are left out."""
    return await _counted(database, outbox.c.state)


async def outgoing_waits(database: Database) -> bool:
    """Return whether any message is on its way."""
    waiting = select(outbox.c.outgoing_id).where(outbox.c.state == OutgoingState.PENDING).limit(1)
    return await database.read(lambda connection: connection.scalar(waiting)) is not None


async def _counted(database: Database, state: "Column[str]") -> dict[str, int]:
    counting = select(state, func.count()).group_by(state)
    return await database.read(
        lambda connection: {str(name): count for name, count in connection.execute(counting)}
    )
