"""What is said of a follow-up when it comes."""

from datetime import datetime, timedelta

from bot.domain.followups import FollowUp
from bot.followups.repeating import Missed
from bot.language.sentences import Sentences

# Later than this is late and says so; the sweep alone may take 15 s.
LATE = timedelta(minutes=2)


def reminder(
    follow_up: FollowUp, times: Missed, sentences: Sentences, *, now: datetime, started_at: datetime
) -> str:
    """Return a follow-up's words, and why it is late where it is.

    Args:
        follow_up: Which.
        times: Which times of it are due.
        sentences: In its language.
        now: The clock.
        started_at: When this process began to watch the clock.
    """
    said = in_time(follow_up, sentences)
    if times.count > 1:
        return sentences.follow_up_missed(said, times.count, times.last_at, follow_up.zone)
    return if_late(said, follow_up, sentences, now=now, started_at=started_at)


def if_late(
    said: str, follow_up: FollowUp, sentences: Sentences, *, now: datetime, started_at: datetime
) -> str:
    """Return what is said of a follow-up, and why it is late where it is."""
    if now - follow_up.due_at <= LATE:
        return said
    # Due while nothing ran: since then. Due while we slept or the clock jumped: since now.
    back_at = started_at if follow_up.due_at < started_at else now
    return sentences.follow_up_late(said, follow_up.due_at, back_at, follow_up.zone)


def in_time(follow_up: FollowUp, sentences: Sentences) -> str:
    """Return what is said in time: what, to whom and from whom."""
    receiver = follow_up.receiver
    if receiver is None:
        return sentences.follow_up_due(follow_up.subject)
    name = receiver.name if receiver.person_id is not None else ""
    return sentences.follow_up_from(follow_up.subject, follow_up.asked_by, name)
