"""What people write for a form's fields, read and checked."""

from datetime import UTC, datetime

import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.language.sentences import Phrasebook
from bot.skills import fields
from bot.skills.form import FieldSpec
from bot.skills.situation import NotThatError, Situation

_DAY = [["08:00", "18:00"]]
FACTS = BusinessFacts.model_validate(
    {
        "zone": "Europe/Berlin",
        "region": "DE-BY",
        "language": "de",
        "hours": dict.fromkeys(("TU", "WE", "TH", "FR", "SA"), _DAY) | {"MO": [], "SU": []},
        "closed_days": ["2026-12-12"],
    }
)
# A Tuesday.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BOOK = Phrasebook()


def situation(language: str = "en", lead_days: int | None = None) -> Situation:
    calendar = BusinessCalendar(FACTS)
    return Situation(NOW, calendar, BOOK.sentences(language), lead_days=lead_days)


def field(kind: str, **more: object) -> FieldSpec:
    words = {"name": kind, "label": kind.capitalize(), "ask": f"Which {kind}?"}
    return FieldSpec.model_validate({"type": kind, **words, **more})


CAKE = field("date", open_day=True, lead_days=2)
PEOPLE = field("number", least=4, most=200)
FLAVOUR = field(
    "choice",
    choices=[{"en": "Chocolate", "de": "Schokolade"}, {"en": "Dark chocolate"}, "Lemon"],
)
PHONE, MAIL, CONTACT = field("phone"), field("email"), field("contact")
TEXT = field("text")
ALLERGIES = field("text", optional=True)


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (CAKE, "Saturday", "2026-11-28"),
        (CAKE, "on Saturday at 3 pm, please", "2026-11-28"),
        (CAKE, "nächsten Freitag", "2026-12-04"),
        (CAKE, "5 December", "2026-12-05"),
        (CAKE, "am 5.12.", "2026-12-05"),
        (CAKE, "for Saturday", "2026-11-28"),
        (CAKE, "für Samstag bitte", "2026-11-28"),
        # The hour is not clear, the day is.
        (CAKE, "Friday at 5", "2026-11-27"),
        (PEOPLE, "20", "20"),
        (PEOPLE, "we are 25 people", "25"),
        (FLAVOUR, "chocolate please", "0"),
        (FLAVOUR, "Schokolade", "0"),
        (FLAVOUR, "dark chocolate", "1"),
        (FLAVOUR, "chocolatte", "0"),
        (FLAVOUR, "3", "2"),
        (PHONE, "call me on 089 12345678", "+49 89 12345678"),
        (PHONE, "+44 20 7946 0018", "+44 20 7946 0018"),
        (MAIL, "it's ann.keller@example.org, thanks", "ann.keller@example.org"),
        (CONTACT, "ann@example.org", "ann@example.org"),
        (CONTACT, "0171 2345678", "+49 171 2345678"),
        (TEXT, "  a  nut \n allergy ", "a nut allergy"),
        (ALLERGIES, "none", ""),
        (ALLERGIES, "Keine bekannt, danke", ""),
        (ALLERGIES, "nuts", "nuts"),
    ],
)
def test_what_fits_a_field_is_taken(spec, text, value):
    assert fields.check(spec, text, situation()) == value


