import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.followups.when import Ask, Due, Rule, Why, understand, without

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
UNTOLD = BusinessCalendar(BusinessFacts())

_WORDS = """
    at on in next friday monday tomorrow 9 9:30 25.12. 31 every first half past to pm am morgen um
    uhr übermorgen nächsten in drei tagen wochen halb zehn ende des monats jeden montag or not
    until
    99999 remind me to , . - / call ann the 2026-12-24 midnight noon lunch evening tonight
    30.2. 0 24 mañana demain domani om years hours business days february 29
    by bis for two weeks until christmas times quarter working hour kw 50 first thing завтра jutro
    в 9:00 piątek ещё 明日 whit before closing unless from last nachts
"""
_words = st.sampled_from(_WORDS.split())
_texts = st.one_of(st.text(max_size=80), st.lists(_words, max_size=10).map(" ".join))
_moments = st.integers(0, 16 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=300, deadline=None)
@given(text=_texts, now=_moments, zone=st.sampled_from(ZONES))
def test_any_text_has_an_answer_and_none_is_in_the_past(text: str, now: datetime, zone: str):
    answer = understand(text, now=now, zone=ZoneInfo(zone), calendar=UNTOLD)

    for start, end in answer.spans:
        assert 0 <= start < end <= len(text)
    instants = answer.candidates if isinstance(answer, Ask) else (answer.due_at,)
    assert all(instant > now and instant.utcoffset() == timedelta() for instant in instants)
    assert len(instants) <= 3


@settings(max_examples=150, deadline=None)
@given(
    day=st.dates(date(2026, 1, 1), date(2035, 12, 31)),
    clock=st.times().map(lambda t: time(t.hour, t.minute)),
    zone=st.sampled_from(ZONES),
    form=st.sampled_from(["{d:%Y-%m-%d} {t:%H:%M}", "on {d:%d.%m.%Y} at {t:%H:%M}"]),
)
def test_a_written_date_and_time_comes_back_as_it_was_written(
    day: date, clock: time, zone: str, form: str
):
    where = ZoneInfo(zone)
    now = datetime(2025, 12, 31, tzinfo=UTC)
    said = datetime.combine(day, clock)

    answer = understand(form.format(d=day, t=clock), now=now, zone=where, calendar=UNTOLD)

    assert isinstance(answer, Due)
    assert answer.due_at == said.replace(tzinfo=where).astimezone(UTC)
    shown = answer.due_at.astimezone(where).replace(tzinfo=None)
    assert answer.moved == (shown != said)
    assert shown >= said


@settings(max_examples=60, deadline=None)
@given(now=_moments, weekday=st.integers(0, 6), hour=st.integers(7, 11))
def test_a_weekday_is_the_coming_one_and_asks_on_that_very_day(
    now: datetime, weekday: int, hour: int
):
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    answer = understand(f"{name} at {hour}", now=now, zone=ZoneInfo("UTC"), calendar=UNTOLD)

    if now.weekday() == weekday:
        assert isinstance(answer, Ask)
    else:
        assert isinstance(answer, Due)
        assert answer.due_at.weekday() == weekday
        assert answer.due_at.date() - now.date() < timedelta(days=7)


