"""Which of somebody's reminders their words name.

Measured by the words of the subjects: of what was said, how much does a subject explain? A word
that few of the person's own subjects have weighs more than one that many have, as in a search
(inverse document frequency, Spärck Jones 1972). Only a subject that explains all of the words is
meant for sure.
"""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from rapidfuzz.distance import OSA

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.domain.followups import FollowUp
from bot.followups.grammar.days import View
from bot.followups.grammar.pieces import Clock, Day
from bot.followups.grammar.reading import reading_in, without
from bot.followups.shifts import leading
from bot.language.lexicon import lexicons
from bot.language.requests import RequestLexicon, request_lexicons
from bot.language.spelling import folded
from knowledge.terms import terms

# Of a subject that explains less than this of what was said it is not asked whether it is meant.
_NEAR = 1 / 3
# A word that is part of another, or a slip of the pen away, from so many letters on.
_PART, _REST, _SLIP = 4, 3, 6
_COMPOUNDING = {"de", "nl"}
_NOT_ALONE = (
    *("small", "reminder", "reminding", "thing", "numbered", "own", "please", "aside"),
    *("later", "either_way"),
)
# Subjects whose words are kept at hand: those of all that waits, in two languages.
_KEPT = 4_096
# Words that say nothing of what it is about.
_IDLE = ("function", "preposition", "article", "verbfirst", "pointing_weak", "please")


@dataclass(frozen=True, slots=True)
class Named:
    """What some words name.

    Attributes:
        found: The reminders that may be meant, by due date.
        sure: Every word that was said is explained by each of them.
        everything: All of them are meant, whatever they are about.
        by_words: They were told apart by what they are about, when they are due, or their number.
        number: By this one.
        unspecified: No word says which.
    """

    found: tuple[FollowUp, ...] = ()
    sure: bool = False
    everything: bool = False
    by_words: bool = False
    number: int | None = None
    unspecified: bool = False

    @property
    def one(self) -> FollowUp | None:
        """Return the reminder that is meant for sure, if one is."""
        return self.found[0] if self.sure and len(self.found) == 1 else None


@dataclass(frozen=True, slots=True)
class Asker:
    """From where somebody looks at their reminders.

    Attributes:
        waiting: Their own that wait, by due date.
        last: Those that the last answer to them in this conversation spoke of.
        now: When it was said; aware.
    """

    waiting: Sequence[FollowUp]
    last: Collection[int]
    now: datetime
    zone: ZoneInfo
    calendar: BusinessCalendar


def named_by(words: str, language: str, asker: Asker, *, by_name: bool = True) -> Named:
    """Return which reminders some words name.

    Args:
        words: "the flour thing", "tomorrow's reminder", "it", "no. 3"; "" names the last ones.
        language: Of the words; one that `request_lexicons` has.
        asker: Whose reminders, and from when on.
        by_name: It was said that reminders are spoken of, so words without a meaning of their own
            may stand beside.
    """
    lexicon = request_lexicons()[language]
    words = re.sub(r"(?<=\w)['\u2019]s\b", " ", words)
    spelt = folded(words)
    if (number := _number(spelt, lexicon)) is not None:
        found = tuple(each for each in asker.waiting if each.follow_up_id == number)
        return Named(found, sure=True, by_words=True, number=number)
    if lexicon.holds("everything", spelt) and lexicon.made_of(("everything", *_NOT_ALONE), spelt):
        return Named(tuple(asker.waiting), sure=True, everything=True)
    if (said := _content(words, lexicon, asker, by_name=by_name)) == []:
        return _unspecified(asker, by_name=by_name)
    by_subject = _by_subject(said, lexicon, asker)
    if by_subject.sure:
        return by_subject
    return _by_time(words, lexicon, asker, by_name=by_name) or by_subject


def due_then(words: str, language: str, asker: Asker) -> tuple[FollowUp, ...]:
    """Return the reminders that are due at a time that is named: "9", "Thursday"."""
    lexicon = request_lexicons()[language]
    for said in (words, f"{leading('AT', language)} {words}"):
        if told := _told(said, lexicon, asker):
            return tuple(each for each in asker.waiting if told[1](each))
    return ()


def touched(text: str, language: str, waiting: Iterable[FollowUp]) -> list[FollowUp]:
    """Return the reminders whose subject shares a telling word with a text."""
    found = []
    for each in waiting:
        said = _words(text, frozenset({language, each.language}))
        subject = _words(each.subject, frozenset({language, each.language}))
        if any(a.meets(b) for a in said if not a.idle for b in subject if not b.idle):
            found.append(each)
    return found


def _number(spelt: str, lexicon: RequestLexicon) -> int | None:
    numbers = re.findall(r"\b\d{1,9}\b", spelt)
    rest = re.sub(r"\b\d{1,9}\b", "", spelt).strip()
    if len(numbers) != 1 or not lexicon.made_of(_NOT_ALONE, " ".join(rest.split())):
        return None
    return int(numbers[0])


