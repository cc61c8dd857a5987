"""Rules for spans from now: "in two hours", "in three days"."""

from datetime import timedelta

from bot.followups.grammar import days
from bot.followups.grammar.patterns import Build, Built, Rule, Values, day, rule, whole
from bot.followups.grammar.pieces import Day, Lasting, Limit, Offset, OpenHours

MAX_OFFSET = timedelta(days=366)
_DAY_UNITS = {"day", "week", "month", "year"}


def _span(count: str, unit: str) -> timedelta | None:
    try:
        number = float(count.replace(",", "."))
    except ValueError:
        return None
    span = timedelta(**{unit + "s": min(number, 1e6)})
    return span if timedelta() < span <= MAX_OFFSET else None


def short_span(count: str, unit: str) -> timedelta | None:
    """Return a span of minutes or hours; None for longer units, nothing and too much."""
    return None if unit in _DAY_UNITS else _span(count, unit)


def _ahead(v: Values) -> Built:
    count, unit = v["NUM"], v["UNIT"]
    if unit in _DAY_UNITS:
        return (Day(days.ahead(whole(count), unit)),) if whole(count) > 0 else None
    span = _span(count, unit)
    return (Offset(span),) if span else None


def _bare_span(v: Values) -> Built:
    built = _ahead(v)
    return (Offset(built[0].span, bare=True),) if built and isinstance(built[0], Offset) else None


def _hours_and_minutes(v: Values) -> Built:
    hours, minutes = _span(v["hours"], "hour"), _span(v["minutes"], "minute")
    return (Offset(hours + minutes),) if hours and minutes else None


def _and_a_half(v: Values) -> Built:
    span = _span(v["NUM"], "hour")
    return (Offset(span + timedelta(minutes=30)),) if span else None


def _minutes(v: Values) -> Built:
    return (Offset(timedelta(minutes=int(v["span"]))),)


def _minutes_bare(v: Values) -> Built:
    return (Offset(timedelta(minutes=int(v["span"])), bare=True),)


def _open_hours(v: Values) -> Built:
    span = _span(v["NUM"], "hour")
    return (OpenHours(span),) if span else None


def _idiomatic_days(v: Values) -> Built:
    # "Dans quinze jours" is in two weeks, "otto giorni" are one, for many.
    count = whole(v["NUM"])
    if count not in {8, 15}:
        return None
    return (Day(days.either(days.relative(count - 1), days.relative(count))),)


def _lasting(v: Values) -> Built:
    count = whole(v["NUM"])
    unit = v.get("UNIT", "time")
    fits = 1 <= count <= 1_000 and unit not in {"minute", "hour"}
    return (Lasting(count, unit),) if fits else None


def _limit(*kinds: str, behind: bool = False) -> Build:
    return lambda _: (Limit(frozenset(kinds), behind),)


RULES: tuple[Rule, ...] = (
    rule("BY", _limit("by")),
    rule("LATEST", _limit("by", behind=True)),
    rule("UNTIL", _limit("until")),
    rule("BY_UNTIL", _limit("by", "until")),
    rule("STARTING", _limit("from")),
    rule("LASTING THE? NEXT? A|NUM:NUM UNIT", _lasting),
    rule("THE NEXT NUM UNIT", _lasting, "de"),
    rule("A|NUM:NUM UNIT LONG", _lasting),
    rule("NUM TIMES", _lasting),
    rule("IN EIGHTDAYS", day(lambda _: days.either(days.relative(7), days.relative(8)))),
    rule("IN NUM UNIT_day", _idiomatic_days, "es", "fr", "it", "pt"),
    rule("IN HALFYEAR", day(lambda _: days.ahead(6, "month"))),
    rule("IN A|NUM:NUM OPENHOUR", _open_hours),
    rule("A|NUM:NUM OPENHOUR FROMNOW", _open_hours),
    rule("IN A|NUM:NUM UNIT", _ahead),
    rule("IN A|NUM:NUM UNIT FROMNOW", _ahead),
    rule("A|NUM:NUM UNIT FROMNOW", _ahead),
    rule("IN APPROX A|NUM:NUM UNIT", _ahead),
    rule("A|NUM:NUM UNIT", _bare_span),
    rule("NUM M:UNIT", _bare_span),
    rule("IN NUM M:UNIT", _ahead),
    rule("IN A|NUM:hours UNIT_hour AND? A|NUM:minutes UNIT_minute|M", _hours_and_minutes),
    rule("IN NUM AND A HALF UNIT_hour", _and_a_half),
    rule("IN HALFHOUR|ONEHALF:span", _minutes),
    rule("HALFHOUR|ONEHALF:span FROMNOW", _minutes),
    rule("HALFHOUR|ONEHALF:span", _minutes_bare),
)
