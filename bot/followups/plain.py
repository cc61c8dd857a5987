"""A follow-up in plain words, as the page and the terminal take it: what, and when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.followups.repeating import dtstart
from bot.followups.service import MAX_SUBJECT_CHARS
from bot.followups.when import Ask, Due, Rule, understand, without
from bot.followups.wish import wish
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


def new_follow_up(
    when: Due | Rule,
    zone: ZoneInfo,
    *,
    person_id: int,
    address: Address,
    subject: str,
    language: str,
) -> NewFollowUp:
    """Return what is to be promised, once or again and again."""
    return NewFollowUp(
        person_id=person_id,
        address=address,
        subject=subject,
        due_at=when.due_at,
        zone=zone.key,
        language=language,
        rule=when.rule if isinstance(when, Rule) else "",
        dtstart=dtstart(when, zone) if isinstance(when, Rule) else None,
        own_time=True,
    )
