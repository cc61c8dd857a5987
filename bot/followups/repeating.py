"""What comes again and again: a rule of RFC 5545 on the clock of the asker's wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.domain.followups import FollowUp
from bot.followups.when import Rule

# Where a clock is moved, what it showed before and after lies closer together than this.
_MOST_MOVED = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Missed:
    """What of a follow-up is due.

    Attributes:
        last_at: The latest time that is due; aware, UTC.
        count: How many are, at least one.
        next_at: The first that is not; None when it comes no more.
    """

    last_at: datetime
    count: int
    next_at: datetime | None


def dtstart(rule: Rule, zone: ZoneInfo) -> datetime:
    """Return what the clock in a zone shows at a rule's first time, as it was said.

    That is the hour that is skipped in spring where the first time was moved behind it: all
    others are at the hour that was said.
    """
    wall = rule.due_at.astimezone(zone).replace(tzinfo=None)
    if not rule.moved:
        return wall
    return wall - (_ahead(rule.due_at, zone) - _ahead(rule.due_at - _MOST_MOVED, zone))


def _ahead(at: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far a zone's clock is ahead of UTC."""
    return at.astimezone(zone).replace(tzinfo=UTC) - at


def due_times(follow_up: FollowUp, now: datetime) -> Missed:
    """Return which times of a follow-up that is due are over by now, and when it comes next."""
    if follow_up.rule:
        return _missed(follow_up, now)
    limit_at = follow_up.limit_at
    warns = limit_at is not None and follow_up.due_at < limit_at and now < limit_at
    return Missed(follow_up.due_at, 1, limit_at if warns else None)


def _missed(follow_up: FollowUp, now: datetime) -> Missed:
    last_at, count = follow_up.due_at, 1
    for at in _times(follow_up, later_than=follow_up.due_at):
        if at > now:
            return Missed(last_at, count, at)
        last_at, count = at, count + 1
    return Missed(last_at, count, None)


def next_time(follow_up: FollowUp) -> datetime | None:
    """Return when a repeated follow-up comes after the next time; None: that is the last."""
    return next(_times(follow_up, later_than=follow_up.due_at), None)


def times_between(follow_up: FollowUp, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Yield when a repeated follow-up comes after its next time, in order, UTC.

    From `begins` on, up to `ends`, which is not among them.
    """
    for at in _times(follow_up, later_than=follow_up.due_at):
        if at >= ends:
            return
        if at >= begins:
            yield at


def _times(follow_up: FollowUp, *, later_than: datetime) -> Iterator[datetime]:
    """Yield a rule's instants in order, UTC; none where it has ended."""
    if follow_up.dtstart is None:
        return
    zone = ZoneInfo(follow_up.zone)
    last = later_than
    # The rule counts what the clock shows: 8 o'clock stays 8 o'clock in summer and winter. With a
    # zone, since RFC 5545 has an end in UTC then.
    rule = rrulestr(follow_up.rule, dtstart=follow_up.dtstart.replace(tzinfo=zone))
    for wall in rule.xafter(later_than.astimezone(zone) - _MOST_MOVED):
        # A time that the clock skips in spring moves forward, one that it shows twice in autumn
        # is the first: so fold=0 is defined (PEP 495).
        at = wall.replace(fold=0).astimezone(UTC)
        if at > last:
            last = at
            yield at
