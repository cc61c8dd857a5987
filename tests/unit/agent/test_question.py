import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.question import leans, parts, together


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "do you deliver to the harbour and can i come in with my dog",
            ["do you deliver to the harbour", "can i come in with my dog"],
        ),
        (
            "when is the first class, and do you lend mats?",
            ["when is the first class", "do you lend mats?"],
        ),
        (
            "where do i park, and how early must a new guest come?",
            ["where do i park", "how early must a new guest come?"],
        ),
        ("do you cut beards? what's the price", ["do you cut beards?", "what's the price"]),
        (
            "Liefern Sie auch und kann ich mit Karte zahlen?",
            ["Liefern Sie auch", "kann ich mit Karte zahlen?"],
        ),
        ("¿Tienen terraza y aceptan perros?", ["¿Tienen terraza", "aceptan perros?"]),
        (
            "Vous livrez à Lyon et est-ce que je peux payer par carte ?",
            ["Vous livrez à Lyon", "est-ce que je peux payer par carte ?"],
        ),
        (
            "My car is old. Do you still service it? And what does it cost?",
            ["My car is old. Do you still service it?", "And what does it cost?"],
        ),
    ],
)
def test_two_questions_in_one_message_are_two(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "bread and cakes?",
        "do you have parking and a lift?",
        "do you deliver and have parking",
        "when and where can i pick it up",
        "i lost my key and what do i do now",
        "they towed my car, what now",
        "We are 80 people. Do you do weddings?",
        "are you open? on sundays?",
        "can i pay by card or do i need cash",
        "Haben Sie Brot und Kuchen?",
        "¿tienen pan y pasteles?",
        "",
        "?",
    ],
)
def test_one_question_stays_one(text):
    assert parts(text) == [text]


def test_more_than_three_questions_end_in_the_third():
    found = parts("are you open? where do i park? can i pay cash? is there wifi?")
    assert found == ["are you open?", "where do i park?", "can i pay cash? is there wifi?"]


@given(st.text(alphabet="do you and what, where is it?.\n ", max_size=120))
def test_no_word_of_a_message_is_lost_but_the_joining_and(text):
    found = parts(text)
    assert 1 <= len(found) <= 3
    said = "".join(c if c.isalpha() else " " for c in text).split()
    kept = "".join(c if c.isalpha() else " " for c in " ".join(found)).split()
    missing = list(said)
    for word in kept:
        missing.remove(word)
    assert set(missing) <= {"and"}


@pytest.mark.parametrize(
    "text",
    [
        "and on sundays?",
        "till when?",
        "sundays?",
        "for children?",
        "how much is that one",
        "how long does that take",
        "and without insurance, what's a visit",
        "what about good friday",
        "how much for two?",
        "why is that",
        "is that included?",
        "Und was kostet das?",
        "Was kostet so eine?",
        "wie viel?",
        "am Montag?",
        "¿y qué vacunas tienen?",
        "¿cuánto cuesta?",
        "et le dimanche ?",
        "e la domenica?",
        "en op zondag?",
        "e aos domingos?",
    ],
)
def test_a_question_that_needs_the_one_before_leans(text):
    assert leans(text, "do you cut hair")


@pytest.mark.parametrize(
    "text",
    [
        "do you take amex",
        "is there parking nearby",
        "how long does it take to buy a house",
        "wifi password?",
        "can i bring my dog this week",
        "i don't hear well, is there a loop for that",
        "does the blue room have a projector",
        "Haben Sie Parkplätze?",
        "¿tienen wifi?",
        "vous avez un parking ?",
        "avete un parcheggio?",
        "hebben jullie parkeerplaatsen?",
        "vocês têm estacionamento?",
    ],
)
def test_a_change_of_topic_does_not_lean(text):
    assert not leans(text, "do you cut hair")


def test_nothing_leans_where_nothing_was_asked():
    assert not leans("and on sundays?", "")


def test_words_of_both_questions_are_searched_with_the_new_one_first():
    assert (
        together("how much is it?", "do you cut beards on sunday?") == "how much is it? cut beards"
    )


def test_a_topic_lives_on_over_turns_without_growing():
    searched = "how long does a divorce take"
    for text in ["and what does it cost", "and if we both agree", "and for both of us"]:
        searched = together(text, searched)
        assert "divorce" in searched
    for number in range(20):
        searched = together(f"and the word{number} one?", searched)
    assert len(searched.split()) <= 12
