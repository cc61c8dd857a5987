"""Words of a text reduced to what they share: case and accents folded, stemmed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
import stopwordsiso

# Snowball's names of the languages that have an ISO 639-1 code; the others are folded only.
ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
DEFAULT_LANGUAGE = "en"  # for a text whose language nobody knows: a wrong stem still matches itself

# A number with its inner marks ("8.40", "7:00", "24/7"), or a word; an apostrophe parts words.
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+")
_ROUND = re.compile(r"[.,:]0+$")
# Scripts written without spaces between words: two neighbouring signs serve as a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text.

    Attributes:
        stem: What it is compared by.
        word: As written, case and accents folded.
        stop: It stands in the language's list of stop words.
        number: It is a number, and must match exactly.
    """

    stem: str
    word: str
    stop: bool
    number: bool


def terms(text: str, language: str) -> list[Term]:
    """Return a text's words in their order.

    Args:
        text: Any length.
        language: ISO 639-1; "" and languages without a stemmer are taken as they come.
    """
    found: list[Term] = []
    for token in _TOKEN.findall(_even(text)):
        if token[0].isdigit():
            number = _ROUND.sub("", token.replace(",", "."))
            found.append(Term(number, number, stop=False, number=True))
        elif not token.isascii() and _UNSPACED.fullmatch(token):
            pairs = [token[i : i + 2] for i in range(max(1, len(token) - 1))]
            found.extend(Term(pair, pair, stop=False, number=False) for pair in pairs)
        else:
            found.append(_term(token, language or DEFAULT_LANGUAGE))
    return found


def length(text: str) -> int:
    """Return how many words `terms` gives for a text."""
    even = _even(text)
    return len(terms(text, "")) if _UNSPACED.search(even) else len(_TOKEN.findall(even))


def fold(text: str) -> str:
    """Return a text in lower case without accents."""
    if text.isascii():
        return text.casefold()
    # Taken apart before as well: mathematical capitals become letters only then.
    plain = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def readable(text: str) -> str:
    """Return a text as engines take it: zero-terminated UTF-8, which half a surrogate pair is none.

    A NUL becomes a space, half a pair a question mark.
    """
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")


def guess_language(text: str) -> str:
    """Return the ISO 639-1 code whose stop words make up most of a text, "" when none stands out.

    Meant for a passage or a document; a question of four words is too short for it.
    """
    words = Counter(_TOKEN.findall(_even(text[:4_000])))
    if not words:
        return ""
    scores = sorted(((_share(words, language), language) for language in ALGORITHMS), reverse=True)
    (best, language), (second, _) = scores[0], scores[1]
    return language if best >= 0.2 and best > second else ""


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _share(words: Counter[str], language: str) -> float:
    listed = _stop_words(language)
    return sum(n for word, n in words.items() if word in listed) / words.total()


@lru_cache(maxsize=100_000)
def _term(token: str, language: str) -> Term:
    return Term(
        fold(_stemmer(language)(token)),
        fold(token),
        stop=token in _stop_words(language),
        number=False,
    )


@lru_cache(maxsize=64)
def _stop_words(language: str) -> frozenset[str]:
    return (
        frozenset(stopwordsiso.stopwords(language))
        if stopwordsiso.has_lang(language)
        else frozenset()
    )


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Callable[[str], str]:
    name = ALGORITHMS.get(language)
    return snowballstemmer.stemmer(name).stemWord if name else str
