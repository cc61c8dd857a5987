"""What a call of a turn has done to follow-ups: it is done once, however often the turn is run."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.domain.followups import FollowUp
from bot.storage.database import insert_into
from bot.storage.follow_up_row import follow_up_of
from bot.storage.tables import actions, follow_ups


@dataclass(frozen=True, slots=True)
class Call:
    """Which call of which turn wants an action: the key under which it is done once."""

    turn_id: int
    number: int
    tool: str
    arguments: Mapping[str, str]


def made_by(connection: Connection, call: Call | None) -> FollowUp | None:
    """Return what a call has committed before, in whatever state, or None."""
    if call is None:
        return None
    found = connection.execute(
        select(follow_ups)
        .join(actions, actions.c.follow_up_id == follow_ups.c.follow_up_id)
        .where(actions.c.turn_id == call.turn_id, actions.c.call_number == call.number)
    )
    row = found.one_or_none()
    return None if row is None else follow_up_of(row)


def note(connection: Connection, call: Call | None, follow_up: FollowUp) -> bool:
    """Note what a call did, inside the transaction that does it.

    Returns:
        False when another run of the turn has committed something for it meanwhile.
    """
    if call is None:
        return True
    noted = connection.execute(
        insert_into(actions, sqlite_database=connection.dialect.name == "sqlite")
        .values(
            turn_id=call.turn_id,
            call_number=call.number,
            tool=call.tool,
            arguments=dict(call.arguments),
            follow_up_id=follow_up.follow_up_id,
        )
        .on_conflict_do_nothing(index_elements=["turn_id", "call_number"])
        .returning(actions.c.action_id)
    )
    return noted.first() is not None
