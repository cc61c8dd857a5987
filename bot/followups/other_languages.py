"""Times in languages our grammar has no words for, and written dates once more: dateparser.

It is willing: it reads dates into chatter, and passes over words it does not know. So it is asked
only in languages one of whose words of time stands in the text, and believed only where each word
matters: without any of them it must read something else.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.followups.grammar.tokens import unaccented

if TYPE_CHECKING:
    from dateparser.date import DateData

LANGUAGES = (
    *("ar", "bg", "ca", "cs", "da", "el", "et", "fa", "fi", "he", "hi", "hr", "hu", "id", "ja"),
    *("ko", "lt", "lv", "nb", "pl", "ro", "ru", "sk", "sl", "sr", "sr-Cyrl", "sv", "th", "tr"),
    *("uk", "vi", "zh"),
)
"""Read by the library: those beside our own that an office in Europe is likeliest to meet."""

MAX_PARSES = 200
"""How often the library is asked about one text, at most."""

_MAX_CHARS = 300  # Looked at of a text; a wish for a reminder is shorter.
_MAX_WORDS = 8  # Of one time: "w poniedziałek 7 grudnia 2026 o 10:30" has seven.
_MIN_LETTERS = 3  # Shorter words ("o", "kl") add nothing that could be passed over.
_SHIFT = timedelta(minutes=61)

_TABLES = "dateparser.data.date_translation_data"
_UNITS = ("minute", "hour", "day", "week", "month", "year")
_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u0e00-\u0e7f]")  # Kana, Han, Thai.
_SAYS_CLOCK = re.compile(r"\d[:.h時时点시]\s?\d\d|\d\s?[時时点시]")


@dataclass(frozen=True, slots=True)
class Told:
    """What the library reads in words.

    Attributes:
        day: None for a span.
        clock: None where no time of day is said.
        span: From now: "in two hours".
    """

    day: date | None = None
    clock: time | None = None
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A time in another language.

    Attributes:
        told: What it says.
        words: How it is said.
        start: Where its words begin in the text, in code points; `end` is one past them.
        whole: Nothing else stands in the text, and all languages that know the words agree.
    """

    told: Told
    words: str
    start: int
    end: int
    whole: bool


def found_in(text: str, now: datetime) -> Found | None:
    """Return the time that a text names in one of `LANGUAGES`, the longest there is.

    Args:
        text: Any; its first 300 characters are looked at.
        now: The asker's wall clock, without a zone.
    """
    text = text[:_MAX_CHARS]
    words = [(each.start(), each.end()) for each in re.finditer(r"\S+", text)]
    telling = [_telling(text[start:end]) for start, end in words]
    languages = [language for language in LANGUAGES if any(language in each for each in telling)]
    asked = _Library(now)
    for first, last in _windows(len(words)) if languages else ():
        start, end = words[first][0], words[last - 1][1]
        part = text[start:end].strip("?!.,")
        beside = telling[first:last]
        known = [language for language in languages if any(language in each for each in beside)]
        said = [told for language in known if (told := asked.told(part, language))]
        if said:
            whole = len(set(said)) == 1 and last - first == len(words)
            return Found(said[0], part, start, end, whole)
    return None


def load() -> None:
    """Read what the first text in another language would wait for: 0.5 to 1 s, in a thread."""
    _telling("")
    now = datetime(2026, 1, 1, 12)  # noqa: DTZ001  any moment will do
    _Library(now).read("1 January", "en")
    _Library(now).read("1. Januar", "de")


def written_date(text: str, language: str, today: date) -> date | None:
    """Return the date that written words say in one of our own languages, None for none."""
    # From yesterday on: to the library today's date has passed once the day has begun.
    told = _Library(datetime.combine(today - timedelta(days=1), time(12))).read(text, language)
    return told.day if told else None


def _windows(count: int) -> Iterator[tuple[int, int]]:
    """Yield runs of words, the longest first."""
    for length in range(min(count, _MAX_WORDS), 0, -1):
        yield from ((first, first + length) for first in range(count - length + 1))


def _telling(word: str) -> frozenset[str]:
    """Return the languages that a word, as it is written, holds words of time of."""
    known = _languages()
    if _UNSPACED.search(word):
        found = (each for each in known if _UNSPACED.match(each) and each in word)
    else:
        found = (each for each in _words(word) if each in known)
    return frozenset(language for each in found for language in known[each])


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unaccented(text.casefold()))


def _table(language: str) -> Mapping[str, Any]:
    """The library's own words of a language."""
    table: Mapping[str, Any] = import_module(f"{_TABLES}.{language}").info
    return table


