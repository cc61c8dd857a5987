"""Days in what people write for a form: which one is meant, and whether it does."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.business.calendar import NoBusinessDayError
from bot.followups.when import Ask, Due, Rule, Span, Why, understand
from bot.language.lexicon import closest
from bot.language.spelling import folded
from bot.skills.form import FieldSpec
from bot.skills.situation import NotThatError, Situation

_A_WEEK = timedelta(days=7)


def day_spans(text: str, situation: Situation) -> tuple[Span, ...]:
    """Return where in a text a day surely stands, be it over; empty where none does."""
    read = _understood(text, situation)
    # A month alone, or words that may be a time, are no day yet.
    return () if isinstance(read, Ask) and read.why is not Why.PAST else read.spans


def _understood(text: str, situation: Situation) -> Due | Rule | Ask:
    read = _read(text, situation)
    if isinstance(read, Ask) and read.why is Why.UNCLEAR and len(read.spans) == 1:
        return _plainly(text, read, situation) or read
    return read


def _plainly(text: str, ask: Ask, situation: Situation) -> Due | None:
    """Return the day where words are unclear only for what stands around them: "for Saturday".

    What is asked for is a day and no moment to be reminded, and it is shown before it is sent. Not
    where one of the words next to it turns it round: "not on Saturday".
    """
    [(start, end)] = ask.spans
    near = [*folded(text[:start]).split()[-2:], "", *folded(text[end:]).split()[:3]]
    lexicon = closest(folded(text))
    if any(lexicon.holds("turning", word) for word in near if word):
        return None
    alone = _read(text[start:end], situation)
    if not isinstance(alone, Due) or {alone.due_at} != set(ask.candidates):
        return None
    return replace(alone, spans=ask.spans)


def _read(text: str, situation: Situation) -> Due | Rule | Ask:
    zone: ZoneInfo = situation.calendar.zone
    return understand(text, now=situation.now, zone=zone, calendar=situation.calendar)


def checked_day(field: FieldSpec, text: str, situation: Situation) -> date:
    """Return the day that a text names for a field.

    Raises:
        NotThatError: It names none that does.
    """
    sentences, calendar = situation.sentences, situation.calendar
    day = _day(_understood(text, situation), situation)
    if field.open_day and calendar.hours_known and not calendar.openings(day):
        raise NotThatError(sentences.date_closed(day))
    lead = situation.lead_days if situation.lead_days is not None and field.open_day else None
    earliest = _earliest(field.lead_days if lead is None else lead, situation)
    if earliest is not None and day < earliest:
        raise NotThatError(sentences.date_too_soon(earliest))
    return day


def _day(read: Due | Rule | Ask, situation: Situation) -> date:
    """Return the one day that words mean, whatever the hour."""
    zone, sentences = situation.calendar.zone, situation.sentences
    if isinstance(read, Due):
        return read.due_at.astimezone(zone).date()
    if isinstance(read, Ask):
        days = sorted({each.astimezone(zone).date() for each in read.candidates})
        if read.why is Why.PAST:
            raise NotThatError(sentences.date_over())
        if len(days) == 1 and read.why is Why.AMBIGUOUS:
            return days[0]  # Only the hour is not clear.
        if days:
            raise NotThatError(sentences.when_unclear([sentences.day(each) for each in days]))
    raise NotThatError(sentences.date_unclear((situation.now + _A_WEEK).astimezone(zone).date()))


def _earliest(lead_days: int, situation: Situation) -> date | None:
    calendar = situation.calendar
    try:
        return calendar.add_business_days(calendar.day(situation.now), lead_days)
    except NoBusinessDayError:
        return None
