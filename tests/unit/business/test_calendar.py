from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.business.facts import BusinessFacts

BERLIN = ZoneInfo("Europe/Berlin")
DAY = [["09:00", "12:30"], ["13:30", "17:00"]]


def bakery(**told: object) -> BusinessCalendar:
    facts = {
        "zone": "Europe/Berlin",
        "region": "DE-BY",
        "language": "de",
        "hours": dict.fromkeys(("MO", "TU", "WE", "TH", "FR"), DAY),
        "closed_days": ["2026-12-28"],
        "closed_from": {"12-24": "12:30", "12-31": "08:00"},
    }
    return BusinessCalendar(BusinessFacts.model_validate(facts | told))


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        ("2026-11-24", True),
        ("2026-11-28", False),
        ("2026-12-24", True),
        ("2026-12-25", False),
        ("2026-12-28", False),
        ("2026-12-31", False),
        ("2027-01-06", False),
    ],
)
def test_a_business_day_has_hours_and_is_no_holiday_and_not_closed(day: str, open_: bool):
    assert bakery().is_business_day(date.fromisoformat(day)) is open_


def test_who_opens_on_holidays_keeps_the_weekday_s_hours_but_not_on_closing_days():
    open_ = bakery(open_on_holidays=True, closed_days=["2027-01-06"])
    hours = [(each.start.time(), each.end.time()) for each in open_.openings(date(2026, 12, 25))]
    assert hours == [(time(9), time(12, 30)), (time(13, 30), time(17))]
    assert not open_.is_business_day(date(2027, 1, 6))


def test_hours_on_a_saturday_make_it_a_business_day():
    assert bakery(hours={"SA": [["08:00", "12:00"]]}).is_business_day(date(2026, 11, 28))


def test_untold_hours_are_monday_to_friday_and_said_to_be_assumed():
    calendar = BusinessCalendar(BusinessFacts())

    assert not calendar.hours_known
    assert calendar.is_business_day(date(2026, 12, 25))
    assert not calendar.is_business_day(date(2026, 12, 26))


def test_a_part_of_a_country_has_its_own_holidays_and_a_part_without_has_the_countrys():
    epiphany, bastille = date(2027, 1, 6), date(2026, 7, 14)

    assert bakery().holiday(epiphany) == "Heilige Drei Könige"
    assert bakery(region="DE-BE").holiday(epiphany) is None
    assert bakery(region="FR-IDF", language="fr").holiday(bastille) == "Fête nationale"
    assert bakery(region="").holiday(epiphany) is None


def test_early_closing_cuts_the_days_last_hours():
    (morning,) = bakery().openings(date(2026, 12, 24))

    assert morning.end == datetime(2026, 12, 24, 12, 30, tzinfo=BERLIN)
    assert bakery().closes_at(date(2026, 12, 24)) == morning.end


def test_a_closed_day_begins_at_nine_and_has_no_closing():
    assert bakery().opens_at(date(2026, 12, 25)) == datetime(2026, 12, 25, 9, tzinfo=BERLIN)
    assert bakery().closes_at(date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("now", "open_", "next_opening"),
    [
        ("2026-11-24T08:59", False, "2026-11-24T09:00"),
        ("2026-11-24T09:00", True, "2026-11-24T13:30"),
        ("2026-11-24T12:30", False, "2026-11-24T13:30"),
        ("2026-11-24T17:00", False, "2026-11-25T09:00"),
        ("2026-12-24T12:30", False, "2026-12-29T09:00"),
    ],
)
def test_it_is_open_from_the_first_minute_to_before_the_last(
    now: str, open_: bool, next_opening: str
):
    instant = datetime.fromisoformat(now).replace(tzinfo=BERLIN)

    assert bakery().is_open(instant) is open_
    expected = datetime.fromisoformat(next_opening).replace(tzinfo=BERLIN)
    assert bakery().next_opening(instant) == expected


def test_a_night_belongs_to_the_day_on_which_it_began():
    bar = bakery(hours={"FR": [["18:00", "02:00"]]})

    assert bar.is_open(datetime(2026, 11, 28, 1, 59, tzinfo=BERLIN))
    assert not bar.is_open(datetime(2026, 11, 28, 2, 0, tzinfo=BERLIN))
    assert bar.closes_at(date(2026, 11, 27)) == datetime(2026, 11, 28, 2, tzinfo=BERLIN)


def test_the_next_closed_day_is_one_that_people_would_come_on():
    assert bakery().next_closed_day(date(2026, 11, 24)) == date(2026, 12, 25)
    assert bakery().next_closed_day(date(2026, 12, 25)) == date(2026, 12, 28)


def test_business_days_are_counted_over_holidays_in_both_directions():
    calendar = bakery()

    assert calendar.add_business_days(date(2026, 12, 23), 2) == date(2026, 12, 29)
    assert calendar.add_business_days(date(2026, 12, 29), -2) == date(2026, 12, 23)
    assert calendar.add_business_days(date(2026, 12, 25), 0) == date(2026, 12, 25)