@cache
def _names(language: str) -> frozenset[str]:
    """Return the names of months and weekdays."""
    table = _table(language)
    spellings = [each for name in _NAMES for each in table.get(name, ())]
    return frozenset(word for each in spellings for word in _words(each))


@cache
def _leading(language: str) -> frozenset[str]:
    """Return the words that lead up to a time: "in", "at"."""
    table = _table(language)
    phrases = (*table.get("in", ()), *table.get("skip", ()))
    return frozenset(word for each in phrases for word in _words(each))


@cache
def _languages() -> Mapping[str, Collection[str]]:
    """Return for each word of time the languages that have it."""
    having: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for word in _vocabulary(language):
            having.setdefault(word, []).append(language)
    return having


def _vocabulary(language: str) -> frozenset[str]:
    """Return a language's words of time."""
    table = _table(language)
    phrases = [each for unit in _UNITS for each in table.get(unit, ())]
    phrases += [each for spellings in table["relative-type"].values() for each in spellings]
    phrases += [each for pair in table.get("simplifications", ()) for each in pair]
    words = {word for each in phrases for word in _words(each)} | _names(language)
    words -= _leading(language)
    return frozenset(w for w in words if len(w) >= _MIN_LETTERS or _UNSPACED.match(w))


class _Library:
    """The library, asked a bounded number of times from one moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now.replace(second=0, microsecond=0)
        later = self._now + _SHIFT
        same_day = later.date() == self._now.date()
        self._other = later if same_day else self._now - _SHIFT
        # Another day, month and hour: what comes out the same by chance does not twice.
        self._elsewhen = datetime.combine(self._now + timedelta(days=40), time(0, 1))
        self._left = MAX_PARSES

    def told(self, text: str, language: str) -> Told | None:
        """Return what a text says as a whole, None unless each of its words matters."""
        told = self.read(text, language)
        if told is None:
            return None
        words = text.split()
        rests = (" ".join((*words[:at], *words[at + 1 :])) for at in range(len(words)))
        for word, rest in zip(words, rests, strict=True):
            if not _is_small(word, language) and not self._agrees(word, told, language):
                idle = rest and self._moments(rest, language) == self._moments(text, language)
                if idle or self._left <= 0:
                    return None
        return told

    def read(self, text: str, language: str) -> Told | None:
        """Return what the library makes of a text."""
        here, there = (self._moment(text, language, base) for base in (self._now, self._other))
        if here is None or there is None:
            return None
        if there - here == self._other - self._now:
            # It counts from now: in days where the time of day stays, else in hours.
            same_time = here.time() == self._now.time()
            return Told(day=here.date()) if same_time else Told(span=here - self._now)
        if there != here:
            return None
        silent = here.time() == time(0) and not _SAYS_CLOCK.search(text)
        return Told(day=here.date(), clock=None if silent else here.time())

    def _agrees(self, word: str, told: Told, language: str) -> bool:
        """Whether a word says again what is known: the weekday of a date, this year's number."""
        if told.day is None:
            return False
        if not _names(language).isdisjoint(_words(word)):
            alone = self.read(word.strip(",."), language)
            return alone is not None and _same_weekday(alone, told)
        return word.strip(",.") == str(told.day.year)

    def _moments(self, text: str, language: str) -> list[datetime | None]:
        return [self._moment(text, language, base) for base in (self._now, self._elsewhen)]

    def _moment(self, text: str, language: str, base: datetime) -> datetime | None:
        if self._left <= 0:
            return None
        self._left -= 1
        from dateparser.date import DateDataParser  # noqa: PLC0415  its import takes 0.2 to 0.7 s

        settings = {
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "RETURN_AS_TIMEZONE_AWARE": False,
            # "3.12." is December with everyone who writes dots; "3/12" our own grammar asks about.
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
        }
        found = DateDataParser(languages=[language], settings=settings).get_date_data(text)
        # "December 2026" becomes today's day of December.
        return found.date_obj if found.period in {"day", "time"} or _counts(found, base) else None


def _counts(found: "DateData", base: datetime) -> bool:
    """Whether a span was read ("in a month"), which keeps the time of day."""
    return found.date_obj is not None and found.date_obj.time() == base.time() != time(0)


def _is_small(word: str, language: str) -> bool:
    if any(each.isdigit() for each in word):
        return False
    return len(word) < _MIN_LETTERS or set(_words(word)) <= _leading(language)


def _same_weekday(alone: Told, told: Told) -> bool:
    return bool(alone.day and told.day and alone.day.weekday() == told.day.weekday())