@pytest.mark.parametrize(
    ("spec", "text", "told"),
    [
        (CAKE, "soon", "I can't tell which day you mean"),
        (CAKE, "yesterday", "That day is over already"),
        (CAKE, "on Sunday", "We are closed on Sunday, 29 November 2026"),
        (CAKE, "12 December", "We are closed on Saturday, 12 December 2026"),
        (CAKE, "tomorrow", "Thursday, 26 November 2026 is the earliest day"),
        (CAKE, "every Friday", "I can't tell which day you mean"),
        (CAKE, "not on Saturday", "I can't tell which day you mean"),
        (CAKE, "bis Samstag nicht", "I can't tell which day you mean"),
        (CAKE, "", "I can't tell which day you mean"),
        (PEOPLE, "a few", "Please write one number"),
        (PEOPLE, "20 or 30", "Please write one number"),
        (PEOPLE, "3", "Please write a number from 4 to 200"),
        (PEOPLE, "201", "Please write a number from 4 to 200"),
        (PEOPLE, "none", "I need this to go on"),
        (FLAVOUR, "strawberry", "Possible: Chocolate, Dark chocolate or Lemon"),
        (FLAVOUR, "chocolate and lemon", "Possible: Chocolate"),
        (PHONE, "you have it", "Please write a whole telephone number"),
        (PHONE, "123", "Please write a whole telephone number"),
        (PHONE, "05.12.2026", "Please write a whole telephone number"),
        (MAIL, "ann at example", "Please write an e-mail address"),
        (CONTACT, "at home", "Please write a whole telephone number or an e-mail address"),
        (TEXT, " ", "I need this to go on"),
        (TEXT, "x" * 301, "at most 300 characters"),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(spec, text, told):
    with pytest.raises(NotThatError) as caught:
        fields.check(spec, text, situation())
    assert told in str(caught.value)


def test_the_owner_s_days_ahead_come_before_the_form_s():
    with pytest.raises(NotThatError, match="Tuesday, 1 December 2026 is the earliest"):
        fields.check(CAKE, "Saturday", situation(lead_days=5))
    assert fields.check(CAKE, "tomorrow", situation(lead_days=0)) == "2026-11-25"


def test_several_fields_are_read_from_one_message():
    text = "A chocolate cake for 20 people on Saturday 5 December, call me on 089 12345678"
    found, wrong = fields.found_in([CAKE, PEOPLE, FLAVOUR, TEXT, PHONE], text, situation())
    assert found == {
        "date": "2026-12-05",
        "number": "20",
        "choice": "0",
        "phone": "+49 89 12345678",
    }
    assert wrong == {}


def test_what_was_found_and_does_not_do_is_told():
    found, wrong = fields.found_in([CAKE, PEOPLE], "for 500 people on Sunday", situation())
    assert found == {}
    assert "closed on Sunday" in wrong["date"]
    assert "from 4 to 200" in wrong["number"]


def test_of_two_numbers_neither_is_guessed():
    found, _ = fields.found_in([PEOPLE], "we are 20 or 30", situation())
    assert found == {}


def test_values_are_shown_in_the_reader_s_language():
    german = BOOK.sentences("de")
    assert fields.shown(CAKE, "2026-12-05", german, "de") == "Samstag, 5. Dezember 2026"
    assert fields.shown(FLAVOUR, "0", german, "de") == "Schokolade"
    assert fields.shown(FLAVOUR, "1", german, "de") == "Dark chocolate"
    assert fields.shown(ALLERGIES, "", german, "de") == "–"


@pytest.mark.parametrize(
    "text", ["never mind", "Cancel", "stop, please", "abbrechen", "vergiss es", "olvídalo"]
)
def test_who_wants_to_leave_it_is_understood(text):
    assert fields.ends(text)


@pytest.mark.parametrize("text", ["stop the nuts", "cancel my reminder 3", "no nuts", "Schokolade"])
def test_who_answers_does_not_leave(text):
    assert not fields.ends(text)


@pytest.mark.parametrize(
    ("zone", "text", "value"),
    [
        ("Europe/Dublin", "085 123 4567", "+353 85 123 4567"),
        ("America/New_York", "(212) 555-0123", "+1 212-555-0123"),
        ("UTC", "+353 85 123 4567", "+353 85 123 4567"),
    ],
)
def test_where_no_region_is_named_a_number_is_one_of_the_clock_s_country(zone, text, value):
    calendar = BusinessCalendar(BusinessFacts(zone=zone))
    there = Situation(NOW, calendar, BOOK.sentences("en"))
    assert fields.check(PHONE, text, there) == value