def test_a_business_that_never_opens_has_no_next_opening():
    closed = bakery(hours={"MO": []})

    assert closed.next_opening(datetime(2026, 11, 24, tzinfo=UTC)) is None
    assert closed.next_closed_day(date(2026, 11, 24)) is None
    with pytest.raises(NoBusinessDayError):
        closed.add_business_days(date(2026, 11, 24), 1)


def test_business_days_too_far_away_are_refused():
    with pytest.raises(NoBusinessDayError):
        bakery().add_business_days(date(2026, 11, 24), 1_001)


def test_an_opening_that_the_clock_jumps_over_comes_after_the_jump():
    night = bakery(hours={"SU": [["02:30", "06:00"]]})
    (opening,) = night.openings(date(2026, 3, 29))

    assert opening.start.time() == time(3, 30)


@given(st.integers(0, 11 * 366 * 24 * 60))
def test_the_next_opening_is_later_and_open(minutes: int):
    calendar = bakery()
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = calendar.next_opening(instant)

    assert opening is not None
    assert opening > instant
    assert calendar.is_open(opening)
    assert not calendar.is_open(opening - timedelta(seconds=1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_the_end_of_the_running_opening_is_told_and_none_while_closed():
    assert bakery().open_until(at("2026-11-24 09:00")) == at("2026-11-24 12:30")
    assert bakery().open_until(at("2026-11-24 12:30")) is None
    night = bakery(hours={"FR": [["18:00", "02:00"]]})
    assert night.open_until(at("2026-11-28 01:59")) == at("2026-11-28 02:00")


def test_intervals_that_touch_are_one_opening_and_a_week_is_the_most_looked_at():
    touching = bakery(hours={"TU": [["09:00", "13:00"], ["13:00", "24:00"]]})
    assert touching.open_until(at("2026-11-24 10:00")) == at("2026-11-25 00:00")
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    always = bakery(
        hours={key: [["00:00", "24:00"]] for key in days}, closed_from={}, closed_days=[]
    )
    assert always.open_until(at("2026-11-24 10:00")) == at("2026-12-02 00:00")


@pytest.mark.parametrize(
    ("day", "early", "out_of_turn"),
    [
        ("2026-11-24", False, False),
        ("2026-11-28", False, False),
        ("2026-12-24", True, False),
        ("2026-12-25", False, True),
        ("2026-12-26", False, False),
        ("2026-12-28", False, True),
        ("2026-12-31", False, True),
    ],
)
def test_days_that_are_not_as_usual_are_known(day, early, out_of_turn):
    told = date.fromisoformat(day)
    assert bakery().closes_early(told) is early
    assert bakery().closed_out_of_turn(told) is out_of_turn


def test_the_next_public_holiday_is_found_and_none_without_a_region():
    assert bakery().next_holiday(date(2026, 12, 25)) == date(2026, 12, 26)
    assert bakery(region="").next_holiday(date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("language", "name"),
    [("", "Erster Weihnachtstag"), ("en", "Christmas Day"), ("es", "Erster Weihnachtstag")],
)
def test_a_holiday_has_its_name_in_a_language_that_has_one_else_in_the_business_s(language, name):
    assert bakery().holiday(date(2026, 12, 25), language) == name


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T10:00", 2, "2026-11-24T12:00"),
        ("2026-11-24T11:30", 1, "2026-11-24T12:30"),
        ("2026-11-24T11:30", 2, "2026-11-24T14:30"),
        ("2026-11-27T16:30", 1, "2026-11-30T09:30"),
        ("2026-11-28T03:00", 8, "2026-12-01T10:00"),
    ],
)
def test_open_time_runs_only_while_the_business_is_open(start: str, hours: int, end: str):
    begin = datetime.fromisoformat(start).replace(tzinfo=BERLIN)

    reached = bakery().add_open_time(begin, timedelta(hours=hours))

    assert f"{reached.astimezone(BERLIN):%Y-%m-%dT%H:%M}" == end


def test_an_hour_that_the_clock_skips_is_no_open_time():
    facts = BusinessFacts.model_validate({"zone": "Europe/Berlin", "hours": {"SU": "1-5"}})
    calendar = BusinessCalendar(facts)
    begin = datetime(2026, 3, 29, 1, tzinfo=calendar.zone)

    reached = calendar.add_open_time(begin, timedelta(hours=2))

    assert reached.astimezone(calendar.zone) == datetime(2026, 3, 29, 4, tzinfo=calendar.zone)


def test_a_business_that_never_opens_has_no_open_time():
    calendar = BusinessCalendar(BusinessFacts.model_validate({"hours": {"MO": []}}))
    with pytest.raises(NoBusinessDayError):
        calendar.add_open_time(datetime(2026, 11, 24, 10, tzinfo=UTC), timedelta(hours=1))
