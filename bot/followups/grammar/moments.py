"""Days and times put together: the instants that a reading may mean."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.followups.grammar.days import Dates, View
from bot.followups.grammar.parts import apart, part_on
from bot.followups.grammar.pieces import Clock, Day, Part
from bot.followups.grammar.situation import Doubt, Moment, Situation

_NIGHT_ENDS_AT = 7  # "At 5" is said of the afternoon, or of the night: nobody can tell.
_TWELVE_HOURS = {  # From and until which hour of a twelve-hour clock a part of the day is meant.
    "morning": (1, 11),
    "afternoon": (1, 7),
    "lunch": (1, 5),
    "evening": (4, 11),
    "night": (8, 11),
}
_FULL_HOURS = {
    "morning": (5, 11),
    "afternoon": (12, 18),
    "lunch": (12, 17),
    "evening": (16, 23),
    "night": (20, 23),
}


def once(day: Day | None, clock: Clock | None, part: Part | None, situation: Situation) -> Moment:
    """Return the one instant that a day and a time of day mean.

    Raises:
        Doubt: They mean several, none, or one that has passed.
    """
    if day is not None:
        return _only(_on_days(day.pick(situation.view), clock, part, situation), situation)
    if clock is not None:
        return _clock_alone(clock, part, situation)
    if part is not None:
        return _part_alone(part, situation)
    raise Doubt("unclear")


def shared_dates(named: Sequence[Day], view: View) -> Dates:
    """Return the dates on which all agree: "Friday, 25 December", "tomorrow, Wednesday"."""
    weekdays = [each.weekday for each in named if each.weekday is not None]
    others = [each.pick(view) for each in named if each.weekday is None]
    first, *rest = others or [named[0].pick(view)]
    return tuple(
        day
        for day in first
        if all(day in dates for dates in rest) and all(day.weekday() == w for w in weekdays)
    )


def times_on(
    day: date, clock: Clock | None, part: Part | None, situation: Situation
) -> tuple[Moment, ...]:
    """Return the instants that a time of day may mean on a date, likeliest first."""
    if clock is not None:
        hours = _hours(day, clock, part, situation)
        return tuple(situation.wall(day, time(hour, clock.minute)) for hour in hours)
    if part is not None:
        return part_on(day, part, situation)
    return situation.opening(day)


def _on_days(
    days: tuple[date, ...], clock: Clock | None, part: Part | None, situation: Situation
) -> tuple[Moment, ...]:
    if not days:
        raise Doubt("unclear")
    return tuple(
        moment
        for day in days
        for moment in _left(day, times_on(day, clock, part, situation), situation)
    )


def _left(day: date, moments: tuple[Moment, ...], situation: Situation) -> tuple[Moment, ...]:
    """Return which of them are to come today, where any is: "today at half three", said at ten."""
    if day != situation.now.date():
        return moments
    return tuple(moment for moment in moments if moment.at > situation.now) or moments


def _only(moments: tuple[Moment, ...], situation: Situation) -> Moment:
    distinct = tuple({moment.at: moment for moment in moments}.values())
    future = tuple(moment for moment in distinct if moment.at > situation.now)
    if not future:
        raise Doubt("past", _again(distinct, situation))
    if len(distinct) > 1:
        raise Doubt("ambiguous", future)
    return future[0]


def _again(moments: tuple[Moment, ...], situation: Situation) -> tuple[Moment, ...]:
    """What to offer when a time of today has passed: the same tomorrow."""
    said = moments[0].at.astimezone(situation.zone) if moments else None
    if said is None or said.date() != situation.now.date():
        return ()
    return (situation.wall(said.date() + timedelta(days=1), said.time()),)


def _clock_alone(clock: Clock, part: Part | None, situation: Situation) -> Moment:
    today = situation.now.date()
    moments = times_on(today, clock, part, situation)
    if clock.hour == 0 and clock.sure:  # "At 0:15" is the coming night's.
        return _only(times_on(today + timedelta(days=1), clock, part, situation), situation)
    future = tuple(moment for moment in moments if moment.at > situation.now)
    if len(moments) == 1 and future:
        return future[0]
    again = times_on(today + timedelta(days=1), clock, part, situation)
    evening = () if clock.sure or clock.hour > 11 or part else _twelve_later(clock, situation)
    options = (*future, *evening, *again)
    candidates = tuple({moment.at: moment for moment in options}.values())
    raise Doubt("ambiguous" if future else "past", candidates)


def _twelve_later(clock: Clock, situation: Situation) -> tuple[Moment, ...]:
    later = situation.wall(situation.now.date(), time(clock.hour + 12, clock.minute))
    return (later,) if later.at > situation.now else ()


def _part_alone(part: Part, situation: Situation) -> Moment:
    today, now = situation.now.date(), situation.now
    tomorrow = today + timedelta(days=1)
    if part.name == "opening":
        return _only(apart(_next_openings(situation), part), situation)
    if part.name == "first":
        return _first_thing(situation)
    if part.name == "midnight":
        return situation.wall(tomorrow, time(0))
    if part.name == "morning" and now.hour >= 12:
        return _only(times_on(tomorrow, None, part, situation), situation)
    moments = times_on(today, None, part, situation)
    left = tuple(moment for moment in moments if moment.at > now)
    if part.name in {"lunch", "closing", "day-end"} and len(moments) == 1 and left:
        return left[0]
    raise Doubt("ambiguous", (*left, *times_on(tomorrow, None, part, situation)))


def _first_thing(situation: Situation) -> Moment:
    today = situation.now.date()
    now = situation.now
    days = [day for day in (today, today + timedelta(days=1)) if situation.opening(day)[0].at > now]
    if not days:
        raise Doubt("unclear")
    return _only(part_on(days[0], Part("first"), situation), situation)


def _next_openings(situation: Situation) -> tuple[Moment, ...]:
    """Return when the business opens next: two where that may be after the midday break."""
    business, now = situation.business, situation.now
    opening = business.next_opening(now)
    if opening is None:
        raise Doubt("unclear")
    first = business.opens_at(opening.date())
    if business.is_open(now) and opening != first:
        # Said in the morning: after the midday break, or the next day?
        tomorrow = business.next_opening(business.closes_at(opening.date()) or opening)
        options = (tomorrow, opening) if tomorrow else (opening,)
        return tuple(Moment(each.astimezone(UTC)) for each in options)
    return (Moment(opening.astimezone(UTC)),)


def _hours(day: date, clock: Clock, part: Part | None, situation: Situation) -> tuple[int, ...]:
    if part is not None:
        return (_hour_of_part(clock, part),)
    if clock.sure or clock.hour == 12:
        return (clock.hour,)
    first, second = clock.hour, clock.hour + 12
    inside_first = _inside(day, time(first, clock.minute), situation)
    inside_second = _inside(day, time(second, clock.minute), situation)
    if first < _NIGHT_ENDS_AT:
        return (first,) if inside_first and not inside_second else (second, first)
    return (first, second) if inside_second else (first,)


def _inside(day: date, clock: time, situation: Situation) -> bool:
    """Whether a time lies in the business's day; its first minute does, its last one does not."""
    openings = situation.business.openings(day) if situation.business.hours_known else ()
    if not openings:
        return False
    # On the wall, wherever the asker is: nine in Tokyo is a morning too.
    start, end = (each.replace(tzinfo=None) for each in (openings[0].start, openings[-1].end))
    return start <= datetime.combine(day, clock) < end


def _hour_of_part(clock: Clock, part: Part) -> int:
    if part.name not in _TWELVE_HOURS:
        raise Doubt("unclear")
    first, last = _TWELVE_HOURS[part.name]
    if first <= clock.hour <= last:
        hour = clock.hour + (0 if part.name == "morning" else 12)
        if clock.sure and hour != clock.hour:
            raise Doubt("unclear")
        return hour
    first, last = _FULL_HOURS[part.name]
    if not first <= clock.hour <= last:
        raise Doubt("unclear")
    return clock.hour
