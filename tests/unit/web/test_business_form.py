from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.business.facts import WEEKDAYS, BusinessFacts
from bot.web import business_form
from bot.web.forms import Form

NOW = BusinessFacts(name="Crumb & Co.", zone="Europe/Dublin", region="IE")

QUARTERS = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
INTERVALS = st.lists(QUARTERS, min_size=0, max_size=4, unique=True).map(
    lambda clocks: tuple(zip(sorted(clocks)[::2], sorted(clocks)[1::2], strict=False))
)
FACTS = st.builds(
    BusinessFacts,
    name=st.text("abc &<'\"é", max_size=20),
    contact=st.text("abc 123", max_size=20),
    zone=st.sampled_from(["UTC", "Europe/Dublin", "Asia/Kathmandu"]),
    region=st.sampled_from(["", "GB", "DE-BY"]),
    language=st.sampled_from(["en", "de"]),
    hours=st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, INTERVALS)) | st.just({}),
    open_on_holidays=st.booleans(),
    closed_days=st.lists(st.dates(date(2026, 1, 1), date(2030, 1, 1)), max_size=3),
    closed_from=st.dictionaries(st.sampled_from(["12-24", "12-31", "02-29"]), QUARTERS),
)


@given(FACTS)
@settings(deadline=None)
def test_facts_shown_in_the_form_and_sent_back_are_the_same_facts(facts: BusinessFacts):
    form = Form(business_form.typed(facts))
    assert business_form.read(form, BusinessFacts()) == facts, form.errors


def test_fields_that_are_not_in_the_form_stay_as_they_were():
    read = business_form.read(Form({"contact": "Ring the bell"}), NOW)
    assert read == NOW.model_copy(update={"contact": "Ring the bell"})


def test_empty_lines_for_every_day_say_nothing_about_the_hours():
    form = Form(dict.fromkeys(map(business_form.hours_field, WEEKDAYS), " "))
    read = business_form.read(form, NOW)
    assert read is not None
    assert read.hours == {}


def test_a_day_left_empty_beside_others_is_closed():
    values = dict.fromkeys(map(business_form.hours_field, WEEKDAYS), "")
    read = business_form.read(Form(values | {"hours_TU": "9-17"}), NOW)
    assert read is not None
    assert read.hours[WEEKDAYS[0]] == ()
    assert read.hours[WEEKDAYS[1]] == ((time(9), time(17)),)


def test_each_mistake_stands_beside_its_own_field():
    values = dict.fromkeys(map(business_form.hours_field, WEEKDAYS), "")
    form = Form(values | {"hours_MO": "nine to five", "hours_SU": "17-9"})
    assert business_form.read(form, NOW) is None
    assert form.errors.keys() == {"hours_MO", "hours_SU"}
    form = Form(
        {"zone": "Mars", "closed_days": "soon", "closed_from": "12-24", "region": "Bavaria"}
    )
    assert business_form.read(form, NOW) is None
    assert form.errors.keys() == {"zone", "closed_days", "closed_from", "region"}
    assert all(sentence.endswith(".") for sentence in form.errors.values())
