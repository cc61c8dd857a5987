"""Whether what was quoted before may still be said: where, to whom and today."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from knowledge.catalog import Catalog
from knowledge.documents import EVERY_ROOM, Audience, holds


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it was when it was quoted; `text` is all of it."""

    document_id: str
    text: str


async def standing(
    catalog: Catalog,
    quotes: Collection[Quote],
    *,
    audiences: frozenset[Audience],
    today: date,
    room: str,
) -> frozenset[Quote]:
    """Return the quotes that a search of the same readers could bring today.

    Not those of a document that is gone, has ended or not begun, says something else by now, or is
    for other readers.
    """
    if not quotes:
        return frozenset()
    found = await catalog.quoted(
        {quote.document_id for quote in quotes}, {quote.text for quote in quotes}
    )
    readable = {
        Quote(each.passage.document_id, each.passage.text)
        for each in found
        if (each.audience in audiences or _in_room(each.audience, each.rooms, room))
        and holds(each.valid_from, each.valid_until, today)
    }
    return frozenset(readable.intersection(quotes))


def _in_room(audience: Audience, rooms: Collection[str], room: str) -> bool:
    return audience is Audience.ROOMS and (room == EVERY_ROOM or room in rooms)
