"""Whether a question asks when the business is open, and for which days. By rules, no model.

Precise before complete: besides words of time and the name of the business a question may hold
nothing but the words of such a question. "Is the kitchen open now?" and "can I collect a cake on
Saturday?" are answered from the knowledge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.followups.named_days import NamedDays, named_days
from bot.language.lexicon import Lexicon, in_order
from bot.language.spelling import folded

# A longer one tells a story.
_MAX_WORDS = 20
_SATURDAY, _SUNDAY = 5, 6
_WEEKEND = (_SATURDAY, _SUNDAY)

# In the order they are tried.
_PHRASES = ("hours_next_closed", "hours_again", "hours_open", "hours_week", "hours_bare")
# Words around a time that ask nothing of their own: "and on sunday?", "what about tomorrow?"
_LEADING = ("connective", "adding", "between", "please", "aside")


class Topic(Enum):
    """What is asked."""

    NOW = auto()
    DATES = auto()
    NEXT_HOLIDAY = auto()
    NEXT_OPENING = auto()
    NEXT_CLOSED = auto()
    WEEK = auto()
    WEEKDAYS = auto()
    HOLIDAYS = auto()


_STANDING = frozenset({Topic.WEEK, Topic.WEEKDAYS, Topic.HOLIDAYS})


@dataclass(frozen=True, slots=True)
class AskedHours:
    """A question for the business's hours.

    Attributes:
        text: The question, whole: one that leans says for itself what it is about.
        bare: The same without its words of time, in the spelling of `folded`.
        dates: For DATES: which, in order; at least one.
        weekdays: For WEEKDAYS: which, Monday 0, in order; at least one.
    """

    topic: Topic
    text: str
    bare: str
    dates: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()

    @property
    def standing(self) -> bool:
        """Return whether the answer holds on any day, so that an entry can give it as well."""
        return self.topic in _STANDING


@dataclass(frozen=True, slots=True)
class Asker:
    """From where a question is asked: the person's own date and zone, and their language."""

    today: date
    zone: ZoneInfo
    language: str


def asked_hours(
    text: str, *, before: str, asker: Asker, calendar: BusinessCalendar
) -> AskedHours | None:
    """Return what a question asks of the hours, or None: a question like any other.

    Args:
        text: The question, courtesies taken off.
        before: The question before it in the conversation, "" where there is none. One for the
            hours may be gone on with: "and on Sunday?", "until when?".
        asker: Who asks.
        calendar: The business's.
    """
    words = folded(text).split()
    if not 0 < len(words) <= _MAX_WORDS:
        return None
    order = in_order(asker.language)
    reading = _Reading(text, before, asker, calendar)
    found = next(filter(None, (reading.whole(each) for each in _signed(order, text))), None)
    if not before or not _signed(order, before) or (found and not _goes_on(found, text, order)):
        return found
    earlier = asked_hours(before, before="", asker=asker, calendar=calendar)
    if earlier is None:
        return found
    return next(filter(None, (reading.leaning(each, earlier) for each in order)), found)


def _signed(order: Iterable[Lexicon], text: str) -> list[Lexicon]:
    """Return the languages that have a word of opening or closing in a text; mostly none."""
    words = folded(text)
    return [lexicon for lexicon in order if lexicon.holds("hours_sign", words)]


