"""Rules for times of day."""

from dataclasses import replace
from datetime import timedelta

from bot.followups.grammar import days
from bot.followups.grammar.patterns import (
    Build,
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
from bot.followups.grammar.pieces import Clock, Day, Greeting, Part, Vague
from bot.followups.grammar.spans import short_span

_TELLING_MINUTES = {5, 10, 20, 25}  # "Ten past nine"; a quarter is a word of its own.


def _clock(hour: int, minute: int = 0, *, sure: bool = False) -> Built:
    if not (0 <= hour <= 24 and 0 <= minute <= 59) or (hour == 24 and minute):
        return None
    if hour in {0, 24}:
        return (Part("midnight"),) if hour == 24 else (Clock(0, minute, sure=True),)
    return (Clock(hour, minute, sure=sure or hour >= 12),)


def written_clock(v: Values, *, sure: bool = False) -> Built:
    """Return the time of "9:30"; a leading zero tells that it has 24 hours."""
    hour, minute = v["CLOCK"].split(":")
    # "25:00" must not be passed over: the day alone would be read from what is left.
    return _clock(int(hour), int(minute), sure=sure or hour.startswith("0")) or (Vague(),)


def _half_day(hour: int, minute: int, meridiem: str) -> Built:
    if not 1 <= hour <= 12:
        return None
    return _clock(hour % 12 + (12 if meridiem == "pm" else 0), minute, sure=True)


def _meridiem(v: Values) -> Built:
    return _half_day(whole(v["NUM"]), 0, v["MERIDIEM"])


def _clock_meridiem(v: Values) -> Built:
    hour, minute = v["CLOCK"].split(":")
    return _half_day(int(hour), int(minute), v["MERIDIEM"])


def hour_of(v: Values) -> Built:
    """Return the full hour of a number."""
    return _clock(whole(v["NUM"]), sure=len(v["NUM"]) == 2 and v["NUM"].startswith("0"))


def _hour_of_part(v: Values) -> Built:
    built = hour_of(v)
    return (*built, Part(v["PART"])) if built else None


def _by_night(v: Values) -> Built:
    """German "um 2 Uhr nachts"; "nachts um 2" may be the night after."""
    hour = whole(v["NUM"])
    if 8 <= hour <= 11:
        hour += 12
    small = 1 <= hour <= 5
    return _clock(hour, whole(v.get("minute", "0")), sure=True) if small or hour >= 20 else None


def _clock_by_night(v: Values) -> Built:
    hour, minute = v["CLOCK"].split(":")
    return _by_night({"NUM": hour, "minute": minute})


def _hour_of_this_part(v: Values) -> Built:
    built = _hour_of_part(v)
    return (Day(days.relative(0)), *built) if built else None


def _bare_hour(v: Values) -> Built:
    built = hour_of(v)
    if built and isinstance(built[0], Clock):
        return (replace(built[0], bare=True, about="APPROX" in v),)
    return built


def _hour_minute(v: Values) -> Built:
    return _clock(whole(v["NUM"]), whole(v["minute"]))


def _hour_minute_meridiem(v: Values) -> Built:
    return _half_day(whole(v["NUM"]), whole(v["minute"]), v["MERIDIEM"])


def _shifted(minutes: int) -> Build:
    """A time told from the hour: -30 for German "halb zehn", 15 for "quarter past nine"."""

    def build(v: Values) -> Built:
        hour = whole(v["NUM"])
        if not 1 <= hour <= 12:
            return None
        total = hour * 60 + minutes
        hour = total // 60 or 12
        if "MERIDIEM" in v:
            return _half_day(hour, total % 60, v["MERIDIEM"])
        return _clock(hour, total % 60)

    return build


def _told_minutes(sign: int, base: int = 0) -> Build:
    def build(v: Values) -> Built:
        minutes = whole(v["minutes"])
        fits = minutes in _TELLING_MINUTES or ("UNIT_minute" in v and 0 < minutes < 30)
        return _shifted(base + sign * minutes)(v) if fits else None

    return build


def _coming_midnight(_: Values) -> Built:
    return (Part("midnight"),)


def _ours(v: Values) -> Built:
    """German "wenn wir am Montag öffnen": the verb stands behind the day."""
    ours = plain_weekday(weekday_of(v)) if "WD" in v else Day(days.relative(int(v["REL"])))
    return ours, Part(v["part"])


def _apart(v: Values) -> timedelta | None:
    """Return how long before (negative) or after; None where it is told in days or longer."""
    if "span" in v:
        span: timedelta | None = timedelta(minutes=int(v["span"]))
    else:
        span = short_span(v["NUM"], v["UNIT"])
    return span if span is None or "PAST" in v else -span


def _apart_from_event(v: Values) -> Built:
    """An hour before we close; before the end of lunch, how long that is, is asked."""
    span = _apart(v)
    if span is None or v["EVENT"] == "unclear":
        return (Vague(),)
    return (Part(v["EVENT"], span),)


def _apart_from_clock(v: Values) -> Built:
    there = written_clock(v) if "CLOCK" in v else (Clock(12, sure=True),)
    span = _apart(v)
    if span is None or not there or not isinstance(clock := there[0], Clock) or not clock.sure:
        return (Vague(),)
    minutes = clock.hour * 60 + clock.minute + span // timedelta(minutes=1)
    # Over midnight it is another day's.
    return (Clock(*divmod(minutes, 60), sure=True),) if 0 <= minutes < 24 * 60 else (Vague(),)


def _half_and(v: Values) -> Built:
    return _shifted(int(v["HALFAND"]))(v)


RULES: tuple[Rule, ...] = (
    rule("AT|APPROX? NUM MERIDIEM", _meridiem),
    rule("AT|APPROX? CLOCK|DOT_CLOCK:CLOCK MERIDIEM", _clock_meridiem),
    rule("AT|APPROX? CLOCK OCLOCK?", written_clock),
    rule("AT|APPROX DOT_CLOCK:CLOCK OCLOCK?", written_clock),
    rule("DOT_CLOCK:CLOCK OCLOCK", written_clock),
    rule("DOT_CLOCK", vague),
    rule("AT|APPROX NUM", _bare_hour),
    rule("AT|APPROX? NUM OCLOCK", hour_of),
    rule("AT|APPROX? NUM OCLOCK NUM:minute", _hour_minute),
    rule("AT|APPROX? NUM OCLOCK NUM:minute? NIGHTLY", _by_night),
    rule("AT|APPROX? CLOCK OCLOCK? NIGHTLY", _clock_by_night),
    rule("AT|APPROX? HALF PAST NUM MERIDIEM?", _shifted(30)),
    # British half past, but half to for a German who writes English.
    rule("AT|APPROX? HALF NUM", vague, "en"),
    rule("AT|APPROX? NUM PARTIN:PART", _hour_of_part, "en"),
    rule("AT? NUM THIS PART", _hour_of_this_part, "en"),
    rule("AT NUM MINUTES:minute", _hour_minute),
    rule("AT|APPROX? NUM MINUTES:minute MERIDIEM", _hour_minute_meridiem),
    rule("AT|APPROX? HALFTO NUM OCLOCK?", _shifted(-30)),
    rule("AT|APPROX? QUARTER PAST NUM MERIDIEM?", _shifted(15)),
    rule("AT|APPROX? QUARTER TO NUM MERIDIEM?", _shifted(-15)),
    rule("AT|APPROX? THREEQUARTER NUM", _shifted(-15), "de"),
    rule("AT|APPROX QUARTER NUM", vague),
    rule("AT|APPROX NUM:minutes UNIT_minute? PAST NUM MERIDIEM?", _told_minutes(1)),
    rule("NUM:minutes UNIT_minute? PASTCLOCK NUM MERIDIEM?", _told_minutes(1), "en"),
    rule("NUM:minutes PAST NUM", _told_minutes(1), "de"),
    rule("NUM:minutes TO NUM", _told_minutes(-1), "de"),
    rule("AT|APPROX NUM:minutes UNIT_minute? TO NUM MERIDIEM?", _told_minutes(-1)),
    rule("AT|APPROX? NUM:minutes UNIT_minute? PAST HALFTO NUM", _told_minutes(1, -30)),
    rule("AT|APPROX? NUM:minutes UNIT_minute? TO HALFTO NUM", _told_minutes(-1, -30)),
    rule("AT NUM HALFAND", _half_and),
    rule("AT? NUM OCLOCK HALFAND", _half_and),
    rule("AT|APPROX? NOON", lambda _: (Clock(12, sure=True),)),
    rule("AT|APPROX? MIDNIGHT", lambda _: (Part("midnight"),)),
    rule("AT? PART", lambda v: (Part(v["PART"]),)),
    rule("THIS PART|MORNINGWORD:PART", lambda v: (Day(days.relative(0)), Part(v["PART"]))),
    rule("LAST PART", day(lambda _: days.relative(-1))),
    rule("REL MORNINGWORD", lambda v: (Day(days.relative(int(v["REL"]))), Part("morning"))),
    rule("ON? WD MORNINGWORD", lambda v: (Day(days.coming(weekday_of(v))), Part("morning"))),
    rule("TONIGHT", lambda v: (Day(days.relative(0)), Part(v["TONIGHT"]))),
    rule("LUNCH", lambda _: (Part("lunch"),)),
    rule("OPENING", lambda v: (Part(v["OPENING"]),)),
    rule("CLOSING", lambda v: (Part(v["CLOSING"]),)),
    rule("A|NUM:NUM UNIT TO|PAST EVENT", _apart_from_event),
    rule("HALFHOUR|ONEHALF:span TO|PAST EVENT", _apart_from_event),
    rule("A|NUM:NUM UNIT TO|PAST NOON|CLOCK", _apart_from_clock),
    rule("HALFHOUR|ONEHALF:span TO|PAST NOON|CLOCK", _apart_from_clock),
    rule("TO|PAST EVENT", vague),
    rule("MIDNIGHT TONIGHT", _coming_midnight),
    rule("TONIGHT MIDNIGHT", _coming_midnight),
    rule("OURS REL OPENS|CLOSES:part", _ours),
    rule("OURS ON? WD OPENS|CLOSES:part", _ours),
    rule("GREETING", lambda _: (Greeting(),)),
)
