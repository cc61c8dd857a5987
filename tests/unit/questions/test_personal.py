import pytest

from bot.questions.personal import without_askers, without_personal_data


def cleaned(text: str, *names: str, region: str = "DE") -> str:
    return without_personal_data(text, names=names, region=region)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("Hi, I'm Ann Smith. Do you sell vouchers?", "Do you sell vouchers?"),
        ("Do you sell vouchers?\nKind regards\nAnn", "Do you sell vouchers?\nKind regards"),
        ("Do you sell vouchers? Write to ann.s@mail.example!", "Do you sell vouchers?"),
        ("Do you sell vouchers? I am at 030 901820.", "Do you sell vouchers?"),
        ("Do you sell vouchers? I am at +44 20 7946 0018.", "Do you sell vouchers?"),
        ("@ben asks whether <@U0123ABCD> sells vouchers", "asks whether sells vouchers"),
        ("is my order 4711000815 ready?", "is my order ready?"),
        ("Smith's cake, is it ready?", "cake, is it ready?"),
    ],
)
def test_what_says_who_asked_is_left_out(asked, left):
    assert cleaned(asked, "Ann Smith").split() == left.split()


@pytest.mark.parametrize(
    "asked",
    [
        "Do you have vouchers for 50 euros, from 10:00 to 12:00?",
        "Are you open on 24.12.2026, or on 2026-12-31?",
        "A cake for 1.200,50 EUR in 10115 Berlin, no. 4711?",
        "may I bring my dog?",
        "What is the fee in paragraph §12(3)?",
    ],
)
def test_prices_days_and_small_words_stay(asked):
    assert cleaned(asked, "May") == asked


def test_who_introduces_themselves_in_words_is_left_out_wherever_their_name_stands():
    asked = "I'm Ann Keller, my number is 0171 2345678. Is there a cake for Ann? Do you deliver?"
    assert cleaned(asked) == "Do you deliver?"
    assert cleaned("my name is ann keller and i need to know if you deliver") == (
        "i need to know if you deliver"
    )


def test_an_answer_loses_the_name_that_was_told_in_the_question():
    answer = without_askers(
        "Hi Keller, yes.", names=["Keller"], asked=["This is Keller, do you deliver?"], region="DE"
    )
    assert answer == "Hi, yes."


def test_a_telephone_number_without_a_country_is_one_where_the_country_is_known():
    asked = "call (020) 7946 0018, do you sell vouchers"
    assert cleaned(asked, region="GB") == "call, do you sell vouchers"


def test_a_question_that_is_nothing_else_leaves_nothing():
    assert cleaned("Ann Smith, ann@mail.example", "Ann Smith") == ""


def test_an_answer_keeps_the_business_s_own_numbers_and_loses_the_asker_s():
    answer = without_askers(
        "Hi Ann, yes:\n- call 030 901820\n- not 0171 2345678",
        names=["Ann"],
        asked=["I am at 0171 2345678, do you sell vouchers?"],
        region="DE",
    )
    assert answer == "Hi, yes:\n- call 030 901820\n- not"
