"""Rules for what comes again: "every first Monday"."""

from bot.followups.grammar.patterns import Built, Rule, Values, rule, weekday_of, whole
from bot.followups.grammar.pieces import Clock, Every, Part


def _repeat_weekdays(v: Values) -> Built:
    chosen = sorted({int(v[name]) for name in ("WD", "WD2", "WD3") if name in v})
    interval = _interval(v)
    if not 1 <= interval <= 52:
        return None
    return (Every("WEEKLY", interval, tuple((0, day) for day in chosen)),)


def _interval(v: Values) -> int:
    return whole(v.get("OTHER", v.get("NUM", "1")))


def _repeat_nth(v: Values) -> Built:
    nth = -1 if "LAST" in v else whole(v["ORD"])
    if "WORKDAY" in v:
        fits = nth == -1 or 1 <= nth <= 15
        return (Every("MONTHLY", business=True, position=nth),) if fits else None
    # "Every second Friday" is every other one for some, the month's second for others.
    clear = nth in {1, -1} or "UNIT_month" in v
    if not (nth == -1 or 1 <= nth <= 4):
        return None
    return (Every("MONTHLY", weekdays=((nth, weekday_of(v)),), clear=clear),)


def _repeat_month_day(v: Values) -> Built:
    day, interval = whole(v["day"]), _interval(v)
    # Months without a 29th, 30th or 31st would be left out silently.
    fits = 1 <= day <= 31 and 1 <= interval <= 24
    return (Every("MONTHLY", interval, month_day=day, clear=day <= 28),) if fits else None


def _repeat_year(v: Values) -> Built:
    day, month = whole(v["day"]), int(v["MONTH"])
    clear = 1 <= day <= 28 or (day, month) in {(29, m) for m in range(3, 13)}
    clear = clear or (day == 30 and month != 2) or (day == 31 and month in {1, 3, 5, 7, 8, 10, 12})
    return (Every("YEARLY", month_day=day, month=month, clear=clear),)


def _repeat_unit(v: Values) -> Built:
    daily = v["UNIT"] == "day" and whole(v.get("NUM", "1")) == 1 and "OTHER" not in v
    # "Every week" and "every three days" leave open when they begin.
    return (Every("DAILY", clear=daily),)


def _repeat_adverb(v: Values) -> Built:
    return (Every(v["ADVERB"], clear=v["ADVERB"] == "DAILY"),)


def _repeat_last_day(_: Values) -> Built:
    return (Every("MONTHLY", month_day=-1),)


def _repeat_days(v: Values) -> Built:
    """German "alle 14 Tage donnerstags"."""
    weeks, rest = divmod(whole(v["NUM"]), 7)
    return None if rest else _repeat_weekdays({**v, "NUM": str(weeks)})


def _repeat_business(_: Values) -> Built:
    return (Every("WEEKLY", business=True),)


def _repeat_monday_to_friday(_: Values) -> Built:
    return (Every("WEEKLY", weekdays=tuple((0, day) for day in range(5))),)


def _repeat_part(v: Values) -> Built:
    return (Every("DAILY"), Part(v["PART"]))


def _repeat_weekday_parts(v: Values) -> Built:
    return (Every("WEEKLY", weekdays=((0, weekday_of(v)),)), Part(v["PART"]))


def _repeat_weekday_part(v: Values) -> Built:
    weekday, _, part = v["WDPART"].partition("-")
    weekly = Every("WEEKLY", weekdays=((0, int(weekday)),))
    return (weekly, Clock(12, sure=True)) if part == "noon" else (weekly, Part(part))


