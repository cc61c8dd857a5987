"""Repeating words as an RFC 5545 rule and its first instant."""

from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from bot.business.facts import WEEKDAYS
from bot.followups.grammar.limits import Bounds
from bot.followups.grammar.moments import times_on
from bot.followups.grammar.pieces import Clock, Day, Every, Lasting, Part
from bot.followups.grammar.situation import Doubt, Moment, Situation

_LOOKAHEAD = 60  # Occurrences looked at; a yearly 29 February or a long holiday is far within.
_END_OF_DAY = time(23, 59, 59)
_DAYS = {("DAILY", "day"): 1, ("DAILY", "week"): 7, ("WEEKLY", "week"): 1}
_MONTHS = {("MONTHLY", "month"): 1, ("MONTHLY", "year"): 12, ("YEARLY", "year"): 1}


def recurring(
    every: Every, clock: Clock | None, part: Part | None, situation: Situation, bounds: Bounds
) -> tuple[str, Moment]:
    """Return the rule ("FREQ=MONTHLY;BYDAY=1MO") and its first instant after now.

    The time of day is the first instant's in the asker's zone, as DTSTART has it in RFC 5545.
    Without one it is when the business opens, where that is the same on all of these days. An end
    is COUNT where the words count, else UNTIL: the end of the last day, in UTC.

    Raises:
        Doubt: The words leave open which days or which time.
    """
    single = _rule(every, situation, interval=1)
    starts = bounds.first.pick(situation.view) if bounds.first else (situation.now.date(),)
    firsts = {_first(every, single, clock, part, situation, start) for start in starts}
    if len(firsts) != 1:
        raise Doubt("ambiguous", sorted(firsts, key=lambda moment: moment.at))
    first = firsts.pop()
    day = first.at.astimezone(situation.zone).date()
    if every.position and not situation.business.is_business_day(day):
        raise Doubt("ambiguous")  # RFC 5545 knows no holidays: the first business day is another.
    rule = _rule(every, situation, interval=every.interval)
    return rule + _end(every, single, day, bounds, situation), first


def _first(
    every: Every,
    rule: str,
    clock: Clock | None,
    part: Part | None,
    situation: Situation,
    start: date,
) -> Moment:
    days = _days(rule, max(start, situation.now.date()))
    if clock is None and part is None:
        clock = _opening_clock(days, situation)
    if every.business and not every.position:
        # A rule knows no holidays, but what begins on one would begin wrongly.
        days = [day for day in days if situation.business.is_business_day(day)] or days
    moments = [times_on(day, clock, part, situation) for day in days[:3]]
    open_ended = next((each for each in moments if len(each) > 1), None)
    if not every.clear and not (every.weekdays or every.month_day):
        raise Doubt("ambiguous")  # "Every week": on which day?
    if open_ended or not every.clear:
        options = open_ended or tuple(each for moment in moments[:1] for each in moment)
        raise Doubt("ambiguous", (each for each in options if each.at > situation.now))
    first = next((each[0] for each in moments if each[0].at > situation.now), None)
    if first is None:
        raise Doubt("unclear")
    return first


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
    if every.position:
        parts.append(f"BYSETPOS={every.position}")
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


def _days(rule: str, start: date) -> list[date]:
    """The rule's dates from a date on."""
    begin = datetime.combine(start, time(0))
    # Wall dates without a zone: the rule counts days, the zone comes in with the time.
    coming = rrulestr(rule, dtstart=begin).xafter(begin, count=_LOOKAHEAD, inc=True)
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


def _end(every: Every, rule: str, first: date, bounds: Bounds, situation: Situation) -> str:
    if bounds.lasting:
        return _lasting_end(every, rule, first, bounds.lasting, situation)
    if bounds.last is None:
        return ""
    return _until(_last_day(bounds.last, rule, first, situation), first, situation)


def _lasting_end(
    every: Every, rule: str, first: date, lasting: Lasting, situation: Situation
) -> str:
    if lasting.unit == "time":
        return f";COUNT={lasting.count}"
    kind = (every.frequency, lasting.unit)
    each = _DAYS.get(kind) or _MONTHS.get(kind)
    periods, rest = divmod(lasting.count * (each or 0), every.interval)
    if periods and not rest:
        weekly = every.frequency == "WEEKLY"
        return f";COUNT={periods * (rule.count(',') + 1 if weekly else 1)}"
    span = relativedelta(**{lasting.unit + "s": lasting.count})  # type: ignore[arg-type]
    return _until(situation.now.date() + span, first, situation)


def _last_day(last: Day, rule: str, first: date, situation: Situation) -> date:
    """The last day; where people differ ("until Christmas"), it must make no difference.

    It makes none where the business is closed on the days in dispute, or nothing comes then.
    """
    dates = last.pick(situation.view)
    if not dates:
        raise Doubt("unclear")
    early, late = min(dates), max(dates)
    between = (day for day in _days(rule, first) if early < day <= late)
    if any(situation.business.is_business_day(day) for day in between):
        raise Doubt("ambiguous")
    return late if last.stretch else early


def _until(last: date, first: date, situation: Situation) -> str:
    if last < first:
        raise Doubt("unclear")
    if last - first > timedelta(days=36_500):
        raise Doubt("unclear")
    end = situation.wall(last, _END_OF_DAY).at.astimezone(UTC)
    return f";UNTIL={end:%Y%m%dT%H%M%SZ}"
