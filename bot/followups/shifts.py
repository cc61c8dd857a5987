"""Words that move a reminder: "to Thursday" keeps its time of day, "to 10" its day.

What the words of time mean is told by `when`; here they are found, and completed by what stays.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.domain.followups import FollowUp
from bot.followups.answer import Ask, Due, Rule, Why
from bot.followups.grammar.lexicon import lexicon as words_of_time
from bot.followups.grammar.pieces import (
    Clock,
    Day,
    Every,
    Greeting,
    Instant,
    Lasting,
    Limit,
    Offset,
    OpenHours,
    Part,
)
from bot.followups.grammar.reading import Reading, reading_in
from bot.followups.grammar.tokens import tokens_of
from bot.followups.when import understand
from bot.language.requests import RequestLexicon
from bot.language.spelling import folded

_UNITS = {"UNIT", "FORTNIGHT", "HALFHOUR", "ONEHALF", "OPENHOUR", "WORKDAY", "HALFYEAR", "M"}
_DIRECTIONS = ("earlier", "later", "either_way")
_MARKS = " \t\n,;:.!?-\u2013"


class Way(StrEnum):
    """Where a span leads from the time that a reminder has."""

    LATER = "later"
    EARLIER = "earlier"
    EITHER = "either"  # "Forward by an hour" is earlier for some and later for others.


@dataclass(frozen=True, slots=True)
class Shift:
    """When a reminder is to come instead.

    Attributes:
        words: Words of time that read as a whole: "Thursday", "at 10", "in an hour".
        way: Where the span leads that they name; None where they name a time.
        keeps_day: They name a time of day alone.
        keeps_clock: They name days alone.
    """

    words: str
    language: str
    way: Way | None = None
    keeps_day: bool = False
    keeps_clock: bool = False

    def of(
        self, follow_up: FollowUp, *, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar
    ) -> Due | Rule | Ask:
        """Return when a reminder comes instead, or what has to be asked first.

        Args:
            follow_up: As it is now.
            now: When it was said; aware.
            zone: The asker's.
            calendar: The business's.

        Returns:
            Never an instant that is not later than `now`.
        """
        due = follow_up.due_at.astimezone(zone)
        clock = f"{leading('AT', self.language)} {due:%H:%M}"
        words = f"{self.words} {clock}" if self.keeps_clock else self.words
        if self.way is not None:
            later = understand(words, now=due, zone=zone, calendar=calendar)
            return self._by(later, due, now)
        if self.keeps_day:
            words = f"{due:%Y-%m-%d} {words}"
        return understand(words, now=now, zone=zone, calendar=calendar)

    def _by(self, later: Due | Rule | Ask, due: datetime, now: datetime) -> Due | Ask:
        if not isinstance(later, Due):
            return Ask(Why.UNCLEAR)
        earlier = later.due_at
        if self.keeps_clock:
            ahead = later.due_at.astimezone(due.tzinfo).date() - due.date()
            earlier = (due - ahead).astimezone(UTC)
        else:
            earlier = due.astimezone(UTC) - (later.due_at - due.astimezone(UTC))
        ways = {
            Way.LATER: (later.due_at,),
            Way.EARLIER: (earlier,),
            Way.EITHER: (earlier, later.due_at),
        }
        ahead_of_us = tuple(each for each in ways[self.way or Way.LATER] if each > now)
        if self.way is Way.EITHER:
            return Ask(Why.AMBIGUOUS, ahead_of_us)
        return Due(ahead_of_us[0], ()) if ahead_of_us else Ask(Why.PAST)


def shift_at_end(text: str, lexicon: RequestLexicon, said: str) -> tuple[str, Shift] | None:
    """Return what stands before the words that move, and these; None where a text ends otherwise.

    Args:
        text: "the flour thing to Thursday".
        lexicon: The language's requests.
        said: The whole message, in the spelling of `folded`: "bring … forward" tells where to.
    """
    for word in re.finditer(r"\S+", text):
        shift = shift_of(text[word.start() :], lexicon, said)
        if shift is not None:
            return text[: word.start()].strip(_MARKS), shift
    return None


def shift_of(text: str, lexicon: RequestLexicon, said: str = "") -> Shift | None:
    """Return the words that move which a text is as a whole; None where it is anything else."""
    said = f"{said} {folded(text)}".strip()
    text = text.strip(_MARKS)
    ahead = lexicon.opening(_DIRECTIONS, folded(text))
    text = _without_first(text, len(ahead.split()))
    led = lexicon.opening(("to", "by"), folded(text))
    by = bool(lexicon.opening(("by",), folded(text)))
    bare, directed = _without_direction(_without_first(text, len(led.split())), lexicon)
    directed = directed or bool(ahead)
    if not bare:
        return None
    language = lexicon.language
    if by or directed or not led:
        span = f"{leading('IN', language)} {bare}"
        reading = _whole(span, language)
        if reading is not None and _is_span(reading, bare, language):
            way = _way(said, lexicon)
            return Shift(span, language, way, keeps_clock=_names(reading, Day))
    if directed:
        return None
    for words in (bare, *(f"{leading(tag, language)} {bare}" for tag in ("AT", "IN"))):
        reading = _whole(words, language)
        if reading is not None:
            days = _names(reading, Day, Every, Offset, OpenHours, Instant)
            clocks = _names(reading, Clock, Part, Every, Offset, OpenHours, Instant)
            vague = not (days or clocks)
            return Shift(
                words, language, keeps_day=not days and not vague, keeps_clock=days and not clocks
            )
    return None


def _whole(text: str, language: str) -> Reading | None:
    """Return the reading of words that are words of time and nothing else."""
    reading = reading_in(language, text)
    if reading is None or not reading.whole:
        return None
    meanings = [piece.meaning for piece in reading.pieces]
    beside = all(isinstance(each, Greeting | Limit | Lasting) for each in meanings)
    # "The oven one 5pm" is no 1 o'clock.
    clocks = sum(isinstance(each, Clock) for each in meanings)
    return None if beside or clocks > 1 else reading


def _names(reading: Reading, *kinds: type) -> bool:
    return any(isinstance(piece.meaning, kinds) for piece in reading.pieces)


def _is_span(reading: Reading, words: str, language: str) -> bool:
    tokens = tokens_of(words)
    known = words_of_time(language)
    counted = any(
        edge.tag in _UNITS for at in range(len(tokens)) for edge in known.edges(tokens, at)
    )
    spans = all(isinstance(piece.meaning, Offset | OpenHours | Day) for piece in reading.pieces)
    return counted and spans and len(reading.pieces) == 1


def _way(said: str, lexicon: RequestLexicon) -> Way:
    if lexicon.holds("earlier", said):
        return Way.EARLIER
    return Way.EITHER if lexicon.holds("either_way", said) else Way.LATER


def _without_direction(text: str, lexicon: RequestLexicon) -> tuple[str, bool]:
    """Return a text without "later", "nach hinten" at its end, and whether it had that."""
    words = list(re.finditer(r"\S+", text))
    for count in (2, 1):
        if len(words) > count:
            start = words[-count].start()
            if lexicon.made_of(_DIRECTIONS, folded(text[start:])):
                return text[:start].strip(_MARKS), True
    return text, False


def _without_first(text: str, count: int) -> str:
    words = list(re.finditer(r"\S+", text))
    if count >= len(words):
        return "" if count else text
    return text[words[count].start() :]


@cache
def leading(tag: str, language: str) -> str:
    """Return the word that leads up to a time of day ("AT") or a span ("IN")."""
    entries = (entry for each in words_of_time(language).words.values() for entry in each)
    return next(
        phrase[0]
        for phrase, kind, _ in entries
        if kind == tag and len(phrase) == 1 and phrase[0].isalpha()
    )
