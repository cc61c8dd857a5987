import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.language.lexicon import Lexicon, closest, lexicons
from bot.language.spelling import folded


@pytest.fixture
def lexicon() -> Lexicon:
    words = {
        "aside": ["please"],
        "animal": ["cat", "big? dog"],
        "kept": ["(in|at) home"],
        "fleas": ["fleas"],
    }
    phrases = {"has": ["i have (a|one)? <animal> <kept>?"], "no": ["a !<animal> _", "tell ... now"]}
    return Lexicon("xx", words, phrases)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("i have a cat", True),
        ("please please i have big dog at home", True),
        ("i have a cat and a dog", False),
        ("i have", False),
        ("have a cat", False),
    ],
)
def test_phrases_are_whole_clauses(lexicon, words, fits):
    assert lexicon.phrase("has", words) is fits


def test_a_refused_word_a_single_word_and_any_words(lexicon):
    assert lexicon.phrase("no", "a bird")
    assert not lexicon.phrase("no", "a cat")
    assert lexicon.phrase("no", "tell me everything now")
    assert lexicon.phrase("no", "tell now")


def test_the_longest_entry_opens_a_text(lexicon):
    assert lexicon.opening(("animal",), "big dog here") == "big dog "
    assert lexicon.opening(("animal",), "doghouse") == ""


def test_words_that_read_alike_leave_one_way_through_a_long_text():
    # With two ways through each word this would not end.
    lexicon = Lexicon("xx", {"aside": ["sólo", "solo"]}, {"stop": ["stop"]})
    assert not lexicon.phrase("stop", "solo " * 200 + "go")


def test_words_are_made_of_classes_in_any_order(lexicon):
    assert lexicon.made_of(("animal", "kept"), "at home big dog cat")
    assert not lexicon.made_of(("animal",), "dog at home")


def test_a_class_is_taken_out_wherever_it_stands(lexicon):
    assert (
        lexicon.without("animal", "cat i see a big dog and a hotdog cat") == "i see a and a hotdog"
    )
    assert lexicon.without("animal", "nothing of it") == "nothing of it"
    assert lexicon.without("animal", "") == ""


def test_a_class_is_found_anywhere_but_only_as_whole_words(lexicon):
    assert lexicon.holds("animal", "one dog more")
    assert not lexicon.holds("animal", "hotdog concatenated")


@pytest.mark.parametrize("language", list(lexicons()))
def test_no_phrase_fits_silence_or_one_strange_word(language):
    lexicon = lexicons()[language]
    for name in lexicons()["en"].phrases:
        assert not lexicon.phrase(name, "")
        assert not lexicon.phrase(name, "xyzzy")


@pytest.mark.parametrize("language", list(lexicons()))
def test_every_language_has_every_phrase_and_class_that_rules_ask_for(language):
    assert lexicons()[language].phrases == lexicons()["en"].phrases
    optional = {"soft", "bareverb", "talk", "asking", "you", "me"}
    assert lexicons()["en"].classes - lexicons()[language].classes <= optional


def test_function_words_tell_languages_apart():
    assert closest("was kostet das").language == "de"
    assert closest("how much is that").language == "en"


def test_nothing_is_a_phrase_of_no_words(lexicon):
    assert not lexicon.phrase("has", "")


@pytest.mark.parametrize(
    "language",
    [
        each if each in ("en", "de") else pytest.param(each, marks=pytest.mark.long)
        for each in lexicons()
    ],
)
def test_no_phrase_is_passed_over_for_the_word_it_begins_with(language):
    """What the expressions match is drawn from them; the first words are told from the entries."""
    whole = lexicons()[language]
    patterns = {name: whole._phrase(name).pattern for name in whole.phrases}
    # An expression is read at its first draw, which takes longer than all draws after it.
    drawn = {
        name: st.from_regex(pattern, fullmatch=True, alphabet=string.printable)
        for name, pattern in patterns.items()
    }

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def every_match_fits(data):
        name = data.draw(st.sampled_from(sorted(whole.phrases)))
        words = folded(data.draw(drawn[name]))
        assert whole.phrase(name, words) == bool(re.fullmatch(patterns[name], f"{words} "))

    every_match_fits()
