"""From words of time that were read to what they mean for the person who says them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from dateutil.relativedelta import relativedelta

from bot.business.calendar import NoBusinessDayError
from bot.followups.answer import Ask, Due, Rule, Why
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
from bot.followups.grammar.reading import Reading
from bot.followups.grammar.recurrence import recurring
from bot.followups.grammar.situation import Doubt, Moment, Situation
from bot.followups.other_languages import Found

_MAX_CANDIDATES = 3  # Buttons under a question.
_WEEK, _LONG = 7, 365 - 31  # In days.
_LIMITING = {"closing", "day-end", "opening", "first", "midnight"}  # "By the end of the day".


def meaning(reading: Reading, situation: Situation) -> Due | Rule | Ask:
    """Return what a reading means to who asks."""
    answer = _meant(reading, situation)
    if isinstance(answer, Ask) and reading.denied:
        return replace(answer, candidates=())  # "Not on Friday" is no wish for Friday.
    return answer


def _meant(reading: Reading, situation: Situation) -> Due | Rule | Ask:
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


def meaning_elsewhere(found: Found, situation: Situation) -> Due | Ask:
    """Return what a time in another language means to who asks."""
    spans = ((found.start, found.end),)
    try:
        moment = _told(found, situation)
    except Doubt as doubt:
        return Ask(Why(doubt.why), _offered(doubt.moments, situation), spans)
    except (OverflowError, ValueError):
        return Ask(Why.UNCLEAR, (), spans)
    if (moment.at - situation.now).days > MAX_AHEAD_DAYS:
        return Ask(Why.UNCLEAR, (), spans)
    if not found.whole:
        return Ask(Why.UNCLEAR, (moment.at,), spans)
    return Due(moment.at, spans, moment.moved)


def _told(found: Found, situation: Situation) -> Moment:
    told = found.told
    if told.span is not None:
        moment = Moment(situation.now.astimezone(UTC) + told.span)
        if moment.at <= situation.now:
            raise Doubt("past")
        return moment
    dates = _dates_told(told.day or situation.now.date(), found.words, situation)
    clock = None
    if told.clock is not None:
        sure = told.clock.hour >= 12 or f"{told.clock:%H:%M}" in found.words
        clock = Clock(told.clock.hour, told.clock.minute, sure=sure)
    return once(Day(lambda _: dates), clock, None, situation)


def _dates_told(day: date, words: str, situation: Situation) -> tuple[date, ...]:
    """Return a date, and the one that people may mean besides, as for our own languages."""
    ahead = (day - situation.now.date()).days
    numbers = {int(each) for each in re.findall(r"\d+", words)}
    if ahead == _WEEK and day.day not in numbers:
        return situation.now.date(), day  # A weekday, said on that very day.
    if ahead > _LONG and day.year not in numbers:
        return day, day - relativedelta(years=1)  # It passed a few weeks ago.
    return (day,)


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
    # "Noon, at twelve" is said twice; what it says surely counts.
    clocks = sorted(
        (each for each in meanings if isinstance(each, Clock)), key=lambda c: not c.sure
    )
    if len({(each.hour, each.minute) for each in clocks}) > 1:
        raise Doubt("ambiguous")
    return next(iter(clocks), None)


def _part(meanings: list[Meaning]) -> Part | None:
    parts = {each for each in meanings if isinstance(each, Part)}
    if {each.name for each in parts} & {"first", "opening"}:
        parts -= {Part("morning")}  # "First thing in the morning" is one time.
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