@pytest.mark.parametrize(
    "words", ["every first Monday at 8", "jeden Freitag um 16 Uhr", "daily at 9"]
)
def test_a_rule_can_be_read_by_others_and_begins_at_its_first_instant(
    words: str, calendar: BusinessCalendar
):
    answer = understand(words, now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert isinstance(answer, Rule)
    start = answer.due_at.astimezone(BERLIN).replace(tzinfo=None)
    assert next(iter(rrulestr(answer.rule, dtstart=start))) == start


@pytest.mark.parametrize(
    ("words", "count", "last"),
    [
        ("daily at 7 for two weeks", 14, "2026-12-08T07:00"),
        ("every Monday and Thursday at 9 for three weeks", 6, "2026-12-14T09:00"),
        ("every second week on Monday at 9 for six weeks", 3, "2026-12-28T09:00"),
        ("jeden Freitag um 16 Uhr bis Ende April", 23, "2027-04-30T16:00"),
        ("every weekday at 8 until Christmas", 22, "2026-12-24T08:00"),
        ("every month on the 5th at 9 for a year", 12, "2027-11-05T09:00"),
    ],
)
def test_an_end_that_was_said_stands_in_the_rule(
    words: str, count: int, last: str, calendar: BusinessCalendar
):
    answer = understand(words, now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert isinstance(answer, Rule)
    times = list(rrulestr(answer.rule, dtstart=answer.due_at.astimezone(BERLIN)))
    assert (len(times), f"{times[-1]:%Y-%m-%dT%H:%M}") == (count, last)


@pytest.mark.parametrize(
    "words",
    [
        "every Friday at 9 to stop by the mill until the new one opens",
        "remind me every Friday at 9 to feed the dough for two weeks",
        "three times daily",
        "every Monday at 9 until Tuesday for two weeks",
    ],
)
def test_what_may_end_in_a_way_that_is_not_understood_asks(words: str, calendar: BusinessCalendar):
    assert isinstance(understand(words, now=TUESDAY, zone=BERLIN, calendar=calendar), Ask)


def test_a_rule_whose_first_day_is_a_holiday_asks(calendar: BusinessCalendar):
    words = "on the first working day of every month"  # RFC 5545 would begin on New Year's Day.
    december = datetime(2026, 12, 15, 10, tzinfo=BERLIN)

    assert isinstance(understand(words, now=TUESDAY, zone=BERLIN, calendar=calendar), Rule)
    assert isinstance(understand(words, now=december, zone=BERLIN, calendar=calendar), Ask)


def test_an_end_on_which_people_differ_asks_where_that_changes_a_day():
    open_always = BusinessCalendar(BusinessFacts(zone="Europe/Berlin"))
    for words, kind in (("every day", Ask), ("every Monday", Rule)):
        text = f"{words} at 8 until Christmas"
        answer = understand(text, now=TUESDAY, zone=BERLIN, calendar=open_always)
        assert isinstance(answer, kind), words


def test_the_latest_time_that_will_do_is_told_apart(calendar: BusinessCalendar):
    answer = understand("by Friday at noon", now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert answer == Due(datetime(2026, 11, 27, 11, tzinfo=UTC), ((0, 17),), by=True)


def test_the_last_day_that_will_do_asks_for_its_hour(calendar: BusinessCalendar):
    answer = understand("by Friday", now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert isinstance(answer, Ask)
    assert answer.by
    assert [each.astimezone(BERLIN).hour for each in answer.candidates] == [17, 9]


def test_a_word_that_limits_no_time_is_passed_over(calendar: BusinessCalendar):
    answer = understand(
        "drop by the mill tomorrow at 9", now=TUESDAY, zone=BERLIN, calendar=calendar
    )

    assert isinstance(answer, Due)
    assert not answer.by


def test_the_spans_cut_the_time_out_of_the_words(calendar: BusinessCalendar):
    text = "on Friday, call the supplier at 9:30"
    answer = understand(text, now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert [text[start:end] for start, end in answer.spans] == ["on Friday", "at 9:30"]
    assert without(text, answer.spans) == "call the supplier"


def test_a_time_that_the_clock_jumps_over_moves_forward_and_says_so(calendar: BusinessCalendar):
    answer = understand(
        "29.3.2026 02:30", now=TUESDAY - timedelta(days=300), zone=BERLIN, calendar=calendar
    )

    assert answer == Due(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), ((0, 15),), moved=True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("call the supplier", Why.NONE),
        ("yesterday at 9", Why.PAST),
        ("Friday or Saturday", Why.UNCLEAR),
        ("tomorrow at 5", Why.AMBIGUOUS),
    ],
)
def test_a_question_back_says_why(words: str, why: Why, calendar: BusinessCalendar):
    answer = understand(words, now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert isinstance(answer, Ask)
    assert answer.why is why


def test_an_hour_that_may_be_either_offers_both(calendar: BusinessCalendar):
    answer = understand("tomorrow at 5", now=TUESDAY, zone=BERLIN, calendar=calendar)

    assert isinstance(answer, Ask)
    hours = [each.astimezone(BERLIN).hour for each in answer.candidates]
    assert hours == [17, 5]


def test_an_early_hour_is_taken_where_the_business_is_open_at_that_hour_only():
    bakery = BusinessFacts.model_validate({"hours": {"WE": "5-14"}, "zone": "Europe/Berlin"})
    answer = understand(
        "tomorrow at 6", now=TUESDAY, zone=BERLIN, calendar=BusinessCalendar(bakery)
    )

    assert isinstance(answer, Due)
    assert answer.due_at.astimezone(BERLIN).hour == 6


def test_a_morning_hour_asks_where_the_business_is_open_in_the_evening():
    bar = BusinessFacts.model_validate({"hours": {"WE": "17-24"}, "zone": "Europe/Berlin"})
    answer = understand("tomorrow at 9", now=TUESDAY, zone=BERLIN, calendar=BusinessCalendar(bar))

    assert isinstance(answer, Ask)


def test_without_told_hours_a_day_begins_at_nine_for_the_asker():
    tokyo = ZoneInfo("Asia/Tokyo")
    answer = understand("tomorrow", now=TUESDAY, zone=tokyo, calendar=UNTOLD)

    assert isinstance(answer, Due)
    assert answer.due_at.astimezone(tokyo) == datetime(2026, 11, 25, 9, tzinfo=tokyo)


def test_a_business_that_never_opens_makes_us_ask():
    closed = BusinessCalendar(BusinessFacts.model_validate({"hours": {"MO": []}}))

    for words in ("when we open", "in 3 business days", "every business day at 9"):
        answer = understand(words, now=TUESDAY, zone=BERLIN, calendar=closed)
        assert isinstance(answer, Ask), words


@pytest.mark.parametrize(
    ("start", "again", "end"),
    [
        ("tomorrow ", "for the ", "flour at 9"),
        ("flour ", "the ", "Friday at 9"),
        ("", "9 to ", "10"),
        ("", "in 2 hours and ", ""),
        ("", "завтра ", ""),
        ("remind me ", "könntest du mich ", "erinnern"),
    ],
)
def test_a_text_twice_as_long_takes_little_more_than_twice_the_steps(
    start: str, again: str, end: str
):
    def steps(times: int) -> int:
        count = 0

        def called(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(called)
        try:
            understand(start + again * times + end, now=TUESDAY, zone=BERLIN, calendar=UNTOLD)
        finally:
            sys.setprofile(None)
        return count

    steps(12)  # What is read once a process is no step of the text.
    assert steps(12) <= 3 * steps(6)


def test_a_text_is_read_only_so_far_as_a_chat_line_may_be_long(calendar: BusinessCalendar):
    answer = understand(
        "flour " * 1_000 + "tomorrow at 9", now=TUESDAY, zone=BERLIN, calendar=calendar
    )

    assert answer == Ask(Why.NONE)
