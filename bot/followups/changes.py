"""What becomes of a follow-up that is moved, reworded, left out once or ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.business.facts import WEEKDAYS
from bot.domain.followups import FollowUp, FollowUpState
from bot.followups.repeating import dtstart, next_time
from bot.followups.service import MAX_SUBJECT_CHARS
from bot.followups.when import Rule
from bot.storage.follow_up_edits import Edit

_DAYS = {day.value: at for at, day in enumerate(WEEKDAYS)}


def _unchanged(follow_up: FollowUp) -> Edit:
    return Edit(follow_up.subject, follow_up.due_at, follow_up.rule, follow_up.dtstart)


def moved(follow_up: FollowUp, due_at: datetime) -> Edit:
    """Return the edit that moves a follow-up; of a repeated one, its next time alone."""
    if not follow_up.rule:
        return replace(_unchanged(follow_up), due_at=due_at)
    next_at = next_time(follow_up)
    if next_at is None:  # It was the last time, which is all that is left of it.
        return Edit(follow_up.subject, due_at)
    return replace(_unchanged(follow_up), due_at=due_at, next_at=next_at)


def all_moved(follow_up: FollowUp, due_at: datetime) -> Edit | None:
    """Return the edit that moves all times of a repeated follow-up as the next one is moved.

    Returns:
        None where that needs another rule: on other days than one a week.
    """
    if follow_up.dtstart is None:
        return None
    zone = ZoneInfo(follow_up.zone)
    before, after = (at.astimezone(zone) for at in (follow_up.due_at, due_at))
    days = (after.date() - before.date()).days
    rule = follow_up.rule
    if days:
        parts = dict(part.split("=", 1) for part in rule.split(";"))
        if parts["FREQ"] != "WEEKLY" or parts.get("BYDAY") not in _DAYS:
            return None
        parts["BYDAY"] = WEEKDAYS[after.weekday()].value
        rule = ";".join(f"{name}={value}" for name, value in parts.items())
    begins = follow_up.dtstart + timedelta(days=days)
    begins = datetime.combine(begins.date(), after.time())
    return Edit(follow_up.subject, due_at, rule, begins)


def repeated(follow_up: FollowUp, rule: Rule) -> Edit:
    """Return the edit that has a follow-up come by another rule."""
    return Edit(follow_up.subject, rule.due_at, rule.rule, dtstart(rule, ZoneInfo(follow_up.zone)))


def reworded(follow_up: FollowUp, subject: str) -> Edit:
    """Return the edit that has it remind of something else."""
    return replace(_unchanged(follow_up), subject=subject[:MAX_SUBJECT_CHARS])


def skipped(follow_up: FollowUp) -> Edit:
    """Return the edit that leaves out the next time; of one without another, that ends it."""
    ended = cancelled(follow_up)
    return replace(ended, next_at=next_time(follow_up)) if follow_up.rule else ended


def cancelled(follow_up: FollowUp) -> Edit:
    """Return the edit that ends a follow-up, with all its times to come."""
    return replace(_unchanged(follow_up), state=FollowUpState.CANCELLED)
