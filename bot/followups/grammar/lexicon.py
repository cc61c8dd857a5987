"""What a language's words of time mean."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.followups.grammar.tokens import Token, tokens_of, unaccented

LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")
_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TOLD_APART = {"UNIT", "ADVERB"}  # Rules may ask for one value: UNIT_week, ADVERB_DAILY.


@dataclass(frozen=True, slots=True)
class Edge:
    """A meaning of the tokens up to `end`: a kind of word and its value."""

    end: int
    tag: str
    value: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words.

    Attributes:
        words: By first word: the phrase, its tag and value; the longest phrase first.
    """

    language: str
    words: dict[str, list[tuple[tuple[str, ...], str, str]]] = field(repr=False)

    def edges(self, tokens: list[Token], start: int) -> list[Edge]:
        """Return everything that may begin at a token."""
        found = []
        for phrase, tag, value in self.words.get(tokens[start].text, ()):
            end = start + len(phrase)
            if tuple(token.text for token in tokens[start:end]) == phrase:
                found.append(Edge(end, tag, value))
                if tag in _TOLD_APART:
                    found.append(Edge(end, f"{tag}_{value}", value))
        return found


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of one of `LANGUAGES`."""
    source = files("bot.followups.grammar").joinpath("words", f"{language}.toml")
    words: dict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
    for tag, values in tomllib.loads(source.read_text("utf-8")).items():
        for value, spellings in values.items():
            for phrase in {_phrase(s) for text in spellings for s in _typed(text, language)}:
                words[phrase[0]].append((phrase, tag, value))
    for entries in words.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry[1], entry[2]))
    return Lexicon(language, dict(words))


@cache
def polite_words() -> frozenset[str]:
    """Return what may stand before a wish, in any language."""
    source = files("bot.followups.grammar").joinpath("words", "polite.toml")
    languages = tomllib.loads(source.read_text("utf-8")).values()
    return frozenset(word for words in languages for word in words)


def _typed(spelling: str, language: str) -> tuple[str, ...]:
    # Short words become other words without their accent: French "à" (at) and "a" (has).
    typed = (spelling, unaccented(spelling)) if len(spelling) > 3 else (spelling,)
    return (*typed, spelling.translate(_WITHOUT_UMLAUTS)) if language == "de" else typed


def _phrase(spelling: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens_of(spelling))
