"""One row of the outbox, in and out; put there in the transaction of who has something to say."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Insert, Row, select, update

from bot.domain.outgoing import Outgoing, OutgoingState
from bot.storage.database import Database, batches, insert_into
from bot.storage.tables import outbox
from connectors.messages import Address, Button, OutgoingFile, OutgoingMessage

# Stands in a button's action for the id of the answer, which is known only once it is stored.
ANSWER = "{answer}"

# On the way, or about to be.
UNSENT = (OutgoingState.OPEN, OutgoingState.PENDING)


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """A message to be stored in the outbox.

    Attributes:
        origin: What it comes from; a second one of the same origin replaces the text of the
            first, which keeps its nonce and its post.
        buttons: Their actions may hold `ANSWER`.
        files: As they are kept.
    """

    origin: str
    nonce: str
    address: Address
    text: str
    sources: tuple[str, ...] = ()
    reply_to: str = ""
    follow_up_id: int | None = None
    buttons: tuple[Button, ...] = ()
    files: tuple[OutgoingFile, ...] = ()


def delivered(connection: Connection, origins: Sequence[str], *, run: str) -> list[Outgoing]:
    """Return what of these origins is where it belongs, oldest first, inside a transaction."""
    found: list[Outgoing] = []
    for batch in batches(origins):
        rows = connection.execute(
            select(outbox).where(outbox.c.origin.in_(batch), outbox.c.posted_id != "")
        )
        found += [outgoing_of(row, run) for row in rows]
    return sorted(found, key=lambda each: each.outgoing_id)


def put_final(
    connection: Connection,
    database: Database,
    message: NewOutgoing,
    answer_id: int | None,
    *,
    now: datetime,
    run: str,
) -> None:
    """Store a message with its final text inside a transaction that others began.

    A message of the same origin that is still open gets this text and keeps its post; one that
    is further on is left alone. `ANSWER` in an action becomes `answer_id`.
    """
    connection.execute(
        _final(sqlite_database=database.is_sqlite),
        {
            **columns_of(message),
            "buttons": [asdict(_named(button, answer_id)) for button in message.buttons],
            "answer_id": answer_id,
            "state": OutgoingState.PENDING,
            "created_at": now,
            "next_at": now,
            "run": run,
        },
    )


def put_all(
    connection: Connection,
    database: Database,
    outgoing: Iterable[NewOutgoing],
    *,
    now: datetime,
    run: str,
) -> None:
    """Store messages that come from no answer, as `put_final` does."""
    for message in outgoing:
        put_final(connection, database, message, None, now=now, run=run)


def change_posted(
    connection: Connection, message: NewOutgoing, before: datetime, now: datetime
) -> bool:
    """Have a post of a message's origin edited, inside a transaction that others began.

    Returns:
        False for one that is not posted, is on its way, or arrived or was edited after `before`.
    """
    changed = connection.execute(
        update(outbox)
        .where(
            outbox.c.origin == message.origin,
            outbox.c.state == OutgoingState.SENT,
            outbox.c.posted_id != "",
            outbox.c.sent_at <= before,
        )
        .values(
            text=message.text,
            buttons=[asdict(button) for button in message.buttons],
            state=OutgoingState.PENDING,
            attempts=0,
            next_at=now,
        )
    )
    return changed.rowcount == 1


@cache
def _final(*, sqlite_database: bool) -> Insert:
    """Return what stores a final text; built once, which costs more than executing it."""
    statement = insert_into(outbox, sqlite_database=sqlite_database)
    replaced = ("text", "sources", "buttons", "answer_id", "state")
    return statement.on_conflict_do_update(
        index_elements=["origin"],
        set_={name: statement.excluded[name] for name in replaced},
        where=outbox.c.state == OutgoingState.OPEN,
    )


def _named(button: Button, answer_id: int | None) -> Button:
    return replace(button, action=button.action.replace(ANSWER, str(answer_id)))


def columns_of(message: NewOutgoing) -> dict[str, object]:
    """Return what a message's row holds from the beginning."""
    return {
        "origin": message.origin,
        "nonce": message.nonce,
        "platform": message.address.platform,
        "channel": message.address.channel,
        "thread": message.address.thread,
        "text": message.text,
        "sources": list(message.sources),
        "reply_to": message.reply_to,
        "follow_up_id": message.follow_up_id,
        "files": [{"name": each.name, "key": each.path.name} for each in message.files],
    }


def outgoing_of(row: Row[tuple[object, ...]], run: str) -> Outgoing:
    """Return the message that a row is, as the start `run` sees it."""
    state = OutgoingState(row.state)
    return Outgoing(
        outgoing_id=row.outgoing_id,
        origin=row.origin,
        message=OutgoingMessage(
            nonce=row.nonce,
            address=Address(row.platform, row.channel, row.thread),
            text=row.text,
            sources=tuple(row.sources),
            answer_id=row.answer_id,
            reply_to=row.reply_to,
            final=state is not OutgoingState.OPEN,
            buttons=tuple(Button(**button) for button in row.buttons),
            files=tuple(OutgoingFile(each["name"], Path(each["key"])) for each in row.files),
        ),
        state=state,
        posted_id=row.posted_id,
        attempts=row.attempts,
        # A row of an earlier start may have been posted just before that start died.
        unsure=row.unsure or (row.run != run and state in UNSENT),
        next_at=row.next_at,
        created_at=row.created_at,
        follow_up_id=row.follow_up_id,
        error=row.error,
        claimed_until=row.claimed_until,
    )
