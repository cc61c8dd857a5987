"""What is written into the log of changes when documents change."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.changes import What, batch, who_acts
from bot.storage.changes import count_up, record
from knowledge.documents import Document, Shape

# What is told of one that comes or goes; its title is told of each.
_OF_WHOLES = ("for", "from", "until", "approved", "origin")


def record_documents(
    connection: Connection,
    before: Mapping[str, Document],
    after: Mapping[str, Document],
    *,
    at: datetime,
) -> None:
    """Write down what becomes of documents in this transaction.

    Args:
        connection: Of the transaction.
        before: Those that were there, by id, with passages and source.
        after: Those that are there from now on, of the same ids and others.
        at: The moment.
    """
    if who_acts() is None:
        return
    pairs = [(before.get(each), after.get(each)) for each in {**before, **after}]
    differing = [(was, now) for was, now in pairs if _differs(was, now)]
    if (came := batch()) is None:
        for was, now in differing:
            _record(connection, was, now, at)
    elif differing:
        counts = Counter(_became(was, now) for was, now in differing)
        count_up(
            connection, came, {each: counts[each] for each in ("added", "changed", "removed")}, at
        )


def _record(
    connection: Connection, before: Document | None, after: Document | None, at: datetime
) -> None:
    told = after or before
    assert told is not None  # noqa: S101 - it is there before or after
    was, now = _facts(before), _facts(after)
    if before and after:
        names = [name for name in now if was[name] != now[name]]
        was, now = {name: was[name] for name in names}, {name: now[name] for name in names}
    else:
        # It stands whole in what was added; what was removed is gone from here, too.
        was, now = (
            {name: each[name] for name in _OF_WHOLES if name in each} for each in (was, now)
        )
    record(
        connection,
        What.ENTRY if told.shape is Shape.ENTRY else What.DOCUMENT,
        told.document_id,
        was,
        now if before and after else {"state": _became(before, after), **now},
        title=told.title,
        at=at,
    )


def _became(before: Document | None, after: Document | None) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _differs(before: Document | None, after: Document | None) -> bool:
    """Return whether anybody has said something else; what a model drafts is no change."""
    return before is None or after is None or before.version != after.version


def _facts(document: Document | None) -> dict[str, str]:
    if document is None:
        return {}
    ways = [way for each in document.passages for way in each.ways]
    return {
        "title": document.title,
        "text": document.source,
        "for": ", ".join(document.rooms) or document.audience.value,
        "language": document.language,
        "from": "" if document.valid_from is None else document.valid_from.isoformat(),
        "until": "" if document.valid_until is None else document.valid_until.isoformat(),
        "approved": "yes" if document.approved else "no",
        "also_asked": " | ".join(ways) if document.shape is Shape.ENTRY else "",
        "note": document.note,
        "origin": document.origin,
    }
