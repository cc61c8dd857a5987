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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import zip_longest

from bot.language.spelling import folded

_TOKEN = re.compile(
    r"<(?P<name>\w+)>|(?P<rest>\.\.\.)|(?P<mark>[()|?*+!])|(?P<word>[^\s()|?*+<>!]+)"
)
ANY_WORD = r"(?:\S+ )"
_NUMBER = r"(?:\d+ )"
_COUNTS = frozenset("?*+")
_ANY = "*"  # among the words an entry may begin with: every word

# Classes of words that tell one language from another.
TELLING = (
    "function", "interrogative", "verbfirst", "connective", "pointing", "pointing_weak",
    "preposition", "time", "more", "please", "hello", "hello_alone", "thanks", "bye", "fine",
    "article", "someone", "bareverb", "calendar", "number_word",
)  # fmt: skip

# The order in which languages are tried where nothing else decides.
_ORDER = ("en", "es", "it", "de", "fr", "nl", "pt")


@dataclass(frozen=True, slots=True)
class Entries:
    """Several entries as one regular expression, whose every word ends in a space.

    Attributes:
        pattern: Matches one of them, the longest words first.
        first: The words they may begin with, perhaps more. Most messages begin with none of
            them, and looking there first costs a tenth of trying every entry.
    """

    pattern: re.Pattern[str]
    first: frozenset[str]

    def may_begin(self, word: str) -> bool:
        """Return whether an entry may begin with a word."""
        return word in self.first or _ANY in self.first

    def may_hold(self, words: Iterable[str]) -> bool:
        """Return whether an entry may begin with any of the words."""
        return _ANY in self.first or not self.first.isdisjoint(words)


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
        self._classes: dict[str, Entries] = {}
        self._whole: dict[str, re.Pattern[str]] = {}
        self._first_words: dict[str, frozenset[str]] = {"number": frozenset({_ANY})}
        self._vocabularies: dict[str, frozenset[str]] = {}
        self._openers: dict[tuple[str, ...], frozenset[str]] = {}

    @property
    def classes(self) -> frozenset[str]:
        """Return the names of the word classes."""
        return frozenset(self._words)

    @property
    def phrases(self) -> frozenset[str]:
        """Return the names of the phrases."""
        return frozenset(self._phrases)

    def entries(self, name: str) -> Sequence[str]:
        """Return a class's entries as they are written in the file; none where it has none."""
        return self._words.get(name, ())

    def __repr__(self) -> str:
        """Return the language's code."""
        return f"Lexicon({self.language!r})"

    def may_open(self, names: tuple[str, ...], words: Iterable[str]) -> bool:
        """Return whether a word may begin an entry of these classes or phrases.

        Cheap, and mostly False: a language that no word speaks for need not be tried.
        """
        if names not in self._openers:
            phrases = (self._opens(name) for name in names if name in self._phrases)
            self._openers[names] = frozenset().union(*map(self._first, names), *phrases)
        openers = self._openers[names]
        return _ANY in openers or not openers.isdisjoint(words)

    def phrase(self, name: str, words: str) -> bool:
        """Return whether the words, in the spelling of `folded`, are a phrase of that name."""
        # Most words begin none, and those are told without compiling it.
        first, _, _ = words.partition(" ")
        return self.may_open((name,), (first,)) and bool(self._phrase(name).fullmatch(f"{words} "))

    def opening(self, names: tuple[str, ...], words: str) -> str:
        """Return the longest entry of these classes that the words begin with; "" for none."""
        best = ""
        first, _, _ = words.partition(" ")
        if not self.may_open(names, (first,)):
            return best
        for name in names:
            entries = self._entries(name)
            found = entries.may_begin(first) and entries.pattern.match(f"{words} ")
            if found and len(found[0]) > len(best):
                best = found[0]
        return best

    def made_of(self, names: tuple[str, ...], words: str) -> bool:
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
        entries, spoken = self._entries(name), words.split()
        if not entries.may_hold(spoken):
            return False
        ended, at = f"{words} ", 0
        for word in spoken:
            if entries.may_begin(word) and entries.pattern.match(ended, at):
                return True
            at += len(word) + 1
        return False

    def without(self, name: str, words: str) -> str:
        """Return the words without the entries of a class that stand in them."""
        entries, left, rest = self._entries(name), "", f"{words} "
        if not entries.may_hold(words.split()):
            return words
        while rest.strip():
            found = entries.pattern.match(rest)
            word, space, after = rest.partition(" ")
            left, rest = (left, rest[found.end() :]) if found else (left + word + space, after)
        return left.strip()

    def vocabulary(self, *names: str) -> frozenset[str]:
        """Return the single words that stand in these classes, phrases of several words cut up."""
        key = " ".join(names)
        if key not in self._vocabularies:
            entries = (entry for name in names for entry in self._words.get(name, ()))
            plain = (re.sub(r"<\w+>|[()|?*+!_]|\.\.\.", " ", entry) for entry in entries)
            self._vocabularies[key] = frozenset(w for entry in plain for w in folded(entry).split())
        return self._vocabularies[key]

    def _phrase(self, name: str) -> re.Pattern[str]:
        if name not in self._whole:
            either = "|".join(self._source(entry) for entry in self._phrases[name])
            self._whole[name] = re.compile(f"(?:{self._class('aside')})*(?:{either})")
        return self._whole[name]

    def _opens(self, name: str) -> frozenset[str]:
        """Return the words that a phrase may begin with; told without compiling it."""
        return self._first("aside") | self._first_of_any(self._phrases[name])

    def _entries(self, name: str) -> Entries:
        if name not in self._classes:
            self._classes[name] = Entries(re.compile(self._class(name)), self._first(name))
        return self._classes[name]

    def _class(self, name: str) -> str:
        if name not in self._sources:
            # Longest first: "ok then" is tried before "ok".
            # Each once: "solo" and "sólo" read alike, and two ways through "solo solo solo …" are
            # eight, which doubles with each word.
            entries = dict.fromkeys(map(self._source, self._words.get(name, ())))
            sources = sorted(entries, key=len, reverse=True)
            self._sources[name] = f"(?:{'|'.join(sources)})" if sources else r"(?!)"
        return self._sources[name]

    def _source(self, entry: str, rest: str = f"{ANY_WORD}*") -> str:
        """Return one entry as the source of a regular expression; every word ends in a space.

        Args:
            entry: As it is written in the file.
            rest: What "..." becomes.
        """
        tokens = list(_TOKEN.finditer(entry))
        pieces, refused = [], False
        for token, after in zip_longest(tokens, tokens[1:]):
            if token["mark"] == "!":
                refused = True
                continue
            counted = after is not None and after["mark"] in _COUNTS
            piece = rest if token["rest"] else self._token(token, counted=counted)
            pieces.append(f"(?!{piece})" if refused else piece)
            refused = False
        return "".join(pieces)

    def _token(self, token: re.Match[str], *, counted: bool) -> str:
        if token["name"]:
            return self._class(token["name"])
        if token["mark"]:
            return "(?:" if token["mark"] == "(" else token["mark"]
        if token["word"] == "_":
            return ANY_WORD
        word = f"{re.escape(folded(token['word']))} "
        return f"(?:{word})" if counted else word

    def _first(self, name: str) -> frozenset[str]:
        """Return the words that a class's entries may begin with."""
        if name not in self._first_words:
            self._first_words[name] = self._first_of_any(self._words.get(name, ()))
        return self._first_words[name]

    def _first_of_any(self, entries: Iterable[str]) -> frozenset[str]:
        return frozenset(word for entry in entries for word in self._first_of(entry))

    def _first_of(self, entry: str) -> Iterator[str]:
        """Yield the words that an entry may begin with: of a group, all of them."""
        tokens = list(_TOKEN.finditer(entry))
        depth, refused = 0, False
        for token, after in zip_longest(tokens, tokens[1:]):
            mark = token["mark"]
            depth += (mark == "(") - (mark == ")")
            refused = refused or mark == "!"
            if token["name"]:
                yield from self._first(token["name"])
            elif token["rest"] or token["word"] == "_":
                yield _ANY
            elif token["word"]:
                yield folded(token["word"]).partition(" ")[0]
            if depth == 0 and mark in {None, ")"}:
                missing = after is not None and after["mark"] in {"?", "*"}
                if not missing and not refused:
                    return
                refused = False
        yield _ANY


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


def in_order(preferred: str | None) -> list[Lexicon]:
    """Return every language's lexicon, the preferred one first."""
    return sorted(lexicons().values(), key=lambda lexicon: lexicon.language != preferred)


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    """Return for each word that tells languages apart how far it speaks for which."""
    having: dict[str, set[str]] = {}
    for language, lexicon in lexicons().items():
        for word in lexicon.vocabulary(*TELLING):
            having.setdefault(word, set()).add(language)
    return {word: dict.fromkeys(known, 1 / len(known)) for word, known in having.items()}


def shares(words: Sequence[str]) -> dict[str, float]:
    """Return for each language which part of the words are its function words or courtesies.

    Args:
        words: In the spelling of `folded`.

    Returns:
        0 to 1 by the language's code, in the order they are tried. A word that many languages
        have counts less.
    """
    found = dict.fromkeys(lexicons(), 0.0)
    weights = _weights()
    for word in words:
        for language, weight in weights.get(word, {}).items():
            found[language] += weight / len(words)
    return found


def closest(words: str) -> Lexicon:
    """Return the lexicon that knows most of the words, in the spelling of `folded`."""
    known = shares(words.split())
    return lexicons()[max(known, key=lambda language: known[language])]
