"""When a part of a day is: the morning, after lunch, when the business closes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, time, timedelta

from bot.followups.grammar.pieces import Part
from bot.followups.grammar.situation import Doubt, Moment, Situation

_HOURS = {
    "afternoon": (14, 15, 16),
    "evening": (18, 19, 20),
    "night": (20, 21, 22),
}


def part_on(day: date, part: Part, situation: Situation) -> tuple[Moment, ...]:
    """Return the instants that a part of a date may begin at, likeliest first.

    Raises:
        Doubt: The business is closed on that date, whose opening or closing was named.
    """
    try:
        return apart(_TIMES[part.name](day, situation), part)
    except Doubt as doubt:
        raise Doubt(doubt.why, apart(doubt.moments, part)) from doubt


def apart(moments: tuple[Moment, ...], part: Part) -> tuple[Moment, ...]:
    """Return instants as far from these as a part of the day is told from another's."""
    return tuple(replace(moment, at=moment.at + part.apart) for moment in moments)


def _morning(day: date, situation: Situation) -> tuple[Moment, ...]:
    opening = situation.opening(day)
    early = opening[0].at.astimezone(situation.zone).hour < 12
    return opening if early else _at_hours(day, (9, 10), situation)


def _midnight(day: date, situation: Situation) -> tuple[Moment, ...]:
    past = day <= situation.now.date()
    nights = (day + timedelta(days=1),) if past else (day + timedelta(days=1), day)
    return tuple(situation.wall(each, time(0)) for each in nights)


def _at_hours(day: date, hours: tuple[int, ...], situation: Situation) -> tuple[Moment, ...]:
    return tuple(situation.wall(day, time(hour)) for hour in hours)


def _after_lunch(day: date, situation: Situation) -> tuple[Moment, ...]:
    openings = situation.business.openings(day) if situation.business.hours_known else ()
    if len(openings) == 2 and 12 <= openings[1].start.hour <= 15:
        return _both(Moment(openings[1].start.astimezone(UTC)), situation)
    return _at_hours(day, (13, 14), situation)


def _both(there: Moment, situation: Situation) -> tuple[Moment, ...]:
    """Return a time of the business's day, and the same on the asker's clock where it differs."""
    wall = there.at.astimezone(situation.business.zone)
    here = situation.wall(wall.date(), wall.time())
    return (there,) if there.at == here.at else (here, there)


def _opening(day: date, situation: Situation) -> tuple[Moment, ...]:
    if situation.business.is_business_day(day):
        return (Moment(situation.business.opens_at(day).astimezone(UTC)),)
    following = situation.business.next_opening(situation.business.opens_at(day))
    raise Doubt("ambiguous", (Moment(following.astimezone(UTC)),) if following else ())


def _first_thing(day: date, situation: Situation) -> tuple[Moment, ...]:
    if situation.business.is_business_day(day):
        return situation.opening(day)
    return _opening(day, situation)


def _day_end(day: date, situation: Situation) -> tuple[Moment, ...]:
    return _both(_closing(day, situation)[0], situation)


def _closing(day: date, situation: Situation) -> tuple[Moment, ...]:
    closing = situation.business.closes_at(day) if situation.business.hours_known else None
    if closing is None:
        raise Doubt("ambiguous", _at_hours(day, (17, 18), situation))
    return (Moment(closing.astimezone(UTC)),)


def _at(name: str) -> Callable[[date, Situation], tuple[Moment, ...]]:
    return lambda day, situation: _at_hours(day, _HOURS[name], situation)


_TIMES: dict[str, Callable[[date, Situation], tuple[Moment, ...]]] = {
    **{name: _at(name) for name in _HOURS},
    "morning": _morning,
    "midnight": _midnight,
    "lunch": _after_lunch,
    "opening": _opening,
    "first": _first_thing,
    "closing": _closing,
    "day-end": _day_end,
}