def _goes_on(found: AskedHours, text: str, order: Iterable[Lexicon]) -> bool:
    """Return whether a question that could stand alone leans: "and when do you close?"."""
    words = folded(text)
    return found.topic is Topic.WEEK and any(each.opening(("connective",), words) for each in order)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One question, to be read in several languages."""

    text: str
    before: str
    asker: Asker
    calendar: BusinessCalendar

    def whole(self, lexicon: Lexicon) -> AskedHours | None:
        """Return what the question asks by itself."""
        named = self._named(lexicon)
        if named is None:
            return None
        when = _When.of(named, lexicon, self.calendar.facts.name, self.asker.today)
        # "Still open?" said after something else may well be about that.
        now_alone = when.present and not self.before
        phrase = next((each for each in _PHRASES if lexicon.phrase(each, when.rest)), None)
        if phrase is None or (phrase == "hours_bare" and not when.topic and not now_alone):
            return None
        topic = when.topic or _untimed(phrase, when)
        return AskedHours(topic, self.text, when.rest, when.dates, when.weekdays)

    def leaning(self, lexicon: Lexicon, earlier: AskedHours) -> AskedHours | None:
        """Return what it asks after a question for the hours: the same of other days, or more."""
        named = self._named(lexicon)
        if named is None:
            return None
        when = _When.of(named, lexicon, "", self.asker.today)
        more = lexicon.phrase("hours_leaning", when.rest)
        if not more and (not when.told or not lexicon.made_of(_LEADING, when.rest)):
            return None
        topic = when.topic or (Topic.NOW if when.present else None)
        if topic is None:
            return earlier if more else None
        # Dates are written so that they mean the same whenever they are read again.
        added = " ".join(map(str, when.dates)) or self.text
        text = f"{earlier.bare} {added}"
        return AskedHours(topic, text, earlier.bare, when.dates, when.weekdays)

    def _named(self, lexicon: Lexicon) -> NamedDays | None:
        return named_days(
            self.text,
            lexicon.language,
            today=self.asker.today,
            zone=self.asker.zone,
            calendar=self.calendar,
        )


@dataclass(frozen=True, slots=True)
class _When:
    """For when a question asks, and its other words in the spelling of `folded`."""

    rest: str
    topic: Topic | None
    dates: tuple[date, ...]
    weekdays: tuple[int, ...]
    timed: bool
    present: bool

    @property
    def told(self) -> bool:
        """Return whether any time at all was named."""
        return self.topic is not None or self.timed or self.present

    @classmethod
    def of(cls, named: NamedDays, lexicon: Lexicon, name: str, today: date) -> "_When":
        rest = _nameless(folded(named.rest), lexicon, folded(name))
        held: set[str] = set()
        for each in ("next_holiday", "holidays", "weekend", "weekends", "present"):
            shorter = lexicon.without(each, rest)
            if shorter != rest:
                held.add(each)
                rest = shorter
        dates = (*named.dates, *(_weekend(today) if "weekend" in held else ()))
        weekdays = (*named.weekdays, *(_WEEKEND if "weekends" in held else ()))
        topic = (
            (Topic.NEXT_HOLIDAY if "next_holiday" in held else None)
            or (Topic.DATES if dates else None)
            or (Topic.HOLIDAYS if "holidays" in held else None)
            or (Topic.WEEKDAYS if weekdays else None)
        )
        return cls(rest, topic, dates, weekdays, named.timed, "present" in held)


def _untimed(phrase: str, when: _When) -> Topic:
    """Return what a phrase asks when no day is named with it."""
    match phrase:
        case "hours_next_closed":
            return Topic.NEXT_CLOSED
        case "hours_again":
            return Topic.NEXT_OPENING
        case _ if when.timed:  # "Are you open at eight?" is said of any day.
            return Topic.WEEK
        case "hours_open":
            return Topic.NOW
        case _:
            return Topic.NOW if when.present else Topic.WEEK


def _nameless(words: str, lexicon: Lexicon, name: str) -> str:
    """Return the words with "the shop" for the business's name, whole or as its trade."""
    if not name:
        return words
    shop = min(lexicon.vocabulary("premises"))
    rest = f" {words} ".replace(f" {name} ", f" {shop} ").split()
    own = lexicon.vocabulary("trade").intersection(name.split())
    return " ".join(shop if word in own else word for word in rest)


def _weekend(today: date) -> tuple[date, ...]:
    saturday = today + timedelta(days=_SATURDAY - today.weekday())
    return (saturday, saturday + timedelta(days=1)) if today <= saturday else (today,)
