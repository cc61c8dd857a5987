"""Reminders that were worded in time and go out late: their platform was away, or the box."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.outgoing import Outgoing
from bot.followups.wording import LATE
from bot.language.sentences import Phrasebook
from bot.storage.followups import FollowUpRows


class HeldUp:
    """Says of a reminder that it is late, where it was not yet when it was worded."""

    def __init__(
        self, rows: FollowUpRows, phrasebook: Phrasebook, *, now: Callable[[], datetime]
    ) -> None:
        """Look at these follow-ups by this clock."""
        self._rows = rows
        self._phrasebook = phrasebook
        self._now = now

    async def words(self, outgoing: Outgoing) -> str:
        """Return what a message says if it is posted now.

        Raises:
            StorageError: Its follow-up could not be looked up.
        """
        text, now = outgoing.message.text, self._now()
        if outgoing.follow_up_id is None or now - outgoing.created_at <= LATE:
            return text
        follow_up = await self._rows.get(outgoing.follow_up_id)
        # What was late by then says so already; what is due later was put off since.
        if follow_up is None or not now - LATE > follow_up.due_at > outgoing.created_at - LATE:
            return text
        sentences = self._phrasebook.sentences(follow_up.language)
        return f"{text} ({sentences.follow_up_held_up(follow_up.due_at, now, follow_up.zone)})"
