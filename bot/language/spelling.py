"""One spelling for comparing words: no capitals, accents, apostrophes or punctuation."""

import re
from dataclasses import dataclass

from knowledge.terms import fold

# Words that lose their vowel before the next one in French and Italian: "l'équipe", "c'è".
_ELIDED = re.compile(
    r"\b(l|d|j|n|m|t|s|c|qu|jusqu|un|dell|all|dall|nell|sull|cos|dov|com|quest|quell)'(?=\w)"
)
# Typed for an apostrophe: quotation marks, grave and acute accents.
_APOSTROPHES = re.compile("[\u2019\u2018\u0060\u00b4\u02bc]")
_NUMBER_SIGN = re.compile(r"(?:#|n[ºo°]\.?|№)\s*(?=\d)")
_NOT_A_WORD = re.compile(r"[\W_]+")
# A comma or a full stop between digits, and a full stop inside "a.m.", end nothing.
_CLAUSE = re.compile(r"(?:[.,:](?<=\d.)(?=\d)|\.(?=\w\b)|[^.,:;!?…\n—–])+[.,:;!?…\n—–]*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a message up to a mark of punctuation.

    Attributes:
        start: Where it begins in the message, in code points.
        text: As written, its closing marks with it.
        words: The same in the spelling of `folded`.
    """

    start: int
    text: str
    words: str

    @property
    def asks(self) -> bool:
        """Return whether it closes with a question mark."""
        return "?" in self.text


def folded(text: str) -> str:
    """Return the words of a text in one spelling, a single space between them.

    "¿Qué tal?" gives "que tal", "What's up" gives "whats up", "l'équipe" gives "l equipe",
    "#3" gives "no 3". Empty for a text without letters and digits.
    """
    bare = fold(text).replace("œ", "oe")
    bare = _APOSTROPHES.sub("'", bare)
    bare = _NUMBER_SIGN.sub(" no ", bare)
    if "'" in bare:
        bare = _ELIDED.sub(r"\1 ", bare).replace("'", "")
    return _NOT_A_WORD.sub(" ", bare).strip()


def clauses(text: str) -> list[Clause]:
    """Return the clauses of a message that hold words, in order."""
    found = (Clause(match.start(), match[0], folded(match[0])) for match in _CLAUSE.finditer(text))
    return [clause for clause in found if clause.words]
