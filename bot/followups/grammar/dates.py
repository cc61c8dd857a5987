"""Rules for days: "next Friday", "24 December", "end of the month"."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.followups.grammar import days, periods
from bot.followups.grammar.clocks import hour_of, written_clock
from bot.followups.grammar.patterns import (
    Built,
    Rule,
    Values,
    day,
    plain_weekday,
    rule,
    vague,
    weekday_of,
    whole,
)
from bot.followups.grammar.pieces import Clock, Day, Instant, Part, Vague


def _month_date(v: Values) -> Built:
    day, month = whole(v["day"]), int(v["MONTH"])
    if not 1 <= day <= 31:
        return None
    return (Day(days.calendar_day(day, month, _year(v.get("YEAR"))), written=True),)


def _year(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _numbers_date(v: Values) -> Built:
    day, month, *year = v["DATE"].split("-")
    named = _year(year[0] if year else None)
    return (Day(days.calendar_day(int(day), int(month), named), written=True),)


def _slashed(v: Values) -> Built:
    first, second, *rest = (int(part) for part in v["SLASHED"].split("-"))
    year = _year(str(rest[0])) if rest else None
    picks = [
        days.calendar_day(day, month, year)
        for day, month in dict.fromkeys(((first, second), (second, first)))
        if month <= 12 and day <= 31
    ]
    return (Day(days.either(*picks), written=True),) if picks else (Vague(),)


def _iso(v: Values) -> Built:
    try:
        moment = datetime.fromisoformat(v["ISO"].upper())
    except ValueError:
        return (Vague(),)
    if moment.tzinfo is not None:
        return (Instant(moment),)
    day = Day(days.calendar_day(moment.day, moment.month, moment.year), written=True)
    has_time = len(v["ISO"]) > 10
    return (day, Clock(moment.hour, moment.minute, sure=True)) if has_time else (day,)


def _day_of_month(v: Values) -> Built:
    day = whole(v["day"])
    return (Day(days.day_of_month(day), shaky=True),) if 1 <= day <= 31 else None


def _month_of(v: Values) -> Callable[[days.View], date]:
    if "MONTH" in v:
        return days.named_month(int(v["MONTH"]), _year(v.get("YEAR")))
    return days.month_ahead(1 if "NEXT" in v or "COMING" in v else 0)


def _nth(v: Values) -> Built:
    named = "MONTH" in v or "THIS" in v or "NEXT" in v or "COMING" in v
    pick = _nth_of(v)
    if pick is None:
        return None
    return (Day(pick(_month_of(v)) if named else days.coming_month(pick)),)


def _nth_of(v: Values) -> Callable[[Callable[[days.View], date]], days.Pick] | None:
    nth = -1 if "LAST" in v else whole(v["ORD"])
    if "WORKDAY" in v:
        return lambda month: days.nth_business_day(nth, month)
    if "UNIT_day" in v:
        return periods.month_end if nth < 0 else periods.month_start if nth == 1 else None
    weekday = weekday_of(v)
    return (lambda month: days.nth_weekday(nth, weekday, month)) if nth <= 5 else None


def _numbered_in_month(v: Values) -> Built:
    day = whole(v["day"])
    return (Day(days.day_in_month(day, 1 if "NEXT" in v else 0)),) if 1 <= day <= 31 else None


def _edge(v: Values) -> Built:
    edge = v["EDGE"] if "EDGE" in v else v["EDGEMONTH"]
    return (Day(periods.month_edge(edge, _month_of(v)), stretch=True),)


def _long_edge(v: Values) -> Built:
    """An edge of a quarter or a year."""
    edge = v.get("EDGE") or v.get("EDGEYEAR") or v["EDGEQUARTER"]
    if edge == "middle":
        return (Vague(),)
    return (Day(periods.edge(edge, _long_of(v)), stretch=True),)


def _long_of(v: Values) -> periods.Period:
    ahead = 1 if "NEXT" in v or "COMING" in v else 0
    if "YEAR" in v:
        return periods.named_year(int(v["YEAR"]))
    months = 3 if "QUARTEROFYEAR" in v or "EDGEQUARTER" in v else 12
    return periods.period_ahead(months, ahead)


def _last_of_long(v: Values) -> Built:
    period = _long_of(v)
    last = periods.last_business_day if "WORKDAY" in v else periods.last_day
    return (Day(last(period)),)


def _week_after_next(v: Values) -> Built:
    return (Day(days.next_week(weekday_of(v), 2)),)


def _weekday_of_week(v: Values) -> Built:
    week = whole(v["NUM"])
    return (Day(periods.in_week(week, weekday_of(v))),) if 1 <= week <= 53 else None


def _numbered_week(v: Values) -> Built:
    week = whole(v["NUM"])
    if not 1 <= week <= 53:
        return None
    return (Day(days.either(periods.in_week(week, 0), periods.in_week(week, 4)), stretch=True),)


def _weeks_from(v: Values) -> Built:
    weeks = whole(v["NUM"])
    if not 1 <= weeks <= 52:
        return None
    if "REL" in v:
        return (Day(days.relative(int(v["REL"]) + 7 * weeks)),)
    return (Day(days.later(days.coming(weekday_of(v)), weeks=weeks)),)


def _days_from(v: Values) -> Built:
    count = whole(v["NUM"])
    if count in {8, 15}:  # A week or two for many; for others a day more.
        return (Vague(),)
    return (Day(days.relative(int(v["REL"]) + count)),) if 1 <= count <= 365 else None


def _weekday_in_days(v: Values) -> Built:
    # "Friday in eight days" is in a week: who says so counts both Fridays.
    count = {8: 7, 15: 14}.get(whole(v["days"]), whole(v["days"]))
    weeks, rest = divmod(count, 7)
    return (Vague(),) if rest else _weekday_in_weeks({**v, "NUM": str(weeks)})


def _weekday_in_weeks(v: Values) -> Built:
    weeks = whole(v.get("NUM", v.get("FORTNIGHT", "1")))
    if not 1 <= weeks <= 52:
        return None
    return (Day(days.weekday_ahead(weekday_of(v), weeks)),)


def _weekday_part(v: Values) -> Built:
    weekday, _, part = v["WDPART"].partition("-")
    day = plain_weekday(int(weekday))
    return (day, Clock(12, sure=True)) if part == "noon" else (day, Part(part))


def _weekday_short(v: Values) -> Built:
    """German "Fr 9 Uhr": two letters mean a weekday only beside a date or a clock."""
    day = plain_weekday(int(v["WDA"]))
    if "DATE" in v or "MONTH" in v:
        dated = _numbers_date(v) if "DATE" in v else _month_date(v)
        return (day, *dated) if dated else None
    clock = written_clock(v) if "CLOCK" in v else hour_of(v)
    return (day, *clock) if clock else None


def _business_days(v: Values) -> Built:
    count = whole(v.get("NUM", "1"))
    return (Day(days.business_days(count)),) if 1 <= count <= 500 else None


def _feast(v: Values) -> Built:
    name = v["FEAST"]
    return (Day(days.feast(name), season=name == "christmas"),)


def _both_next(v: Values) -> days.Pick:
    return days.either(days.coming(weekday_of(v)), days.next_week(weekday_of(v)))


def _after_next(v: Values) -> days.Pick:
    return days.either(
        days.next_week(weekday_of(v), 2), days.later(days.coming(weekday_of(v)), weeks=1)
    )


RULES: tuple[Rule, ...] = (
    rule("REL", day(lambda v: days.relative(int(v["REL"])))),
    rule("ON? THE NEXT WD", day(_both_next), "en"),
    rule("ON? THE? NEXT WD", day(lambda v: days.next_week(weekday_of(v)))),
    rule("ON? THE? NEXTAFTER WD", day(_both_next)),
    rule("ON? THE? WD NEXTAFTER", day(_both_next)),
    rule("ON? THE? THIS? COMING WD", day(lambda v: days.coming(weekday_of(v)))),
    rule("ON? THIS WD", day(lambda v: days.this_week(weekday_of(v)))),
    rule("ON? THE? LAST WD", day(lambda v: days.next_week(weekday_of(v), -1))),
    rule("ON? THE? AFTERNEXT WD", day(_after_next)),
    rule("ON? THE? WD PAST NEXT", day(_after_next), "en"),
    rule("SHORT_WD", lambda v: (Day(days.coming(int(v["SHORT_WD"])), shaky=True),), "en"),
    rule("ON? WD", lambda v: (plain_weekday(weekday_of(v)),)),
    rule("ON THE WD", lambda v: (replace(plain_weekday(weekday_of(v)), shaky=True),)),
    rule("ON? WDPART", _weekday_part),
    rule("ANYWEEK ON? THE? WD", day(lambda v: days.next_week(weekday_of(v)))),
    rule("ON? THE? WD ANYWEEK", day(lambda v: days.next_week(weekday_of(v)))),
    rule("ON? THE? WD OF? NEXT UNIT_week", day(lambda v: days.next_week(weekday_of(v)))),
    rule("ON? THE? WD OF? THIS UNIT_week", day(lambda v: days.this_week(weekday_of(v)))),
    rule("THIS UNIT_week ON? WD", day(lambda v: days.this_week(weekday_of(v)))),
    rule("ANYWEEK", lambda _: (Day(days.some_day_next_week(), stretch=True),)),
    rule("NEXT|THIS|COMING|AFTERNEXT|LAST UNIT", vague),
    rule("ON? THE? NEXT|COMING UNIT_day", day(lambda _: days.relative(1)), "en"),
    rule("A|NUM:NUM UNIT_week FROM|ON THE? WD", _weeks_from),
    rule("A|NUM:NUM UNIT_week FROM? REL", _weeks_from),
    rule("REL IN A|NUM:NUM UNIT_week", _weeks_from),
    rule("REL IN NUM UNIT_day", _days_from),
    rule("ON? WD IN NUM:days UNIT_day", _weekday_in_days),
    rule("REL UNIT_week", lambda v: _weeks_from({**v, "NUM": "1"}), "en"),
    rule("ON? WD IN A|NUM:NUM UNIT_week", _weekday_in_weeks),
    rule("IN A|NUM:NUM UNIT_week ON? THE? WD", _weekday_in_weeks),
    rule("ON? WD UNIT_week", lambda v: _weeks_from({**v, "NUM": "1"}), "en"),
    rule("ON? WD FORTNIGHT", lambda v: _weeks_from({**v, "NUM": "2"}), "en"),
    rule("A? FORTNIGHT FROM|ON? THE? WD", lambda v: _weeks_from({**v, "NUM": "2"}), "en"),
    rule("A? FORTNIGHT FROM? REL", lambda v: _weeks_from({**v, "NUM": "2"}), "en"),
    rule("IN A FORTNIGHT", day(lambda _: days.ahead(2, "week")), "en"),
    rule("A FORTNIGHT FROMNOW", day(lambda _: days.ahead(2, "week")), "en"),
    rule("AFTERNEXT UNIT_week ON? THE? WD", _week_after_next),
    rule("ON? THE? WD OF? THE? AFTERNEXT UNIT_week", _week_after_next),
    rule("AFTERNEXTWEEK ON? THE? WD", _week_after_next),
    rule("ON? THE? WD OF? AFTERNEXTWEEK", _week_after_next),
    rule("AFTERNEXTWEEK", vague),
    rule("WEEKNUMBER NUM ON? WD", _weekday_of_week),
    rule("ON? WD OF|IN|AT? THE? WEEKNUMBER NUM", _weekday_of_week),
    rule("ON? WD OF|IN THE? ORD_DIGITS:NUM WEEKNUMBER", _weekday_of_week),
    rule("IN? WEEKNUMBER NUM", _numbered_week),
    rule("IN? THE? ORD_DIGITS:NUM WEEKNUMBER", _numbered_week),
    rule("A|NUM UNIT AGO", day(lambda _: days.relative(-1))),
    rule("TO A|NUM UNIT", day(lambda _: days.relative(-1)), "de"),
    rule("IN A|NUM:NUM WORKDAY", _business_days),
    rule("A|NUM:NUM WORKDAY FROMNOW", _business_days),
    rule("ON? THE? NEXT|COMING WORKDAY", _business_days),
    rule("ON? EDGE THE? THIS|NEXT|COMING? UNIT_month", _edge),
    rule("EDGE MONTH YEAR?", _edge),
    rule("EDGEMONTH", _edge),
    rule("ON? EDGE THE? THIS|NEXT|COMING? QUARTEROFYEAR|UNIT_year", _long_edge),
    rule("EDGE YEAR", _long_edge),
    rule("EDGEYEAR", _long_edge),
    rule("EDGEQUARTER", _long_edge),
    rule("EDGE THE? THIS|NEXT|COMING? UNIT_week", vague),
    rule("EDGE ANYWEEK", vague),
    rule("ON? THE? ORD|LAST WD|WORKDAY OF THE? THIS|NEXT|COMING? UNIT_month", _nth),
    rule("ON? THE? ORD|LAST WD|WORKDAY OF MONTH YEAR?", _nth),
    rule("ON? THE? LAST UNIT_day OF THE? THIS|NEXT|COMING? UNIT_month", _nth),
    rule("ON? THE? LAST UNIT_day OF MONTH YEAR?", _nth),
    rule("ON? THE? ORD UNIT_day OF THE? THIS|NEXT|COMING UNIT_month", _nth),
    rule("ON? THE? ORD UNIT_day OF MONTH YEAR?", _nth),
    rule("ON? THE? LAST UNIT_day OF THE? THIS|NEXT? QUARTEROFYEAR|UNIT_year", _last_of_long),
    rule("ON? THE? LAST WORKDAY OF THE? THIS|NEXT? QUARTEROFYEAR|UNIT_year", _last_of_long),
    rule("ON? THE? ORD:day OF? THE? THIS|NEXT UNIT_month", _numbered_in_month),
    rule("ON? THE? ORD:day OF THE? UNIT_month", _day_of_month),
    rule("ON? THE? ORD|NUM:day OF? MONTH OF? YEAR?", _month_date),
    rule("ON? MONTH THE? ORD|NUM:day YEAR?", _month_date, "en"),
    rule("ON THE? ORD:day", _day_of_month),
    rule("THE ORD_DIGITS:day", _day_of_month, "en", "de"),
    rule("ON NUM:day", _day_of_month, "es", "fr", "it"),
    rule("ON? THE? DATE", _numbers_date),
    rule("ON DOT_DATE:DATE", _numbers_date),
    rule("ON? SLASHED", _slashed),
    rule("ON? ISO", _iso),
    rule("WDA ON? DATE", _weekday_short),
    rule("WDA ON? ORD|NUM:day MONTH YEAR?", _weekday_short),
    rule("WDA AT NUM OCLOCK?", _weekday_short),
    rule("WDA AT? CLOCK OCLOCK?", _weekday_short),
    rule("WDA NUM OCLOCK", _weekday_short),
    rule("ON|AT? FEAST", _feast),
    rule("ON|IN MONTH", vague),
    rule("ON? THE? FEW", vague),
    rule("FEW UNIT", vague),
    rule("IN A? FEW UNIT|WORKDAY", vague),
)
