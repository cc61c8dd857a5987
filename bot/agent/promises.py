"""Promises, and deeds that are said to be done: true only where a row says so.

Rows are worded by code, so none of a model's sentences may promise. Nobody can list how
people promise, so what is looked for is wider: whatever a sentence says of the assistant itself, of
what will be, or of a reminder must stand in the passages, word by word; what somebody vows ("I'll
remind you") may not even then. The words of each language stand among its others.
"""

import re
from collections.abc import Iterable

from bot.language.lexicon import Lexicon, closest, lexicons
from bot.language.spelling import Clause, clauses, folded
from knowledge.terms import terms

# One who promises in a language that needs no "I": recordaré, ricorderò, lembrarei, rappellerai;
# and several: recordaremos, ricorderemo, nous rappellerons.
_WILL = re.compile(
    r"\b\w{3,}(?:ré|rò|rei|rai|remos|remo)\b|\bnous (?:\w+ ){0,2}\w{3,}rons\b", re.IGNORECASE
)
# Without its apostrophe it is another word: ill, id.
_I = re.compile(r"\bI['\u2019](?:ll|m|ve|d)\b")


class Facts:
    """The words of what a composed answer may stand on."""

    def __init__(self, passages: Iterable[str]) -> None:
        """Take the passages."""
        self._whole = "\n".join(passages)
        self._stems: dict[str, frozenset[str]] = {}

    def say(self, words: str, language: str) -> bool:
        """Return whether every content word stands in the passages; False where there is none."""
        said = {term.stem for term in terms(words, language) if not (term.stop or term.number)}
        if not said:
            return False
        if language not in self._stems:
            self._stems[language] = frozenset(each.stem for each in terms(self._whole, language))
        return said <= self._stems[language]


def promises(sentence: str, facts: Facts) -> bool:
    """Return whether a sentence promises a deed or says that one is done, in any language.

    Args:
        sentence: One or more, as a model wrote them.
        facts: What it stands on.
    """
    words = folded(sentence)
    vowed = any(lexicon.holds("vow", words) for lexicon in lexicons().values())
    return vowed or any(_claims(clause, facts) for clause in clauses(sentence))


def _claims(clause: Clause, facts: Facts) -> bool:
    words = clause.words
    will = _WILL.search(clause.text) is not None
    # Of its own language alone: the Dutch "je" is no French one.
    of_itself = _of_itself(clause, closest(words))
    for lexicon in lexicons().values():
        if lexicon.phrase("claimed", words):
            return True
        doubtful = (
            will
            or lexicon.language == of_itself
            or lexicon.holds("vow_shared", words)
            or lexicon.holds("reminder", words)
        )
        if doubtful and not facts.say(words, lexicon.language):
            return True
    return False


def _of_itself(clause: Clause, lexicon: Lexicon) -> str:
    """Return the language a clause says something of the assistant in; "" for in none.

    What it cannot or is not does not count.
    """
    if lexicon.holds("disclaiming", clause.words):
        return ""
    oneself = lexicon.holds("oneself", clause.words) or _I.search(clause.text) is not None
    return lexicon.language if oneself else ""
