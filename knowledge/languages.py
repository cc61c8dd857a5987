"""Languages: of a document that does not say its own, of a question, and which comes first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from knowledge.calibration import Ranked, Scale
from knowledge.catalog import Found
from knowledge.detection import guesses
from knowledge.documents import Document
from knowledge.doubles import words
from knowledge.terms import guess_language

_PASSAGES = 20  # enough to tell by
# In spreads. The embedder ranks the question's own language first by itself: of the same entry in
# two languages 79 to 98 of 100 times, from English 51 to 65; with a quarter of a spread on top 90
# to 99 and 61 to 74. A whole spread finds it nearly always, and where each fact stands in one
# language only, it pushes aside up to 9 right ones of 100 that stand in the other.
_NEAR_TIE = 0.25
# What the detector's guess must have to be believed of a question: languages in letters not their
# own get less, questions in good Danish or Dutch mostly more. From 0.5 to 0.8 more and more of the
# unanswerable are told apart, and a few more of those in other languages refused.
_BELIEVED = 0.6


def with_language(document: Document) -> Document:
    """Return a document with the language its words tell, unless it has one."""
    if document.language:
        return document
    written = [f"{passage.heading}\n{passage.text}" for passage in document.passages[:_PASSAGES]]
    return replace(document, language=guess_language("\n".join(written)))


def language_of(question: str) -> str:
    """Return the ISO 639-1 code of a question's language, "" where it cannot be told.

    English by its stop words, which broken English has as well, or else by the detector.
    """
    if guess_language(question) == "en":
        return "en"
    likeliest = guesses(question, 1).items()
    return next((language for language, share in likeliest if share >= _BELIEVED), "")


def preferring(language: str, ranking: Ranked, found: Mapping[str, Found], scale: Scale) -> Ranked:
    """Return a ranking in which a passage in a language goes before its equals in others.

    Its equals: less than a near tie better, and holding the same numbers, as a translation does.

    Args:
        language: ISO 639-1 of the question; "" changes nothing.
        ranking: Of these passages; its scores change only for those that move up.
        found: Their rows; a passage whose language is unknown stays where it is.
        scale: Of the knowledge base.
    """
    scores = dict(ranking.scores)
    own = [known for known in scores if language and found[known].language == language]
    others = [known for known in scores if found[known].language not in ("", language)]
    for mine in own:
        equal = (
            scores[other]
            for other in others
            if 0 < scores[other] - ranking.scores[mine] < _NEAR_TIE * scale.spread
            and _numbers(found[other]) == _numbers(found[mine])
        )
        scores[mine] = max(equal, default=scores[mine])
    order = sorted(scores, key=lambda known: (-scores[known], known not in own))
    return replace(ranking, scores={known: scores[known] for known in order})


def _numbers(row: Found) -> Counter[str]:
    said = words(row.passage.text)
    return Counter({word: count for word, count in said.items() if word[0].isdigit()})
