"""What a score means here: learnt from the business's own entries, each asked against all others.

A cosine of 0.86 says much with one embedder and nothing with another, and differs between a
bakery's entries and a bank's. So scores are measured in the business's own spread, and the line
between "found" and "close" is where half of its own questions lie when the entry that answers
them is left out. Checked on six knowledge bases: that half holds without a number of their own.
Below nearly all of them there is nothing even close.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.documents import Vector

SAMPLE = 64  # questions asked; their quantiles move little with more
WORDS_WEIGHT = 0.9  # spreads that a passage with all the words gains; 0.8 to 1.1 rank alike
MARGIN_WEIGHT = 0.5  # how much the lead over the second counts beside the lead over the average
# A question near to everything here is on the business's topic or merely worded like everything:
# half of its average is taken off. 0.4 to 0.6 tell known from unknown alike; all of it takes more
# than two points of AUROC off where the unknown are far from the business, none of it up to two
# where they are near.
MEAN_WEIGHT = 0.5
# What a question has in common with the business's own is how one asks there, not what one asks
# for: a quarter of it is taken away, or entries worded like everything come first for everything.
# A fifth to a third rank alike; half of it loses four of 100 questions in other languages.
USUAL_WEIGHT = 0.25
# The longer a question, the more of it no passage says, and the farther it lies from all of them,
# known or not. In spreads for each e-fold; 0.3 to 0.8 tell known from unknown alike.
LENGTH_WEIGHT = 0.5
_CLOSE_QUANTILE = 0.05
_FOUND_QUANTILE = 0.5
_SURE_QUANTILE = 0.9


@dataclass(frozen=True, slots=True)
class Scale:
    """How meanings lie in this knowledge base.

    Attributes:
        spread: Standard deviation of a question's meanings over all passages.
        centre: Mean of all passages' mean ways; its inner product with a question is the
            question's mean meaning.
        usual: Mean vector of the business's own questions.
    """

    spread: float
    centre: Vector
    usual: Vector

    def asked(self, text: str, vector: Vector) -> "Asked":
        """Return a question as it is measured here.

        Args:
            text: As it was asked.
            vector: As the embedder gives it.
        """
        return Asked(text, apart(vector, self.usual))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a knowledge base measures it.

    Attributes:
        text: As it was asked.
        vector: Apart from what is usual there, of unit length.
    """

    text: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scale, and the certainties and margins that separate the verdicts.

    Attributes:
        close: Below this certainty nothing here has to do with the question.
        found: Below this certainty there is nothing to stand on.
        sure: From this certainty on, an entry that covers the question may answer it.
        margin: The lead over the second that such an entry needs, in spreads.
        passages: How many there were.
    """

    scale: Scale
    close: float
    found: float
    sure: float
    margin: float
    passages: int

    def measured(self, text: str, vector: Vector) -> "Measured":
        """Return a question as it is measured by this.

        Args:
            text: As it was asked.
            vector: As the embedder gives it.
        """
        return Measured(self.scale.asked(text, vector), self)


@dataclass(frozen=True, slots=True)
class Measured:
    """A question as some readers' knowledge measures it, and by what."""

    asked: Asked
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages in the order of their fused scores.

    Attributes:
        scores: By passage id, best first.
        certainty: In spreads: how far the first one's meaning stands out from what the question
            has with everything (MEAN_WEIGHT), and its score from the second one's, whatever the
            question's length (LENGTH_WEIGHT). -inf when there is none.
        margin: How far its score stands out alone.
    """

    scores: dict[str, float]
    certainty: float
    margin: float


def shares(words: Mapping[str, float], most: float) -> dict[str, float]:
    """Return words scores as shares, 0.0 to 1.0, of a passage with every word of the question.

    Where even the best has little of what the question asks for (another language, only "the"
    in common), all stay small; a passage that says some words often may have more than every word
    once, and is whole then.

    Args:
        words: Scores by passage id.
        most: The score of a passage that held every word once.
    """
    full = max([*words.values(), most, 1e-9])
    return {passage_id: score / full for passage_id, score in words.items()}


def apart(questions: Vector, usual: Vector) -> Vector:
    """Return questions' vectors without what is usual among them (USUAL_WEIGHT), of unit length.

    Args:
        questions: Shape (dimension,) or (questions, dimension).
        usual: The mean of the business's own questions.
    """
    turned = questions - USUAL_WEIGHT * usual
    away: Vector = turned / np.linalg.norm(turned, axis=-1, keepdims=True)
    return away


def ranked(
    meanings: Mapping[str, float], words: Mapping[str, float], asked: Asked, scale: Scale
) -> Ranked:
    """Return passages by `meaning + weight * spread * words`, best first.

    Args:
        meanings: By passage id; a passage that is missing here is left out.
        words: Shares by passage id, as `shares` gives them.
        asked: The question, as this scale measures it.
        scale: Of the knowledge base.
    """
    fused = _fused(meanings, words, scale)
    order = sorted(fused, key=lambda passage_id: (-fused[passage_id], passage_id))
    if not order:
        return Ranked({}, -math.inf, 0.0)
    mean = float(asked.vector @ scale.centre)
    first = (meanings[order[0]] - MEAN_WEIGHT * mean) / scale.spread
    second = fused[order[1]] if len(order) > 1 else mean
    margin = (fused[order[0]] - second) / scale.spread
    return Ranked(
        {passage_id: fused[passage_id] for passage_id in order},
        first + MARGIN_WEIGHT * margin + LENGTH_WEIGHT * math.log(max(1, len(asked.text))),
        margin,
    )


def promising(
    meanings: Mapping[str, float],
    others: float,
    words: Mapping[str, float],
    scale: Scale,
    wanted: int,
) -> set[str]:
    """Return the passages found by words alone that may still come among the first `wanted`.

    Reading a meaning costs as much as asking for the nearest, and most that only share a word
    with the question lie too far off for their words to make up for it.

    Args:
        meanings: Of the passages that lie nearest, by id.
        others: No other passage's is higher.
        words: Shares by passage id, as `shares` gives them.
        scale: Of the knowledge base.
        wanted: How many of the first are of interest.
    """
    known = sorted(_fused(meanings, words, scale).values(), reverse=True)
    least = known[wanted - 1] if len(known) >= wanted else -math.inf
    at_best = _fused(dict.fromkeys(words.keys() - meanings.keys(), others), words, scale)
    return {passage_id for passage_id, score in at_best.items() if score >= least}


def _fused(
    meanings: Mapping[str, float], words: Mapping[str, float], scale: Scale
) -> dict[str, float]:
    return {
        passage_id: meaning + WORDS_WEIGHT * scale.spread * words.get(passage_id, 0.0)
        for passage_id, meaning in meanings.items()
    }


def by_words(words: Mapping[str, float]) -> Ranked:
    """Return passages by their words alone, best first, for when meaning cannot be had."""
    order = sorted(words, key=lambda passage_id: (-words[passage_id], passage_id))
    return Ranked({passage_id: words[passage_id] for passage_id in order}, -math.inf, 0.0)


def spread(meanings: Sequence[Vector]) -> float:
    """Return the mean over questions of the standard deviation of their meanings.

    Args:
        meanings: A question's meanings over all passages but its own.
    """
    deviations = [float(np.std(each)) for each in meanings if len(each) > 1]
    return max(float(np.mean(deviations)) if deviations else 0.0, 1e-3)


def calibrate(scale: Scale, left_out: Sequence[Ranked], passages: int) -> Calibration:
    """Return the calibration that follows from questions asked without their own entry."""
    certainties = [ranking.certainty for ranking in left_out if ranking.scores]
    margins = [ranking.margin for ranking in left_out if ranking.scores]
    if not certainties:
        return Calibration(scale, math.inf, math.inf, math.inf, math.inf, passages)
    return Calibration(
        scale,
        close=float(np.quantile(certainties, _CLOSE_QUANTILE)),
        found=float(np.quantile(certainties, _FOUND_QUANTILE)),
        sure=float(np.quantile(certainties, _SURE_QUANTILE)),
        margin=float(np.quantile(margins, _FOUND_QUANTILE)),
        passages=passages,
    )
