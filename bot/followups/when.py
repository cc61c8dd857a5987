"""Words to an instant: what "next Friday at nine" means for the person who says it.

Where people differ, it asks; the rules that decide (beside those of the contract):

- A weekday named on that very day ("Friday" on a Friday) asks: today or in a week.
- An hour from 1 to 6 without am, pm or a part of the day asks, unless the business is open then
  and not twelve hours later; an hour from 7 to 12 is the morning's, unless the business is open
  twelve hours later. 09:00 with a zero, and hours from 13 on, are what they say.
- A time that has passed today asks. A date without a year is the coming one; when it passed within
  the last month, it asks.
- Words that name no time of day of their own ("tonight", "in the afternoon", "next week") ask.
  "After lunch" is when the business opens for the second time, where it does so once a day.
- "End of the month" is accepted where the last day is a business day, and asks where it is not.
- Where the asker's clock and the business's differ, a day without a time asks.
- "Not", "or", "before", "until" … beside a time, and words that look like a mistyped time, ask.
- "By" a time is that time, marked as a limit; "by" a day alone asks, from its opening or its close.
- A time in another language beside other words asks, and so does a written date that the library
  reads otherwise.
- What comes again ends with the day that "until" names; "for two weeks" counts from its first time.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.followups.answer import Ask, Due, Rule, Why, tells_time
from bot.followups.grammar.pieces import (
    Clock,
    Day,
    Every,
    Offset,
)
from bot.followups.grammar.reading import Reading, readings, without
from bot.followups.grammar.sentence import Span
from bot.followups.grammar.situation import Situation
from bot.followups.grammar.tokens import tokens_of
from bot.followups.meaning import meaning, meaning_elsewhere
from bot.followups.other_languages import found_in, written_date
from bot.followups.wish import scope

__all__ = ["Ask", "Due", "Rule", "Span", "Why", "tells_time", "understand", "without"]


def understand(
    text: str, *, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar
) -> Due | Rule | Ask:
    """Return what the words of time in a text mean, or what has to be asked.

    Args:
        text: The words alone ("Friday at nine") or a whole wish ("remind me on Friday to call
            Ann"); English and German well, Spanish, French, Italian, Dutch and Portuguese in
            their plain forms, other languages where the words of time stand alone. The first text
            that our own words don't explain loads a library: once a process, 0.3 to 1 s.
        now: Aware.
        zone: The asker's.
        calendar: The business's.

    Returns:
        Never an instant that is not later than `now`; any text at all has an answer.
    """
    situation = _situation(now, zone, calendar)
    found = readings(text, scope(text))
    answer = _ours(found, situation)
    best = next(iter(found), None)
    if best and best.typo and isinstance(answer, Ask):
        return _corrected(text, *best.typo, answer, situation)
    if best and best.worded and (best.whole or not isinstance(answer, Ask)):
        return _agreed(answer, best, text, situation)
    if best and best.denied:  # "18:00 CET": no other language may read more into it.
        return answer
    other = found_in(text, situation.now.replace(tzinfo=None))
    if other is None or (best and best.worded and not other.whole):
        return answer
    return meaning_elsewhere(other, situation)


def _ours(found: list[Reading], situation: Situation) -> Due | Rule | Ask:
    if not found:
        return Ask(Why.NONE)
    best, *others = found
    answer = meaning(best, situation)
    if isinstance(answer, Ask):
        return answer
    if not any(_differs(best, answer, o, situation) or _doubts(o, best) for o in others):
        return answer
    return Ask(Why.UNCLEAR, (answer.due_at,), answer.spans)


def _corrected(text: str, span: Span, meant: str, ask: Ask, situation: Situation) -> Ask:
    """Offer what the words would mean without their typing error."""
    corrected = f"{text[: span[0]]}{meant}{text[span[1] :]}"
    answer = _ours(readings(corrected, scope(corrected)), situation)
    offered = answer.candidates if isinstance(answer, Ask) else (answer.due_at,)
    return replace(ask, candidates=offered)


def _agreed(
    answer: Due | Rule | Ask, reading: Reading, text: str, situation: Situation
) -> Due | Rule | Ask:
    """Ask where the library reads another date in the same words."""
    written = [p for p in reading.pieces if isinstance(p.meaning, Day) and p.meaning.written]
    if not isinstance(answer, Due) or len(written) != 1:
        return answer
    tokens = tokens_of(text)
    words = text[tokens[written[0].first].start : tokens[written[0].last - 1].end]
    read = written_date(words, reading.language, situation.now.date())
    if read in {None, answer.due_at.astimezone(situation.zone).date()}:
        return answer
    return Ask(Why.UNCLEAR, (answer.due_at,), answer.spans)


def _situation(now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> Situation:
    told = calendar.hours_known and calendar.facts.zone
    # Hours that were never told, or told without a zone, are the asker's own.
    return Situation(now.astimezone(zone), zone, calendar if told else calendar.in_zone(zone))


def _doubts(other: Reading, best: Reading) -> bool:
    """Whether the same words are another language's too, in which they are doubtful."""
    same = other.spans == best.spans and other.worded and best.worded
    return same and other.doubtful


def _differs(best: Reading, answer: Due | Rule, other: Reading, situation: Situation) -> bool:
    """Whether another language sees words of time that the best one does not explain."""
    beyond = any(
        not any(start <= a and b <= end for start, end in best.spans) for a, b in other.spans
    )
    telling = any(isinstance(p.meaning, Day | Clock | Every | Offset) for p in other.pieces)
    if beyond:
        return telling
    if other.coverage < best.coverage:
        return False
    rival = meaning(other, situation)
    return not isinstance(rival, Ask) and rival.due_at != answer.due_at
