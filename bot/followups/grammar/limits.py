"""Words that limit others: "by Friday at noon", "until Christmas", "for two weeks"."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.followups.grammar.pieces import Clock, Day, Every, Lasting, Limit, Piece
from bot.followups.grammar.situation import Doubt


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something that comes again begins and ends; None where nothing is said."""

    first: Day | None = None
    last: Day | None = None
    lasting: Lasting | None = None


@dataclass(frozen=True, slots=True)
class Limited:
    """Pieces, with what limits them told apart.

    Attributes:
        pieces: What is left of them.
        by: The time is the last one that will do.
    """

    pieces: tuple[Piece, ...]
    by: bool = False
    bounds: Bounds = Bounds()


def limited(pieces: tuple[Piece, ...]) -> Limited:
    """Tell limits apart from the time they limit.

    Raises:
        Doubt: They limit nothing that can be limited so ("until Friday", once).
    """
    if any(isinstance(piece.meaning, Every) for piece in pieces):
        return _recurring(pieces)
    limits = [each.meaning for each in pieces if isinstance(each.meaning, Limit)]
    if any(isinstance(each.meaning, Lasting) for each in pieces):
        raise Doubt("unclear")
    if any("by" not in each.kinds for each in limits):
        raise Doubt("unclear")
    left = tuple(each for each in pieces if not isinstance(each.meaning, Limit))
    return Limited(left, by=bool(limits))


def _recurring(pieces: tuple[Piece, ...]) -> Limited:
    left: list[Piece] = []
    days: dict[str, Day] = {}
    limit: str | None = None
    for piece in pieces:
        meaning = piece.meaning
        if isinstance(meaning, Limit):
            limit = _kind(meaning, days)
        elif limit is not None:
            if not isinstance(meaning, Day):
                raise Doubt("unclear")
            days[limit], limit = meaning, None
        elif not isinstance(meaning, Lasting):
            left.append(piece)
    lasting = _lasting(pieces)
    if limit is not None or (lasting and "until" in days):
        raise Doubt("unclear")
    return Limited(tuple(left), bounds=Bounds(days.get("from"), days.get("until"), lasting))


def _kind(limit: Limit, taken: Iterable[str]) -> str:
    kind = next((each for each in ("until", "from") if each in limit.kinds), None)
    if kind is None or kind in taken:
        raise Doubt("unclear")
    return kind


def _lasting(pieces: tuple[Piece, ...]) -> Lasting | None:
    found = [at for at, each in enumerate(pieces) if isinstance(each.meaning, Lasting)]
    if not found:
        return None
    lasting = pieces[found[0]].meaning
    timed = any(isinstance(each.meaning, Clock) for each in pieces[: found[0]])
    # "Daily, three times" may as well be three times a day; "daily at nine, three times" is not.
    if len(found) > 1 or not isinstance(lasting, Lasting) or (lasting.unit == "time" and not timed):
        raise Doubt("ambiguous")
    return lasting
