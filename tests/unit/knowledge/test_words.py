from dataclasses import replace

import pytest

from knowledge.documents import Audience, Passage
from knowledge.synonyms import Synonyms
from knowledge.words import Wording, Words

PUBLIC = frozenset({Audience.PUBLIC})
STAFF = frozenset({Audience.PUBLIC, Audience.STAFF})


def wording(
    document_id: str, question: str, answer: str, audience: Audience = Audience.PUBLIC
) -> Wording:
    passage = Passage(f"{document_id}#0", document_id, 0, question, answer, (question,))
    return Wording(passage, audience, "en")


BREAD = wording("bread", "Do you have gluten-free bread?", "A buckwheat loaf on Wednesdays.")
CAKE = wording("cake", "Do you make wedding cakes?", "Yes, for 30 guests, at €6.50 a portion.")
CAFE = wording("cafe", "Where is the café?", "In the courtyard.")
FLOAT = wording("float", "How much is the float?", "180 in the drawer.", Audience.STAFF)


def shelf() -> Words:
    words = Words()
    words.replace((), [BREAD, CAKE, CAFE, FLOAT])
    return words


def best(words: Words, question: str, audiences: frozenset[Audience] = PUBLIC) -> str:
    scores = words.search(question, audiences, 10).scores
    return max(scores, key=lambda known: scores[known]) if scores else ""


def coverage(words: Words, question: str, wording: Wording) -> float:
    return words.coverages(question, [wording], PUBLIC)[0]


def test_words_for_chosen_rooms_are_found_there_alone_and_measured_like_the_others():
    words = shelf()
    rooms = wording("rota", "Who opens the drawer?", "Quinella, at four.", Audience.ROOMS)
    words.replace((), [rooms])
    assert best(words, "quinella") == ""
    assert best(words, "quinela", STAFF) == ""
    for readers in (PUBLIC, STAFF):
        found = words.search("quinella opens", readers | {Audience.ROOMS}, 10)
        assert list(found.scores) == ["rota#0"]
        assert found.scores["rota#0"] == pytest.approx(found.most)
    assert words.passages_of(["rota", "float"]) == {"rota#0", "float#0"}
    words.replace(["rota#0"], [])
    assert best(words, "quinella", PUBLIC | {Audience.ROOMS}) == ""


def test_endings_case_and_accents_do_not_matter():
    assert best(shelf(), "WEDDINGS") == "cake#0"
    assert best(shelf(), "cafe") == "cafe#0"


def test_a_typing_error_finds_the_word_that_was_meant():
    assert best(shelf(), "weding") == "cake#0"
    assert best(shelf(), "buckwaeht") == "bread#0"


def test_a_short_word_is_not_taken_for_another():
    assert best(shelf(), "cap") == ""


def test_staff_words_are_not_on_the_public_shelf_even_for_a_typing_error():
    assert best(shelf(), "drawer float") == ""
    assert best(shelf(), "drawr") == ""
    assert best(shelf(), "drawr", STAFF) == "float#0"
    assert "float#0" not in shelf().passage_ids(PUBLIC)


def test_a_replaced_passage_is_found_by_its_new_words_only():
    words = shelf()
    words.replace((), [wording("bread", "Do you bake pretzels?", "On Fridays.")])
    assert best(words, "pretzel") == "bread#0"
    assert best(words, "buckwheat") == ""


def test_a_passage_that_was_taken_out_is_not_found():
    words = shelf()
    words.replace(words.passages_of({"cake"}), ())
    assert best(words, "wedding") == ""
    assert best(words, "weding") == ""


def test_a_passage_that_turns_into_a_staff_one_leaves_the_public_shelf():
    words = shelf()
    words.replace((), [wording("cake", "Do you make wedding cakes?", "Yes.", Audience.STAFF)])
    assert best(words, "wedding") == ""
    assert best(words, "wedding", STAFF) == "cake#0"


def test_coverage_is_whole_when_every_content_word_stands_there():
    words = shelf()
    assert coverage(words, "do you have gluten free bread", BREAD) > 0.9
    assert coverage(words, "glutenn free breads??", BREAD) > 0.9


def test_one_missing_content_word_uncovers_a_question():
    words = shelf()
    assert coverage(words, "do you have a gluten-free wedding cake", BREAD) < 0.9
    assert coverage(words, "do you have gluten-free pizza", BREAD) < 0.9


def test_another_number_uncovers_a_question():
    words = shelf()
    assert coverage(words, "wedding cakes for 30 guests", CAKE) > 0.9
    assert coverage(words, "wedding cakes for 31 guests", CAKE) <= 0.5


def test_a_question_of_small_words_alone_covers_nothing():
    assert coverage(shelf(), "what about it?", BREAD) == 0.0


def test_unknown_words_are_part_of_the_most_that_could_be_scored():
    words = shelf()
    known = words.search("wedding", PUBLIC, 10)
    mixed = words.search("wedding xylophone quartet", PUBLIC, 10)
    assert known.scores == mixed.scores
    assert mixed.most > known.most


def test_a_small_word_counts_less_than_another_unless_the_owner_says_what_it_means():
    words = Words()
    words.replace(
        (), [wording("where", "Where is that?", "There."), wording("dog", "Dogs?", "No.")]
    )
    assert words.search("where", PUBLIC, 10).most < words.search("dog", PUBLIC, 10).most
    assert best(words, "where may a dog sit") == "dog#0"
    words.synonyms = Synonyms([["where", "whereabouts"]])
    assert words.search("where", PUBLIC, 10).most == words.search("dog", PUBLIC, 10).most


def test_a_synonym_finds_what_the_other_word_stands_in():
    words = shelf()
    assert best(words, "coeliac") == ""
    words.synonyms = Synonyms([["gluten-free", "coeliac", "sans farine"]])
    assert best(words, "COELIACS") == "bread#0"
    assert best(words, "sans farine") == "bread#0"
    assert best(words, "sans sucre") == best(words, "farine") == ""
    words.synonyms = Synonyms()
    assert best(words, "coeliac") == ""


def test_a_word_covers_what_was_asked_by_its_synonym_when_all_of_it_is_there():
    words = shelf()
    question = "do you have coeliac bread"
    assert coverage(words, question, BREAD) < 0.9
    words.synonyms = Synonyms([["coeliac", "gluten-free"]])
    assert coverage(words, question, BREAD) == 1.0
    words.synonyms = Synonyms([["coeliac", "gluten-free flour"]])
    assert coverage(words, question, BREAD) < 0.9


def test_a_synonym_of_a_staff_word_finds_nothing_for_the_public():
    words = shelf()
    words.synonyms = Synonyms([["till money", "float"]])
    assert best(words, "till money") == ""
    assert best(words, "till money", STAFF) == "float#0"


def test_a_synonym_is_stemmed_as_the_languages_here_are():
    words = shelf()
    german = wording("brote", "Habt ihr Sauerteigbrote?", "Freitags.")
    words.replace((), [replace(german, language="de")])
    words.synonyms = Synonyms([["levain", "Sauerteigbrot"]])
    assert best(words, "levains") == "brote#0"
