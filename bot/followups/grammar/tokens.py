"""A text cut into words, numbers and the written forms of dates and clocks."""

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARS = 2_000
"""What is read of a text, a chat line; no longer one can stall us."""

_FORMS = re.compile(
    r"""
    (?P<iso>\d{4}-\d{2}-\d{2}
        (?:[T\ ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-]))
  | (?P<dotted>(?<![\d.,])\d{1,2}\.\ ?(?:0?[1-9]|1[0-2])\.
        (?:\d{4}|\d{2}(?![\d:.h])|\ \d{4})?(?!\d))
  | (?P<slashed>(?<![\d/])\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?(?![\d/]))
  | (?P<dashed>(?<![\d-])\d{1,2}-\d{1,2}-\d{4}(?![\d-]))
  | (?P<clock>(?<![\d:.,])\d{1,2}(?::|h)\d{2}(?::00)?(?![\d:]))
  | (?P<dot>(?<![\d:.,])\d{1,2}\.\d{2}(?!\d|\.\d))
  | (?P<meridiem>[ap]\.\ ?m\b\.?)
  | (?P<ordinal>\d{1,2}(?:st|nd|rd|th|ste|er|\u00ba|\u00aa)(?!\w))
  | (?P<ordinal_dot>(?<![\d.,])\d{1,2}\.(?!\d))
  | (?P<number>\d+(?:[.,]\d+)?)
  | (?P<word>(?:['\u2019](?=s\b))?[^\W\d_][^\W\d_\u0300-\u036f]*[\u0300-\u036f]*
        (?:['\u2019\-]?[^\W\d_]+[\u0300-\u036f]*)*(?:['\u2019](?=\w))?)
  | (?P<sign>[@&%$\u20ac\u00a3\-\u2013\u2014])
  | (?P<stop>[!?;\n]|(?<=[^\W\d_]{5})\.(?=\s|$))
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text.

    Attributes:
        form: What it looks like: "word", "number", "clock", "dotted" …
        text: Case folded, with plain apostrophes.
        start: Where it stands in the text, in code points; `end` is one past it.
    """

    form: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text in order; commas and other small marks are left out."""
    return [
        Token(match.lastgroup or "", folded(match[0]), match.start(), match.end())
        for match in _FORMS.finditer(text[:MAX_CHARS])
    ]


def folded(text: str) -> str:
    """Return a word as the tables spell it."""
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")


def unaccented(text: str) -> str:
    """Return a word without its accents, as it is often typed."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(each for each in parts if not unicodedata.combining(each))
