import pytest

from bot.questions.rewording import adds_no_fact, leaves_out_only

REPLY = (
    "Hi Bo, I looked it up: on Fridays we deliver from 25 euros, not to Howth. See a.example/van"
)


@pytest.mark.parametrize(
    "answer",
    [
        "On Fridays we deliver from 25 euros, not to Howth. See a.example/van",
        "we deliver from 25 euros, not to Howth. See a.example/van.",
        REPLY,
    ],
)
def test_an_answer_may_leave_words_of_the_reply_out(answer):
    assert leaves_out_only(answer, REPLY, {"en"})


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "On Fridays we deliver from 25 euros, to Howth. See a.example/van",
        "On Fridays we deliver from 20 euros, not to Howth. See a.example/van",
        "On Fridays we deliver, not to Howth. See a.example/van",
        "On Fridays we deliver from 25 euros, not to Howth.",
        "On Fridays we deliver from 25 euros, not to Howth. See a.example",
        "On Fridays we deliver for free from 25 euros, not to Howth. See a.example/van",
        "We deliver on Fridays from 25 euros, not to Howth. See a.example/van",
        "Ann delivers from 25 euros, not to Howth. See a.example/van",
    ],
)
def test_an_answer_that_adds_moves_turns_or_loses_what_counts_is_not_taken(answer):
    assert not leaves_out_only(answer, REPLY, {"en"})


@pytest.mark.parametrize(
    ("reply", "answer", "language"),
    [
        ("wir liefern nur freitags", "wir liefern freitags", "de"),
        ("we may be open then", "we be open then", "en"),
        ("nous ne livrons pas le lundi", "nous livrons le lundi", "fr"),
        ("se hace sin gluten", "se hace gluten", "es"),
    ],
)
def test_what_turns_or_narrows_a_reply_may_not_be_left_out(reply, answer, language):
    assert not leaves_out_only(answer, reply, {language})


def test_a_question_may_be_worded_anew_but_adds_no_number_link_or_name():
    asked = ["hi, it's for my son Max, do you do cakes for 30 people at cakes.example?"]
    assert adds_no_fact("Can I order a cake for a party?", asked)
    assert adds_no_fact("Do you make cakes for 30 people?", asked)
    assert not adds_no_fact("Do you make cakes for 40 people?", asked)
    assert not adds_no_fact("Does Ann make cakes?", asked)
    assert not adds_no_fact("Do you make cakes, as on other.example?", asked)