def _unspecified(asker: Asker, *, by_name: bool) -> Named:
    """Return what "it" or "my reminder" names: the last ones spoken of, else all there are."""
    last = tuple(each for each in asker.waiting if each.follow_up_id in asker.last)
    if last:
        return Named(last, sure=True, unspecified=True)
    found = tuple(asker.waiting) if by_name else ()
    return Named(found, sure=by_name, unspecified=True)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word in the forms it is compared by."""

    word: str
    forms: frozenset[str]
    idle: bool
    parts: bool

    def meets(self, other: "_Word") -> bool:
        """Return whether it is the same word, part of it, or a slip of the pen away."""
        if self.forms & other.forms:
            return True
        short, long = sorted((self, other), key=lambda each: len(each.word))
        if self.parts and any(
            len(form) >= _PART
            and len(long.word) - len(form) >= _REST
            and (long.word.startswith(form) or long.word.endswith(form))
            for form in short.forms
        ):
            return True
        return len(short.word) >= _SLIP and OSA.distance(self.word, other.word) <= 1


@lru_cache(_KEPT)
def _words(text: str, languages: frozenset[str]) -> tuple[_Word, ...]:
    readings = [terms(text, language) for language in sorted(languages)]
    idle = frozenset().union(
        *(lexicons()[each].vocabulary(*_IDLE) for each in languages if each in lexicons())
    )
    return tuple(
        _Word(
            each[0].word,
            frozenset({term.stem for term in each} | {each[0].word}),
            each[0].word in idle,
            bool(languages & _COMPOUNDING),
        )
        for each in zip(*readings, strict=True)
    )


def _content(words: str, lexicon: RequestLexicon, asker: Asker, *, by_name: bool) -> list[_Word]:
    """Return the words that say what it is about."""
    small = lexicon.vocabulary(*_NOT_ALONE, "pointer")
    turning = lexicon.vocabulary("turning", "interrogative")
    languages = frozenset({lexicon.language, *(each.language for each in asker.waiting)})
    return [
        each
        for each in _words(words, languages)
        if each.word not in small and not (by_name and each.idle and each.word not in turning)
    ]


def _by_subject(said: list[_Word], lexicon: RequestLexicon, asker: Asker) -> Named:
    subjects = [
        _words(each.subject, frozenset({lexicon.language, each.language})) for each in asker.waiting
    ]
    hits = [[any(word.meets(own) for own in subject) for subject in subjects] for word in said]
    weights = [math.log(1 + (len(subjects) + 1) / (sum(hit) + 0.5)) for hit in hits]
    explained = [
        sum(weight for weight, hit in zip(weights, hits, strict=True) if hit[at]) / sum(weights)
        for at in range(len(subjects))
    ]
    whole = [at for at in range(len(subjects)) if all(hit[at] for hit in hits)]
    exact = [at for at in whole if _same(said, subjects[at])]
    if whole:
        chosen = exact if len(exact) == 1 else whole
        return Named(tuple(asker.waiting[at] for at in chosen), sure=True, by_words=True)
    best = max(explained, default=0.0)
    near = [at for at, share in enumerate(explained) if share >= max(_NEAR, best)]
    return Named(tuple(asker.waiting[at] for at in near), by_words=True)


def _same(said: Sequence[_Word], subject: Sequence[_Word]) -> bool:
    return all(any(own.meets(word) for word in said) for own in subject if not own.idle)


def _by_time(words: str, lexicon: RequestLexicon, asker: Asker, *, by_name: bool) -> Named | None:
    """Return the reminders that are due when the words say, and about what else they say."""
    told = _told(words, lexicon, asker)
    if told is None:
        return None
    rest, fits = told
    due = [each for each in asker.waiting if fits(each)]
    among = Asker(due, asker.last, asker.now, asker.zone, asker.calendar)
    said = _content(rest, lexicon, among, by_name=by_name)
    if not said:
        return Named(tuple(due), sure=True, by_words=True)
    return _by_subject(said, lexicon, among) if due else None


class _Due:
    """Tells whether a reminder is due on some days, or at some times of day."""

    def __init__(self, asker: Asker, days: Iterable[date], clocks: Sequence[Clock]) -> None:
        self._zone = asker.zone
        self._days = frozenset(days)
        self._clocks = clocks

    def __call__(self, follow_up: FollowUp) -> bool:
        """Return whether it is due then."""
        due = follow_up.due_at.astimezone(self._zone)
        hours = {(c.hour, c.minute) for c in self._clocks}
        hours |= {(c.hour + 12, c.minute) for c in self._clocks if not c.sure}
        on_day = not self._days or due.date() in self._days
        return on_day and (not hours or (due.hour, due.minute) in hours)


def _told(words: str, lexicon: RequestLexicon, asker: Asker) -> tuple[str, _Due] | None:
    """Return the words beside those of time, and what these tell; None without any."""
    today = asker.now.astimezone(asker.zone).date()
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    stretches = {
        "this_week": (today, monday + timedelta(days=7)),
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=14)),
        "this_month": (today, month + relativedelta(months=1)),
    }
    spelt = folded(words)
    for name, (first, after) in stretches.items():
        if lexicon.holds(name, spelt):
            days = (first + timedelta(days=each) for each in range((after - first).days))
            return lexicon.without(name, spelt), _Due(asker, days, ())
    reading = reading_in(lexicon.language, words)
    if reading is None:
        return None
    meanings = [piece.meaning for piece in reading.pieces]
    view = View(today, asker.calendar)
    try:
        named = [day for each in meanings if isinstance(each, Day) for day in each.pick(view)]
    except (NoBusinessDayError, OverflowError, ValueError):
        return None
    clocks = [each for each in meanings if isinstance(each, Clock)]
    if not (named or clocks):
        return None
    return without(words, reading.spans), _Due(asker, named, clocks)
