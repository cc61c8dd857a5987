import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calibration import Asked, Ranked, Scale, calibrate, promising, ranked, shares

NOTHING_USUAL = np.zeros(1, dtype=np.float32)
SCALE = Scale(spread=0.1, centre=np.array([0.5], dtype=np.float32), usual=NOTHING_USUAL)
ONE = SCALE.asked("?", np.array([1.0], dtype=np.float32))


def test_words_count_by_how_much_of_the_question_they_are():
    assert shares({"a": 2.0, "b": 1.0}, most=2.0) == {"a": 1.0, "b": 0.5}
    assert shares({"a": 1.0}, most=20.0) == {"a": 0.05}
    assert shares({"often": 4.0, "once": 2.0}, most=2.0) == {"often": 1.0, "once": 0.5}
    assert shares({}, most=0.0) == {}


def test_words_decide_between_equal_meanings():
    ranking = ranked({"a": 0.8, "b": 0.8}, {"b": 1.0}, ONE, SCALE)
    assert list(ranking.scores) == ["b", "a"]
    assert ranking.scores["b"] - ranking.scores["a"] == pytest.approx(0.09)


def test_certainty_is_counted_in_spreads_above_half_of_the_average():
    ranking = ranked({"a": 0.9, "b": 0.7}, {}, ONE, SCALE)
    assert ranking.margin == pytest.approx(2.0)
    assert ranking.certainty == pytest.approx((0.9 - 0.5 * 0.5) / 0.1 + 0.5 * 2.0)


def test_a_long_question_is_as_certain_as_a_short_one_that_lies_a_little_nearer():
    short = ranked({"a": 0.9, "b": 0.7}, {}, ONE, SCALE)
    long = ranked({"a": 0.9, "b": 0.7}, {}, SCALE.asked("?" * 20, ONE.vector), SCALE)
    assert long.certainty - short.certainty == pytest.approx(0.5 * np.log(20))
    assert long.margin == short.margin


def test_what_all_questions_here_share_decides_less_than_what_one_asks_for():
    polite, cake, bread = np.eye(3, dtype=np.float32)
    scale = Scale(spread=0.1, centre=np.zeros(3), usual=polite)
    question = (polite + 0.6 * cake) / np.linalg.norm(polite + 0.6 * cake)
    please, cakes = (4 * polite + bread) / np.sqrt(17), (polite + 3 * cake) / np.sqrt(10)
    asked = scale.asked("a cake, please", question)
    assert question @ please > question @ cakes
    assert asked.vector @ please < asked.vector @ cakes
    assert np.linalg.norm(asked.vector) == pytest.approx(1.0)


def test_nothing_found_is_certain_of_nothing():
    assert ranked({}, {}, ONE, SCALE).certainty == float("-inf")


def test_half_of_the_questions_without_their_entry_lie_under_the_line():
    left_out = [Ranked({"a": 1.0}, float(number), number / 10) for number in range(11)]
    result = calibrate(SCALE, left_out, passages=11)
    assert result.close == 0.5
    assert result.found == 5.0
    assert result.sure == 9.0
    assert result.margin == pytest.approx(0.5)


def test_without_any_question_nothing_is_ever_certain_enough():
    assert calibrate(SCALE, [], passages=0).found == float("inf")


@given(
    meanings=st.dictionaries(st.integers(0, 40).map(str), st.floats(-1, 1), min_size=1),
    words=st.dictionaries(st.integers(0, 40).map(str), st.floats(0, 1)),
    near=st.integers(1, 40),
    wanted=st.integers(1, 10),
    spread_of_all=st.floats(0.01, 1),
)
def test_no_passage_whose_meaning_is_not_read_would_have_come_among_the_first(
    meanings, words, near, wanted, spread_of_all
):
    scale, question = Scale(spread_of_all, np.zeros(2), np.zeros(2)), Asked("?", np.zeros(2))
    nearest = dict(sorted(meanings.items(), key=lambda each: -each[1])[:near])
    others = min(nearest.values()) if near < len(meanings) else -1.0
    read = promising(nearest, others, words, scale, wanted) & meanings.keys()
    some = ranked(nearest | {each: meanings[each] for each in read}, words, question, scale)
    known = nearest | {each: meanings[each] for each in words.keys() & meanings.keys()}
    everything = ranked(known, words, question, scale)
    assert [*some.scores][:wanted] == [*everything.scores][:wanted]
