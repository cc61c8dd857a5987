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
- "Not", "or", "before", "until" … beside a time, and words that look like a mistyped time, ask.
- "By" a time is that time, marked as a limit; "by" a day alone asks, from its opening or its close.
- What comes again ends with the day that "until" names; "for two weeks" counts from its first time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.followups.grammar.days import MAX_AHEAD_DAYS
from bot.followups.grammar.limits import Bounds, limited
from bot.followups.grammar.moments import once, shared_dates
from bot.followups.grammar.pieces import (
    Clock,
    Day,
    Every,
    Instant,
    Limit,
    Meaning,
    Offset,
    OpenHours,
    Part,
    Piece,
    Vague,
)
from bot.followups.grammar.reading import Reading, Span, readings, without
from bot.followups.grammar.recurrence import recurring
from bot.followups.grammar.situation import Doubt, Moment, Situation
from bot.followups.wish import scope

__all__ = ["Ask", "Due", "Rule", "Span", "Why", "understand", "without"]

_MAX_CANDIDATES = 3  # Buttons under a question.
_LIMITING = {"closing", "day-end", "opening", "first", "midnight"}  # "By the end of the day".


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
        offered = _offered(doubt.moments, situation)
        return Ask(why, offered, reading.spans, by=_names_a_limit(reading))
    except (NoBusinessDayError, OverflowError, ValueError):
        # Dates beyond the calendar's end; a business that never opens.
        return Ask(Why.UNCLEAR, (), reading.spans)
    if (answer.due_at - situation.now).days > MAX_AHEAD_DAYS:
        return Ask(Why.UNCLEAR, (), reading.spans)
    return answer


def _names_a_limit(reading: Reading) -> bool:
    meanings = [piece.meaning for piece in reading.pieces]
    limits = [each for each in meanings if isinstance(each, Limit) and "by" in each.kinds]
    return bool(limits) and not any(isinstance(each, Every) for each in meanings)


def _read(reading: Reading, situation: Situation) -> Due | Rule:
    told = limited(reading.pieces)
    reading = replace(reading, pieces=told.pieces)
    meanings = [piece.meaning for piece in reading.pieces]
    if any(isinstance(each, Vague) for each in meanings):
        raise Doubt("ambiguous")
    if any(isinstance(each, Every) for each in meanings):
        rule, first = _recurring(meanings, told.bounds, situation)
        return Rule(rule, first.at, reading.spans, first.moved)
    if _rivalled(reading):
        moment = _agreed(_rival_moments(reading, situation))
    else:
        moment = _once(reading, meanings, situation, by=told.by)
    if moment.at <= situation.now:
        raise Doubt("past")
    return Due(moment.at, reading.spans, moment.moved, told.by)


def _recurring(meanings: list[Meaning], bounds: Bounds, situation: Situation) -> tuple[str, Moment]:
    every, *others = (each for each in meanings if isinstance(each, Every))
    if others or any(isinstance(each, Day | Offset | OpenHours | Instant) for each in meanings):
        raise Doubt("unclear")
    return recurring(every, _clock(meanings), _part(meanings), situation, bounds)


def _once(reading: Reading, meanings: list[Meaning], situation: Situation, *, by: bool) -> Moment:
    exact = [each for each in meanings if isinstance(each, Offset | OpenHours | Instant)]
    if exact:
        if len(meanings) > 1:
            raise Doubt("unclear")
        return _exact(exact[0], situation)
    day, clock, part = _day(reading, situation), _clock(meanings), _part(meanings)
    if by and clock is None and (part is None or part.name not in _LIMITING):
        raise Doubt("ambiguous", _last_moments(day, situation))
    return once(day, clock, part, situation)


def _last_moments(day: Day | None, situation: Situation) -> tuple[Moment, ...]:
    """What "by Friday" may mean: when the business closes then, or when it opens."""
    closing, opening = (_moments(day, Part(name), situation) for name in ("day-end", "first"))
    return (*closing, *opening)


def _exact(meaning: Offset | OpenHours | Instant, situation: Situation) -> Moment:
    match meaning:
        case Offset(span):
            return Moment(situation.now.astimezone(UTC) + span)
        case OpenHours(span):
            return Moment(situation.business.add_open_time(situation.now, span))
        case Instant(at):
            return Moment(at.astimezone(UTC))


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
    parts = {each.name for each in meanings if isinstance(each, Part)}
    if parts & {"first", "opening"}:  # "First thing in the morning" is one time.
        parts -= {"morning"}
    if len(parts) > 1:
        raise Doubt("ambiguous")
    return next((Part(name) for name in parts), None)


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


def _moments(
    day: Day | None, time: Clock | Part | None, situation: Situation
) -> tuple[Moment, ...]:
    clock, part = (time, None) if isinstance(time, Clock) else (None, time)
    try:
        return (once(day, clock, part, situation),)
    except Doubt as doubt:
        return doubt.moments[:1]


def _offered(moments: tuple[Moment, ...], situation: Situation) -> tuple[datetime, ...]:
    future = dict.fromkeys(each.at for each in moments if each.at > situation.now)
    return tuple(future)[:_MAX_CANDIDATES]
