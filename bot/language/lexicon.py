"""Word lists and phrases of the languages, one file a language: `locales/<language>/words.toml`.

`[words]` holds classes of words, `[phrases]` whole clauses. Both are written in words with

    <name>   any entry of that class        (a|b)   one of these        !x    not before x
    _        any one word                   x?      perhaps             ...   any words, or none
    x*  x+   any number, at least one
`?`, `*` and `+` belong to the whole word, class or group before them. Capitals, accents and
punctuation play no part. A phrase may begin with words of the class "aside".
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from bot.language.spelling import folded

_TOKEN = re.compile(
    r"<(?P<name>\w+)>|(?P<rest>\.\.\.)|(?P<mark>[()|?*+!])|(?P<word>[^\s()|?*+<>!]+)"
)
_ANY_WORD = r"(?:\S+ )"
_NUMBER = r"(?:\d+ )"

# Classes of words that tell one language from another.
TELLING = (
    "function", "interrogative", "verbfirst", "connective", "pointing", "pointing_weak",
    "preposition", "time", "more", "please", "hello", "hello_alone", "thanks", "bye", "fine",
    "article", "someone", "bareverb", "calendar", "number_word",
)  # fmt: skip

# The order in which languages are tried where nothing else decides.
_ORDER = ("en", "es", "it", "de", "fr", "nl", "pt")


class Lexicon:
    """The words and phrases of one language."""

    def __init__(
        self,
        language: str,
        words: Mapping[str, Sequence[str]],
        phrases: Mapping[str, Sequence[str]],
    ) -> None:
        self.language = language
        self._words = words
        self._phrases = phrases
        self._sources: dict[str, str] = {"number": _NUMBER}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._vocabularies: dict[str, frozenset[str]] = {}

    @property
    def classes(self) -> frozenset[str]:
        """Return the names of the word classes."""
        return frozenset(self._words)

    @property
    def phrases(self) -> frozenset[str]:
        """Return the names of the phrases."""
        return frozenset(self._phrases)

    def __repr__(self) -> str:
        """Return the language's code."""
        return f"Lexicon({self.language!r})"

    def phrase(self, name: str, words: str) -> bool:
        """Return whether the words, in the spelling of `folded`, are a phrase of that name."""
        if name not in self._compiled:
            either = "|".join(self._source(entry) for entry in self._phrases[name])
            self._compiled[name] = re.compile(f"(?:{self._class('aside')})*(?:{either})")
        return bool(self._compiled[name].fullmatch(f"{words} "))

    def opening(self, names: Sequence[str], words: str) -> str:
        """Return the longest entry of these classes that the words begin with; "" for none."""
        best = ""
        for name in names:
            found = self._entries(name).match(f"{words} ")
            if found and len(found[0]) > len(best):
                best = found[0]
        return best

    def warm(self) -> None:
        """Compile every phrase now, so that the first message need not wait for it."""
        for name in self._phrases:
            self.phrase(name, "")

    def made_of(self, names: Sequence[str], words: str) -> bool:
        """Return whether the words are entries of these classes and nothing else, in any order."""
        rest = words
        while rest:
            found = self.opening(names, rest)
            if not found:
                return False
            rest = rest[len(found) :]
        return True

    def holds(self, name: str, words: str) -> bool:
        """Return whether an entry of the class stands anywhere in the words."""
        spoken = f"{words} "
        pattern = self._entries(name)
        starts = [0, *(at + 1 for at, c in enumerate(spoken[:-1]) if c == " ")]
        return any(pattern.match(spoken, start) for start in starts)

    def vocabulary(self, *names: str) -> frozenset[str]:
        """Return the single words that stand in these classes, phrases of several words cut up."""
        key = " ".join(names)
        if key not in self._vocabularies:
            entries = (entry for name in names for entry in self._words.get(name, ()))
            plain = (re.sub(r"<\w+>|[()|?*+!_]|\.\.\.", " ", entry) for entry in entries)
            self._vocabularies[key] = frozenset(w for entry in plain for w in folded(entry).split())
        return self._vocabularies[key]

    def share(self, words: Sequence[str]) -> float:
        """Return which part of the words are function words or courtesies of this language, 0 to 1.

        A word that many languages have counts less.
        """
        return sum(_weights()[w].get(self.language, 0.0) for w in words if w in _weights()) / max(
            len(words), 1
        )

    def _entries(self, name: str) -> re.Pattern[str]:
        key = f"<{name}>"
        if key not in self._compiled:
            self._compiled[key] = re.compile(self._class(name))
        return self._compiled[key]

    def _class(self, name: str) -> str:
        if name not in self._sources:
            # Longest first: "ok then" is tried before "ok".
            sources = sorted(map(self._source, self._words.get(name, ())), key=len, reverse=True)
            self._sources[name] = f"(?:{'|'.join(sources)})" if sources else r"(?!)"
        return self._sources[name]

    def _source(self, entry: str) -> str:
        """Return one entry as the source of a regular expression; every word ends in a space."""
        pieces, refused = [], False
        for token in _TOKEN.finditer(entry):
            if token["mark"] == "!":
                refused = True
                continue
            piece = self._token(token)
            pieces.append(f"(?!{piece})" if refused else piece)
            refused = False
        return "".join(pieces)

    def _token(self, token: re.Match[str]) -> str:
        if token["name"]:
            return self._class(token["name"])
        if token["rest"]:
            return f"{_ANY_WORD}*"
        if token["mark"]:
            return "(?:" if token["mark"] == "(" else token["mark"]
        if token["word"] == "_":
            return _ANY_WORD
        return f"(?:{re.escape(folded(token['word']))} )"


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Return every language's lexicon by its code, in the order they are tried."""
    folder = resources.files("bot.language") / "locales"
    found = {}
    for language in sorted(
        (entry.name for entry in folder.iterdir() if (entry / "words.toml").is_file()),
        key=lambda code: (_ORDER.index(code) if code in _ORDER else len(_ORDER), code),
    ):
        tables = tomllib.loads((folder / language / "words.toml").read_text(encoding="utf-8"))
        found[language] = Lexicon(language, tables["words"], tables["phrases"])
    return found


def warm() -> None:
    """Compile all languages' phrases: about 1.5 s of one core once, for a thread at start."""
    for lexicon in lexicons().values():
        lexicon.warm()


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    """Return for each word that tells languages apart how far it speaks for which."""
    having: dict[str, set[str]] = {}
    for language, lexicon in lexicons().items():
        for word in lexicon.vocabulary(*TELLING):
            having.setdefault(word, set()).add(language)
    return {word: dict.fromkeys(known, 1 / len(known)) for word, known in having.items()}


def closest(words: str) -> Lexicon:
    """Return the lexicon that knows most of the words, in the spelling of `folded`."""
    spoken = words.split()
    return max(lexicons().values(), key=lambda lexicon: lexicon.share(spoken))
