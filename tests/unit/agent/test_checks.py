"""What a composed sentence must pass before anybody sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.checks import Grounds, objection

PASSAGE = (
    "Tuesday to Friday 7:00 to 18:00. A loaf is €6.50, a cake 1,150 g. Two spaces, until noon."
    " Write to cakes@kornblume.example or see https://kornblume.example/cakes. Call 020 910 0142."
)


@pytest.fixture
def grounds():
    return Grounds([PASSAGE])


@pytest.mark.parametrize(
    "sentence",
    [
        "We are open from 7:00 to 18:00.",
        "We are open from 7 to 18.",
        "We open at 7 and close at 6.",
        "Wir haben von 7 bis 18 Uhr geöffnet.",
        "A loaf costs 6,50 €.",
        "The cake weighs 1150 g.",
        "There are 2 spaces.",
        "It is open until 12.",
        "Write to cakes@kornblume.example.",
        "See https://kornblume.example/cakes.",
        "Call 020 910 0142.",
        "I have no sure answer to that.",
        "We can print on edible paper.",
        "I don't know that.",
        "Ich kann dazu leider nichts finden.",
        "A cake is done by noon.",
        "Je kunt hier twee dingen doen.",
    ],
)
def test_what_stands_in_the_passages_may_be_said(sentence, grounds):
    assert objection(sentence, grounds) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("We are open until 19:00.", "number"),
        ("A loaf costs €6.60.", "number"),
        ("That is 15% off.", "number"),
        ("Since 1987.", "number"),
        ("See https://evil.example/login.", "link"),
        ("Look at evil.com for that.", "link"),
        ("Write to info@kornblume.example.", "link"),
        ("Hey @everyone, look.", "mention"),
        ("<!channel> look", "mention"),
        ("<@U123ABC> knows.", "mention"),
        ("I'll remind you on Friday.", "promise"),
        ("I will let you know.", "promise"),
        ("I have booked a table for you.", "promise"),
        ("We will send you the list.", "promise"),
        ("Ich werde Sie erinnern.", "promise"),
        ("Le avisaré mañana.", "promise"),
        ("Done!", "promise"),
        ("Your reminder is set.", "promise"),
        ("I'll be in touch.", "promise"),
        ("A colleague will call you back.", "promise"),
        ("Ist notiert.", "promise"),
        ("Ich lasse Sie zurückrufen.", "promise"),
        ("Je m'en occupe.", "promise"),
        ("Ti ricorderò domani.", "promise"),
        ("Uw tafel is gereserveerd.", "promise"),
        ("A mesa está reservada.", "promise"),
    ],
)
def test_what_stands_nowhere_is_withheld(sentence, reason, grounds):
    assert objection(sentence, grounds) == reason


def test_what_a_passage_says_of_the_business_s_deeds_may_be_said_and_a_vow_may_not():
    grounds = Grounds(["Orders are confirmed by phone. I will call you back about allergies."])
    assert objection("Orders are confirmed by phone.", grounds) == ""
    assert objection("Orders are confirmed by letter.", grounds) == "promise"
    assert objection("I will call you back about allergies.", grounds) == "promise"


def test_what_a_person_said_makes_no_deed_true():
    grounds = Grounds([PASSAGE], said=["my table is booked for 12, is it?"])
    assert objection("Your table is booked for 12.", grounds) == "promise"


@given(st.text())
def test_a_text_repeated_word_for_word_has_only_grounded_numbers(text):
    assert objection(text, Grounds([text])) not in {"number", "link"}


@given(st.integers(min_value=1_000_000, max_value=9_999_999))
def test_an_invented_number_never_passes(number):
    assert objection(f"It costs {number} euros.", Grounds([PASSAGE])) == "number"
