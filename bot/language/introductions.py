"""Names that people tell of themselves: "I'm Ann Keller", "mein Name ist Keller".

By the words that introduce a name, in every language there is. What finds names anywhere in a text
(spaCy's and GLiNER's models) weighs hundreds of megabytes and still misses those written small; a
list of first names knows neither surnames nor most of the world. So this finds only who introduces
themselves, and not: names without such words before them, most that are written small after "I'm",
and a third person's ("my husband Paul"). In German a single word after "ich bin" may be any noun,
so it takes two; elsewhere a word written large that is no name ("I'm Catholic") is taken for one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from bot.language.lexicon import TELLING, Lexicon, lexicons
from bot.language.spelling import folded

MAX_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Between the words of a name, and of what introduces it: a full stop follows "Dr", a colon "name".
_GAP = re.compile(r"\.?[ \t]+|[-:] ?|: ")
_TITLES = frozenset(
    [
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "miss",
        "herr",
        "frau",
        "sir",
        "madame",
        "monsieur",
        "mme",
        "sr",
        "sra",
        "srta",
        "sig",
    ]
)
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "la",
        "le",
        "ten",
        "ter",
        "zu",
        "zum",
        "al",
        "el",
        "bin",
        "ibn",
    ]
)
# Every noun is written large.
_NOUNS_LARGE = frozenset({"de"})
_AFTER = re.compile(r"\s*(?:,|\b(?:and|und|y|et|e|en)\b)?\s*")


@dataclass(frozen=True, slots=True)
class Introduction:
    """Where somebody tells their name.

    Attributes:
        start: Of the words that introduce it, in code points.
        end: Behind the name and what belongs to it.
        name: As written.
    """

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    folded: str

    @property
    def large(self) -> bool:
        return self.text[0].isupper() and not (len(self.text) > 1 and self.text.isupper())


def introductions(text: str) -> list[Introduction]:
    """Return where people tell their own names in a text, in order, apart from each other."""
    words = [
        _Word(match.start(), match.end(), match[0], folded(match[0]))
        for match in _WORD.finditer(text)
    ]
    found: list[Introduction] = []
    for place in range(len(words)):
        if found and words[place].start < found[-1].end:
            continue
        if (introduction := _at(text, words, place)) is not None:
            found.append(introduction)
    return found


def _at(text: str, words: Sequence[_Word], place: int) -> Introduction | None:
    """Return the introduction that begins with a word, the one of the longest phrase."""
    for length, lexicon, sure in _phrases_at(text, words, place):
        first = place + length
        last = _name(text, words, first, lexicon, sure=sure)
        if last > first:
            while words[first].folded in _TITLES:
                first += 1
            end = words[last - 1].end
            name = re.sub(r"['’]s$", "", text[words[first].start : end])
            after = _after(text, words, last, lexicon)
            end = words[last + after - 1].end if after else end
            behind = _AFTER.match(text, end)
            return Introduction(words[place].start, behind.end() if behind else end, name)
    return None


def _phrases_at(text: str, words: Sequence[_Word], place: int) -> list[tuple[int, Lexicon, bool]]:
    """Return the phrases that begin with a word: so many words, whose, and whether it is sure."""
    found = [
        (len(phrase.words), phrase.lexicon, phrase.sure)
        for phrase in _phrases().get(words[place].folded, ())
        if _stands(phrase.words, text, words, place)
    ]
    return sorted(found, key=lambda each: (each[0], each[2]), reverse=True)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that introduce a name; after those that are not sure anything else may follow."""

    words: tuple[str, ...]
    lexicon: Lexicon
    sure: bool


@cache
def _phrases() -> Mapping[str, Sequence[_Phrase]]:
    """Return every language's phrases by their first word."""
    found: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for lexicon in lexicons().values():
        for kind, sure in (("naming", True), ("presenting", False)):
            for words in _entries(lexicon.language, kind):
                found[words[0]].append(_Phrase(words, lexicon, sure))
    return found


def _after(text: str, words: Sequence[_Word], place: int, lexicon: Lexicon) -> int:
    """Return of how many words what belongs to an introduction is behind its name, 0 for none."""
    entries = _entries(lexicon.language, "named_after")
    return max((len(each) for each in entries if _stands(each, text, words, place)), default=0)


@cache
def _entries(language: str, kind: str) -> frozenset[tuple[str, ...]]:
    written = lexicons()[language].entries(kind)
    return frozenset(tuple(folded(word) for word in _WORD.findall(entry)) for entry in written)


def _stands(entry: tuple[str, ...], text: str, words: Sequence[_Word], place: int) -> bool:
    return tuple(word.folded for word in _run(text, words, place, len(entry))) == entry


def _run(text: str, words: Sequence[_Word], place: int, length: int) -> Iterator[_Word]:
    """Yield words that stand side by side, at most so many."""
    for at in range(place, min(place + length, len(words))):
        if at > place and not _GAP.fullmatch(text, words[at - 1].end, words[at].start):
            return
        yield words[at]


def _name(text: str, words: Sequence[_Word], first: int, lexicon: Lexicon, *, sure: bool) -> int:
    """Return behind which word the name ends that begins with one; `first` where none does."""
    if first >= len(words) or not _GAP.fullmatch(text, words[first - 1].end, words[first].start):
        return first
    stretch = list(_run(text, words, first, MAX_WORDS + 1))
    large = _large(stretch, lexicon)
    if not large and sure:
        return first + _small(text, stretch, lexicon)
    parts = [word for word in stretch[:large] if word.large]
    titled = any(word.folded in _TITLES for word in stretch[:large])
    # "It's May" names a month, "I'm May Keller" does not.
    month = len(parts) == 1 and parts[0].folded in lexicon.vocabulary("calendar", "time")
    enough = 2 if lexicon.language in _NOUNS_LARGE and not (sure or titled) else 1
    return first + large if len(parts) >= enough and (sure or not month) else first


def _large(stretch: Sequence[_Word], lexicon: Lexicon) -> int:
    """Return how many words at the beginning are a name that is written large."""
    end = 0
    for place, word in enumerate(stretch[:MAX_WORDS]):
        if word.folded in _TITLES or (word.folded in _PARTICLES and not word.large):
            continue
        if not word.large or _known(word, lexicon):
            break
        end = place + 1
    return end


def _small(text: str, stretch: Sequence[_Word], lexicon: Lexicon) -> int:
    """Return how many words are a name that is written small: one or two, and nothing more said."""
    for length in (2, 1):
        named = stretch[:length]
        behind = text[named[-1].end :] if len(named) == length else ""
        over = re.match(r"\s*(?:[^\w\s]|$)|\s+(?:and|und|y|et|e|en)\b", behind)
        if named and len(named) == length and over and not any(_known(w, lexicon) for w in named):
            return length
    return 0


def _known(word: _Word, lexicon: Lexicon) -> bool:
    """Return whether a word is one of the language's own, or of a people or a country."""
    classes = (name for name in TELLING if name not in {"calendar", "time"})
    return word.folded in lexicon.vocabulary(*classes) or word.folded in _peoples(lexicon.language)


@cache
def _peoples(language: str) -> frozenset[str]:
    locale = Locale.parse(language)
    names = (*locale.languages.values(), *locale.territories.values())
    # Of "Svalbard and Jan Mayen" no single word is one.
    return frozenset(name for name in map(folded, names) if " " not in name)
