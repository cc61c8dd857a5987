"""Repeating words as an RFC 5545 rule and its first instant."""

from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from bot.business.facts import WEEKDAYS
from bot.followups.grammar.moments import Doubt, Moment, Situation, times_on
from bot.followups.grammar.pieces import Clock, Every, Part

_LOOKAHEAD = 60  # Occurrences looked at; a yearly 29 February or a long holiday is far within.


def recurring(
    every: Every, clock: Clock | None, part: Part | None, situation: Situation
) -> tuple[str, Moment]:
    """Return the rule ("FREQ=MONTHLY;BYDAY=1MO") and its first instant after now.

    The time of day is the first instant's in the asker's zone, as DTSTART has it in RFC 5545.
    Without one it is when the business opens, where that is the same on all of these days.

    Raises:
        Doubt: The words leave open which days or which time.
    """
    single = _rule(every, situation, interval=1)
    days = _days(single, situation)
    if clock is None and part is None:
        clock = _opening_clock(days, situation)
    if not every.clear:
        raise Doubt("ambiguous")
    moments = [times_on(day, clock, part, situation) for day in days[:3]]
    if any(len(each) > 1 for each in moments):
        options = next(each for each in moments if len(each) > 1)
        raise Doubt("ambiguous", (each for each in options if each.at > situation.now))
    first = next((each[0] for each in moments if each[0].at > situation.now), None)
    if first is None:
        raise Doubt("unclear")
    return _rule(every, situation, interval=every.interval), first


def _rule(every: Every, situation: Situation, *, interval: int) -> str:
    parts = [f"FREQ={every.frequency}"]
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    weekdays = every.weekdays
    if every.business:
        weekdays = tuple((0, day) for day in _business_weekdays(situation))
        if not weekdays:
            raise Doubt("unclear")
    if weekdays:
        named = [f"{nth or ''}{WEEKDAYS[day].value}" for nth, day in weekdays]
        parts.append("BYDAY=" + ",".join(named))
    if every.month:
        parts.append(f"BYMONTH={every.month}")
    if every.month_day:
        parts.append(f"BYMONTHDAY={every.month_day}")
    return ";".join(parts)


def _business_weekdays(situation: Situation) -> tuple[int, ...]:
    if not situation.business.hours_known:
        return tuple(range(5))
    hours = situation.business.facts.hours
    return tuple(at for at, day in enumerate(WEEKDAYS) if hours.get(day))


def _days(rule: str, situation: Situation) -> list[date]:
    """The rule's dates from today on."""
    start = datetime.combine(situation.now.date(), time(0))
    # Wall dates without a zone: the rule counts days, the zone comes in with the time.
    coming = rrulestr(rule, dtstart=start).xafter(start, count=_LOOKAHEAD, inc=True)
    days = [occurrence.date() for occurrence in coming]
    if not days:
        raise Doubt("unclear")
    return days


def _opening_clock(days: list[date], situation: Situation) -> Clock:
    business = situation.business
    open_days = [day for day in days[:20] if business.is_business_day(day)] or days[:1]
    walls = {business.opens_at(day).time() for day in open_days}
    zones_differ = any(len(situation.opening(day)) > 1 for day in open_days)
    if len(walls) > 1 or zones_differ:
        options = (situation.opening(day)[0] for day in open_days)
        later = [each for each in options if each.at > situation.now]
        raise Doubt("ambiguous", later[:2])
    opens = walls.pop()
    return Clock(opens.hour, opens.minute, sure=True)
