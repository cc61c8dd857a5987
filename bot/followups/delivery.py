"""A follow-up that is due, on its way into the outbox."""

import logging
import secrets
from datetime import datetime, timedelta

from bot.domain.followups import FollowUp, FollowUpKind
from bot.followups.digest import Digest
from bot.followups.repeating import due_times
from bot.followups.wording import reminder
from bot.language.sentences import Phrasebook
from bot.outbox.buttons import under_digest, under_reminder
from bot.storage.followups import FollowUpRows
from bot.storage.outbox import NewOutgoing

log = logging.getLogger(__name__)

# How far ahead an overview looks that comes once.
_A_DAY = timedelta(days=1)


class Delivery:
    """Words what is due and claims it."""

    def __init__(self, rows: FollowUpRows, phrasebook: Phrasebook, digest: Digest) -> None:
        """Claim in these rows; `digest` words overviews."""
        self._rows = rows
        self._phrasebook = phrasebook
        self._digest = digest

    async def deliver(self, follow_up: FollowUp, *, now: datetime, started_at: datetime) -> bool:
        """Put a due follow-up's message into the outbox, once.

        Args:
            follow_up: As it was read.
            now: The clock.
            started_at: When this process began to watch the clock.

        Returns:
            False when somebody else had it first, or it was cancelled or moved.
        """
        times = due_times(follow_up, now)
        if follow_up.kind is FollowUpKind.DIGEST:
            until = times.next_at or now + _A_DAY
            words = await self._digest.text(follow_up, now=now, until=until)
        else:
            sentences = self._phrasebook.sentences(follow_up.language)
            words = reminder(follow_up, times, sentences, now=now, started_at=started_at)
        if times.next_at is None:
            message = self._message(follow_up, words, series_id=None)
            claimed = await self._rows.claim(follow_up, message, now=now)
        else:
            claimed = await self._rows.claim_time(
                follow_up,
                lambda time: self._message(time, words, series_id=follow_up.follow_up_id),
                due_at=times.last_at,
                next_at=times.next_at,
                now=now,
            )
        if claimed:
            late_s = (now - times.last_at).total_seconds()
            log.info(
                "due follow_up=%s times=%s late_s=%.1f",
                follow_up.follow_up_id,
                times.count,
                late_s,
            )
        return claimed

    def _message(self, follow_up: FollowUp, words: str, *, series_id: int | None) -> NewOutgoing:
        sentences = self._phrasebook.sentences(follow_up.language)
        buttons = under_reminder(
            follow_up.follow_up_id, sentences, series_id=series_id, by_team=follow_up.by_team
        )
        if follow_up.kind is FollowUpKind.DIGEST:
            buttons = under_digest(sentences, series_id=series_id)
        receiver = follow_up.receiver
        # One that was put off is delivered again, and one that was handed on to somebody else.
        whom = f" for {receiver.person_id}" if receiver and receiver.person_id else ""
        due = f"due {follow_up.due_at:%Y%m%dT%H%M%S.%f}"
        return NewOutgoing(
            origin=f"follow-up {follow_up.follow_up_id}{whom} {due}",
            nonce=secrets.token_hex(8),
            address=follow_up.address,
            text=words,
            follow_up_id=follow_up.follow_up_id,
            buttons=buttons,
        )
