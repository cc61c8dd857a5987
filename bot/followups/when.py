"""Words to an instant: what "next Friday at nine" means for the person who says it.

Where people differ, it asks; the rules that decide (beside those of the contract):

- A weekday named on that very day ("Friday" on a Friday) asks: today or in a week.
- An hour from 1 to 6 without am, pm or a part of the day asks, unless the business is open then
  and not twelve hours later; an hour from 7 to 12 is the morning's, unless the business is open
  twelve hours later. 09:00 with a zero, and hours from 13 on, are what they say.
- A time that has passed today asks. A date without a year is the coming one; when it passed within
  the last month, it asks.
- Words that name no time of day of their own ("tonight", "in the afternoon", "next week") ask.
  "After lunch" is when the business opens for the second time, where it does so once a day.
- "End of the month" is accepted where the last day is a business day, and asks where it is not.
- Where the asker's clock and the business's differ, a day without a time asks.
- "Not", "or", "before", "until", "every other" … beside a time, and words that look like a
  mistyped time, ask.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.followups.grammar.days import MAX_AHEAD_DAYS
from bot.followups.grammar.moments import Doubt, Moment, Situation, once, shared_dates
from bot.followups.grammar.pieces import (
    Clock,
    Day,
    Every,
    Instant,
    Meaning,
    Offset,
    Part,
    Piece,
    Vague,
)
from bot.followups.grammar.reading import Reading, Span, readings, without
from bot.followups.grammar.recurrence import recurring
from bot.followups.wish import scope

__all__ = ["Ask", "Due", "Rule", "Span", "Why", "understand", "without"]

_MAX_CANDIDATES = 3  # Buttons under a question.


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
    """

    due_at: datetime
    spans: tuple[Span, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that comes again.

    Attributes:
        rule: RFC 5545 ("FREQ=MONTHLY;BYDAY=1MO"), counted on the asker's calendar from `due_at`,
            which also gives the time of day.
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
    """

    why: Why
    candidates: tuple[datetime, ...] = ()
    spans: tuple[Span, ...] = ()


def understand(
    text: str, *, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar
) -> Due | Rule | Ask:
    """Return what the words of time in a text mean, or what has to be asked.

    Args:
        text: The words alone ("Friday at nine") or a whole wish ("remind me on Friday to call
            Ann"); English and German well, Spanish, French, Italian, Dutch and Portuguese in
            their plain forms.
        now: Aware.
        zone: The asker's.
        calendar: The business's.

    Returns:
        Never an instant that is not later than `now`; any text at all has an answer.
    """
    situation = _situation(now, zone, calendar)
    found = readings(text, scope(text))
    if not found:
        return Ask(Why.NONE)
    best, *others = found
    answer = _answer(best, situation)
    if isinstance(answer, Ask) or not any(_differs(best, answer, o, situation) for o in others):
        return answer
    return Ask(Why.UNCLEAR, (answer.due_at,), answer.spans)


def _situation(now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> Situation:
    told = calendar.hours_known and calendar.facts.zone
    # Hours that were never told, or told without a zone, are the asker's own.
    return Situation(now.astimezone(zone), zone, calendar if told else calendar.in_zone(zone))


def _differs(best: Reading, answer: Due | Rule, other: Reading, situation: Situation) -> bool:
    """Whether another language sees words of time that the best one does not explain."""
    beyond = any(
        not any(start <= a and b <= end for start, end in best.spans) for a, b in other.spans
    )
    telling = any(isinstance(p.meaning, Day | Clock | Every | Offset) for p in other.pieces)
    if beyond:
        return telling
    if other.coverage < best.coverage:
        return False
    rival = _answer(other, situation)
    return not isinstance(rival, Ask) and rival.due_at != answer.due_at


def _answer(reading: Reading, situation: Situation) -> Due | Rule | Ask:
    try:
        answer = _read(reading, situation)
        if reading.doubtful:
            return Ask(Why.UNCLEAR, (answer.due_at,), reading.spans)
    except Doubt as doubt:
        why = Why.UNCLEAR if reading.doubtful else Why(doubt.why)
        return Ask(why, _offered(doubt.moments, situation), reading.spans)
    except (NoBusinessDayError, OverflowError, ValueError):
        # Dates beyond the calendar's end; a business that never opens.
        return Ask(Why.UNCLEAR, (), reading.spans)
    if (answer.due_at - situation.now).days > MAX_AHEAD_DAYS:
        return Ask(Why.UNCLEAR, (), reading.spans)
    return answer


def _read(reading: Reading, situation: Situation) -> Due | Rule:
    meanings = [piece.meaning for piece in reading.pieces]
    if any(isinstance(each, Vague) for each in meanings):
        raise Doubt("ambiguous")
    if _rivalled(reading):
        agreed = _agreed(_rival_moments(reading, situation))
        return Due(agreed.at, reading.spans, agreed.moved)
    every = [each for each in meanings if isinstance(each, Every)]
    if every:
        if len(every) > 1 or any(isinstance(each, Day | Offset | Instant) for each in meanings):
            raise Doubt("unclear")
        rule, first = recurring(every[0], _clock(meanings), _part(meanings), situation)
        return Rule(rule, first.at, reading.spans, first.moved)
    moment = _once(reading, meanings, situation)
    if moment.at <= situation.now:
        raise Doubt("past")
    return Due(moment.at, reading.spans, moment.moved)


def _once(reading: Reading, meanings: list[Meaning], situation: Situation) -> Moment:
    exact = [each for each in meanings if isinstance(each, Offset | Instant)]
    if exact:
        if len(meanings) > 1:
            raise Doubt("unclear")
        return _exact(exact[0], situation)
    return once(_day(reading, situation), _clock(meanings), _part(meanings), situation)


def _exact(meaning: Offset | Instant, situation: Situation) -> Moment:
    if isinstance(meaning, Offset):
        return Moment(situation.now.astimezone(UTC) + meaning.span)
    return Moment(meaning.at.astimezone(UTC))


def _day(reading: Reading, situation: Situation) -> Day | None:
    days = [piece for piece in reading.pieces if isinstance(piece.meaning, Day)]
    if len(days) <= 1:
        return days[0].meaning if days and isinstance(days[0].meaning, Day) else None
    named = [piece.meaning for piece in days if isinstance(piece.meaning, Day)]
    shared = shared_dates(named, situation.view)
    if not shared or len(reading.spans) > 1:
        offers = [_moments(each, _clock_or_none(reading), situation) for each in named]
        raise Doubt("ambiguous", (moment for offer in offers for moment in offer))
    return Day(lambda _: shared)


def _clock_or_none(reading: Reading) -> Clock | None:
    clocks = [piece.meaning for piece in reading.pieces if isinstance(piece.meaning, Clock)]
    return clocks[0] if len(clocks) == 1 else None


def _clock(meanings: list[Meaning]) -> Clock | None:
    clocks = {each for each in meanings if isinstance(each, Clock)}
    if len(clocks) > 1:
        raise Doubt("ambiguous")
    return next(iter(clocks), None)


def _part(meanings: list[Meaning]) -> Part | None:
    parts = {each for each in meanings if isinstance(each, Part)}
    if len(parts) > 1:
        raise Doubt("ambiguous")
    return next(iter(parts), None)


def _rivalled(reading: Reading) -> bool:
    """Tell "Remind me on Friday to call Ann at 9": is nine the reminder's time or the call's?"""

    def kinds(pieces: tuple[Piece, ...]) -> set[type]:
        return {type(piece.meaning) for piece in pieces}

    mine, theirs = kinds(reading.pieces), kinds(reading.rivals)
    lacks_clock = not mine & {Clock, Part, Offset, Instant}
    lacks_day = not mine & {Day, Offset, Instant, Every}
    return (lacks_clock and Clock in theirs and Day not in theirs) or (
        lacks_day and bool(theirs & {Day, Every})
    )


def _agreed(moments: tuple[Moment, ...]) -> Moment:
    if len({moment.at for moment in moments}) != 1:
        raise Doubt("ambiguous", moments)
    return moments[0]


def _rival_moments(reading: Reading, situation: Situation) -> tuple[Moment, ...]:
    both = [piece.meaning for piece in (*reading.pieces, *reading.rivals)]
    days = [each for each in both if isinstance(each, Day)]
    clocks = [each for each in both if isinstance(each, Clock)]
    options: list[Moment] = []
    for clock in (*clocks[:1], None):
        options += _moments(days[0] if days else None, clock, situation)
    return tuple(options)


def _moments(day: Day | None, clock: Clock | None, situation: Situation) -> tuple[Moment, ...]:
    try:
        return (once(day, clock, None, situation),)
    except Doubt as doubt:
        return doubt.moments[:1]


def _offered(moments: tuple[Moment, ...], situation: Situation) -> tuple[datetime, ...]:
    future = dict.fromkeys(each.at for each in moments if each.at > situation.now)
    return tuple(future)[:_MAX_CANDIDATES]
