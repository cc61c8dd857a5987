"""Sources are found by code."""

from bot.agent.sourcing import shared_most
from tests.unit.agent.test_prompt import hit

PARKING = hit(1, "There are two customer spaces in the courtyard, for 15 minutes each.")
DOGS = hit(2, "Dogs are welcome in the courtyard, not inside the shop.")


def test_the_passage_that_shares_most_words_comes_first():
    found = shared_most("You can park in the courtyard for 15 minutes.", [DOGS, PARKING], "en")
    assert found[0] is PARKING


def test_an_answer_that_shares_next_to_nothing_has_no_source():
    assert shared_most("Quantum physics is fascinating.", [PARKING, DOGS], "en") == []


def test_an_answer_in_another_language_keeps_the_search_s_order():
    found = shared_most("Hunde sind im Hof willkommen.", [DOGS, PARKING], "de")
    assert found[0] is DOGS


def test_there_are_at_most_two():
    said = "spaces courtyard dogs shop welcome minutes"
    assert len(shared_most(said, [PARKING, DOGS, hit(3, said)], "en")) <= 2
