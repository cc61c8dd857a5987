"""Whether words tell at what time of day somebody wants to be reminded."""

from bot.followups.grammar.pieces import Clock, Instant, Offset, OpenHours, Part
from bot.followups.grammar.reading import best_reading
from bot.followups.wish import scope

_TELLING = (Clock, Part, Offset, OpenHours, Instant)


def names_clock(text: str) -> bool:
    """Return whether words that name a time name one of the day, or a span from now.

    "On Friday" alone does not: the hour is then ours to choose.
    """
    reading = best_reading(text, scope(text))
    # In other languages only the library reads it: in doubt it is what they said.
    return reading is None or any(isinstance(p.meaning, _TELLING) for p in reading.pieces)