RULES: tuple[Rule, ...] = (
    rule("ON? EVERY WD|WDS:WD", _repeat_weekdays),
    rule("ON? EVERY WD AND? EVERY? WD:WD2", _repeat_weekdays),
    rule("ON? EVERY WD WD:WD2 AND WD:WD3", _repeat_weekdays),
    rule("ON? WDS:WD", _repeat_weekdays),
    rule("ON? WDS:WD AND? WDS:WD2", _repeat_weekdays),
    rule("ON? WDS:WD WDS:WD2 AND WDS:WD3", _repeat_weekdays),
    rule("EVERY OTHER WD", _repeat_weekdays),
    rule("EVERY OTHER UNIT_week ON? WD|WDS:WD", _repeat_weekdays),
    rule("EVERY NUM UNIT_week ON? WD|WDS:WD", _repeat_weekdays),
    rule("EVERY NUM UNIT_day ON? WD|WDS:WD", _repeat_days),
    rule("EVERY ORD:NUM UNIT_week ON? WD|WDS:WD", _repeat_weekdays),
    rule("ON? WD|WDS:WD EVERY OTHER|NUM UNIT_week", _repeat_weekdays),
    rule("FORTNIGHTLY:NUM ON? WD|WDS:WD", _repeat_weekdays),
    rule("ON? EVERY WD WD:WD2 WD:WD3", _repeat_weekdays),
    rule("EVERY UNIT_week ON? WD|WDS:WD", _repeat_weekdays),
    rule("ADVERB_WEEKLY ON? WD|WDS:WD", _repeat_weekdays),
    rule("ON? EVERY WDPART", _repeat_weekday_part),
    rule("ON? THE? EVERY ORD|LAST WD", _repeat_nth),
    rule("ON? THE? EVERY ORD|LAST WD OF THE? UNIT_month", _repeat_nth),
    rule("ON? THE? ORD|LAST WD OF EVERY UNIT_month", _repeat_nth),
    rule("ON? THE? ORD|LAST WD EVERY UNIT_month", _repeat_nth),
    rule("EVERY UNIT_month ON? THE? ORD|LAST WD", _repeat_nth),
    rule("ADVERB_MONTHLY ON? THE? ORD|LAST WD", lambda v: _repeat_nth({**v, "UNIT_month": "1"})),
    rule("ON? THE? EVERY ORD|LAST WORKDAY OF? THE? UNIT_month", _repeat_nth),
    rule("ON? THE? ORD|LAST WORKDAY OF? EVERY UNIT_month", _repeat_nth),
    rule("EVERY UNIT_month ON? THE? ORD|LAST WORKDAY", _repeat_nth),
    rule("ADVERB_MONTHLY ON? THE? ORD|LAST WORKDAY", _repeat_nth),
    rule("EVERY ORD:day", _repeat_month_day),
    rule("EVERY OTHER|NUM UNIT_month ON? THE? ORD:day", _repeat_month_day),
    rule("ON? THE? ORD:day EVERY OTHER|NUM UNIT_month", _repeat_month_day),
    rule("ON? THE? ORD:day OF EVERY OTHER UNIT_month", _repeat_month_day),
    rule("ON? THE? ORD:day OF? EVERY UNIT_month", _repeat_month_day),
    rule("EVERY UNIT_month ON? THE? ORD:day", _repeat_month_day),
    rule("ADVERB_MONTHLY ON? THE? ORD:day", _repeat_month_day),
    rule("ON? THE? LAST UNIT_day OF? EVERY UNIT_month", _repeat_last_day),
    rule("ON? THE? ORD:day UNIT_day OF? EVERY UNIT_month", _repeat_month_day),
    rule("EVERY UNIT_year ON? THE? ORD|NUM:day OF? MONTH", _repeat_year),
    rule("EVERY UNIT_year ON? MONTH ORD|NUM:day", _repeat_year, "en"),
    rule("ADVERB_YEARLY ON? THE? ORD|NUM:day OF? MONTH", _repeat_year),
    rule("EVERY ORD|NUM:day OF? MONTH", _repeat_year),
    rule("EVERY WORKDAY", _repeat_business),
    rule("WORKDAYS", _repeat_business),
    rule("EVERY|ON? MONFRI", _repeat_monday_to_friday),
    rule("EVERY UNIT", _repeat_unit),
    rule("EVERY OTHER|NUM UNIT", _repeat_unit),
    rule("ADVERB", _repeat_adverb),
    rule("ON? WD PARTS:PART", _repeat_weekday_parts, "en"),
    rule("PARTS:PART", _repeat_part, "en"),
    rule("ON? EVERY NOON", lambda _: (Every("DAILY"), Clock(12, sure=True))),
    rule("ON? EVERY PART|MORNINGWORD:PART", _repeat_part),
)
