"""One row of the watches' table, in and out."""

from sqlalchemy import Connection, Row

from bot.domain.followups import Watch, WatchKind
from bot.storage.tables import watches
from connectors.messages import Address


def put_watch(connection: Connection, follow_up_id: int, watch: Watch) -> None:
    """Store what a follow-up watches for inside a transaction that others began."""
    address = watch.address
    connection.execute(
        watches.insert().values(
            follow_up_id=follow_up_id,
            kind=watch.kind,
            name=watch.name,
            since=watch.since,
            place=watch.place,
            platform=address.platform if address else "",
            channel=address.channel if address else "",
            thread=address.thread if address else "",
            person_id=watch.person_id,
            hand_over_id=watch.hand_over_id,
            question_id=watch.question_id,
            conversation_id=watch.conversation_id,
        )
    )


def watch_of(row: Row[tuple[object, ...]]) -> Watch:
    """Return the watch that a row is."""
    return Watch(
        kind=WatchKind(row.kind),
        name=row.name,
        since=row.since,
        place=row.place,
        address=Address(row.platform, row.channel, row.thread) if row.platform else None,
        person_id=row.person_id,
        user_id=row.user_id,
        hand_over_id=row.hand_over_id,
        question_id=row.question_id,
        conversation_id=row.conversation_id,
    )
