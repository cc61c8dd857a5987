"""Follow-ups in plain words, as the page and the terminal take them: what, when, and which."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.domain.followups import FollowUp
from bot.followups.changes import all_moved, moved, repeated
from bot.followups.deadlines import Deadline
from bot.followups.named import Asker, Named, named_by
from bot.followups.receivers import Reachable
from bot.followups.repeating import dtstart
from bot.followups.service import MAX_SUBJECT_CHARS
from bot.followups.shifts import shift_of
from bot.followups.when import Ask, Due, Rule, Why, understand, without
from bot.followups.wish import wish
from bot.language.requests import request_lexicons
from bot.language.sentences import Sentences
from bot.language.spelling import folded
from bot.storage.follow_up_edits import Edit
from bot.storage.followups import NewFollowUp
from connectors.messages import Address


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words say.

    Attributes:
        subject: What to be reminded of; the whole text where nothing else is left.
    """

    when: Due | Rule | Ask
    subject: str


def read(text: str, *, now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> Reading:
    """Read "call the supplier on Friday at 9", with or without "remind me" before it."""
    when = understand(text, now=now, zone=zone, calendar=calendar)
    wished = wish(text)
    subject = (wished.subject if wished else without(text, when.spans)) or text
    return Reading(when, subject[:MAX_SUBJECT_CHARS])


def found_by(words: str, asker: Asker) -> tuple[FollowUp, ...]:
    """Return the waiting follow-ups that some words name, by due date; all for no words.

    Args:
        words: "flour", "this week", "tomorrow's", "3", in any language with requests.
        asker: What waits, and from when it is looked at.

    Returns:
        Those that all of the words fit, else those that they nearly do; empty where none is near.
    """
    if not words.strip():
        return tuple(asker.waiting)
    told = []
    for language in request_lexicons():
        named = named_by(words, language, asker)
        if named.by_words or named.everything:
            if named.sure and named.found:
                return named.found
            told.append(named)
    return max(told, key=lambda each: len(each.found), default=Named()).found


def moved_by(
    words: str,
    follow_up: FollowUp,
    *,
    every_time: bool,
    now: datetime,
    zone: ZoneInfo,
    calendar: BusinessCalendar,
) -> Edit | Ask | None:
    """Return the edit that moves a follow-up to where words say: "to Thursday", "an hour later".

    Args:
        words: In any language with requests.
        follow_up: As it is now.
        every_time: Of a repeated one, all its times and not the next alone.
        now: Aware.
        zone: In which the words are meant.
        calendar: The business's.

    Returns:
        What has to be asked first; None where not all times can be moved so, as other days than
        one a week need another rule.
    """
    shifts = (shift_of(words, lexicon, folded(words)) for lexicon in request_lexicons().values())
    shift = next((each for each in shifts if each is not None), None)
    if shift is None:
        return Ask(Why.NONE)
    to = shift.of(follow_up, now=now, zone=zone, calendar=calendar)
    if isinstance(to, Ask):
        return to
    if isinstance(to, Rule):
        return repeated(follow_up, to)
    return (all_moved if every_time and follow_up.rule else moved)(follow_up, to.due_at)


def new_follow_up(
    when: Due | Rule,
    zone: ZoneInfo,
    *,
    person_id: int,
    address: Address,
    subject: str,
    language: str,
    to: Reachable | None = None,
    asked_by: str = "",
) -> NewFollowUp:
    """Return what is to be promised, once or again and again.

    Args:
        when: As the words were understood.
        zone: Of who said them.
        person_id: Of who said them.
        address: Where they are reminded themselves.
        subject: What of.
        language: Of the reminder.
        to: Whom it is for; None for who said it, whose time it then is.
        asked_by: What people call who said it, where it is for somebody else.
    """
    # What comes again does so by the clock of who said it; the other's is told besides.
    theirs = ZoneInfo(to.zone) if to and to.zone and not isinstance(when, Rule) else zone
    return NewFollowUp(
        person_id=person_id,
        address=to.address if to else address,
        subject=subject,
        due_at=when.due_at,
        zone=theirs.key,
        language=language,
        rule=when.rule if isinstance(when, Rule) else "",
        dtstart=dtstart(when, theirs) if isinstance(when, Rule) else None,
        receiver=to.receiver if to else None,
        asked_by=asked_by if to else "",
        own_time=to is None,
    )


def limited(new: NewFollowUp, limit: Deadline, zone: ZoneInfo, sentences: Sentences) -> NewFollowUp:
    """Return what is promised with its deadline, which stands in what it is about.

    Args:
        new: Due when it warns.
        limit: By when it has to be done.
        zone: Of who said so.
        sentences: In the language of the reminder.
    """
    by = sentences.day(limit.day) if limit.day else sentences.moment(limit.last_at, zone)
    subject = sentences.to_be_done_by(new.subject, by)
    return replace(new, subject=subject, limit_at=limit.last_at)
