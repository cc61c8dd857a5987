"""What words of time come to: an instant, a rule, or a question."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.followups.grammar.sentence import Span


class Why(StrEnum):
    """Why it has to be asked."""

    AMBIGUOUS = "ambiguous"
    PAST = "past"
    NONE = "none"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Due:
    """One instant.

    Attributes:
        due_at: Aware, UTC, later than now.
        spans: Where in the text the time was read, in code points.
        moved: The clock jumps over the time that was said; this is the time after the jump.
        by: It is the latest that will do ("by Friday at noon"): who is reminded then only is
            reminded too late.
    """

    due_at: datetime
    spans: tuple[Span, ...]
    moved: bool = False
    by: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that comes again.

    Attributes:
        rule: RFC 5545 ("FREQ=MONTHLY;BYDAY=1MO"), counted on the asker's calendar from `due_at`,
            which also gives the time of day. An end that was said is in it: COUNT, or UNTIL in UTC.
        due_at: The first time; aware, UTC, later than now.
    """

    rule: str
    due_at: datetime
    spans: tuple[Span, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """No promise can be made from these words alone.

    Attributes:
        why: "none" when no words of time were found.
        candidates: At most three instants to offer, aware, UTC, later than now, likeliest first.
        by: What is asked for is the latest that will do, as in `Due`.
    """

    why: Why
    candidates: tuple[datetime, ...] = ()
    spans: tuple[Span, ...] = ()
    by: bool = False


def tells_time(read: Due | Rule | Ask) -> bool:
    """Return whether any words of time were found."""
    return not (isinstance(read, Ask) and read.why is Why.NONE)
