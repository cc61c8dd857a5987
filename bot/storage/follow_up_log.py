"""What is written into the log of changes when somebody changes another one's follow-up."""

from datetime import datetime

from sqlalchemy import Connection

from bot.domain.changes import What, who_acts
from bot.domain.followups import FollowUp, FollowUpState
from bot.storage.changes import record


def record_follow_up(
    connection: Connection,
    after: FollowUp,
    *,
    due_before: datetime | None,
    was_cancelled: bool = False,
    at: datetime,
) -> None:
    """Write down what becomes of a follow-up in this transaction.

    By its number and its moment alone: its words are those of who asked for it.

    Args:
        connection: Of the transaction.
        after: As it is from now on.
        due_before: When it was due; None where nobody has moved it.
        was_cancelled: Its cancelling is taken back.
        at: The moment.
    """
    actor = who_acts()
    if actor is None or actor.person_id == after.person_id:
        return
    was: dict[str, str] = {}
    became: dict[str, str] = {}
    if after.state is FollowUpState.CANCELLED:
        became["state"] = after.state.value
    if was_cancelled:
        was["state"], became["state"] = FollowUpState.CANCELLED.value, after.state.value
    if due_before is not None and due_before != after.due_at:
        was["due"], became["due"] = due_before.isoformat(), after.due_at.isoformat()
    if became:
        record(connection, What.FOLLOW_UP, str(after.follow_up_id), was, became, at=at)
