"""Promises that could not be kept: the owner is told, else the team."""

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.choices import Choices
from bot.domain.followups import FollowUp
from bot.language.sentences import Phrasebook
from bot.storage.followups import FollowUpRows
from bot.storage.outbox import NewOutgoing
from connectors.messages import Address

log = logging.getLogger(__name__)

# Those that cannot be told anywhere yet come first each time, and shall not hide the others.
BATCH = 500


class Undelivered:
    """Tells of follow-ups that a platform did not take: its room is gone, or closed to us."""

    def __init__(
        self,
        rows: FollowUpRows,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        platforms: Sequence[str],
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Tell in the rooms that the owner chose on these platforms.

        Args:
            rows: Where promises are kept.
            choices: Which rooms are the owner's and the team's.
            phrasebook: The words.
            platforms: By name, this process's own among them.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._choices = choices
        self._phrasebook = phrasebook
        self._platforms = platforms
        self._sent = sent
        self._now = now

    async def tell(self) -> int:
        """Tell of each follow-up that could not be delivered, once.

        Returns:
            Of how many. One for which there is no room to tell it in is told later, when there is.
        """
        told = 0
        for follow_up, name in await self._rows.undelivered(limit=BATCH):
            message = self._message(follow_up, name)
            if message is not None:
                told += await self._rows.tell(follow_up.follow_up_id, message, now=self._now())
        if told:
            self._sent()
            log.warning("could not deliver follow_ups=%s", told)
        return told

    def _message(self, follow_up: FollowUp, name: str) -> NewOutgoing | None:
        # Its own platform's room first: there they know who is meant.
        order = sorted(self._platforms, key=lambda each: each != follow_up.address.platform)
        owners = self._elsewhere(follow_up, map(self._choices.owner_room, order))
        teams = self._elsewhere(follow_up, map(self._choices.staff_room, order))
        room = owners or teams
        if room is None:
            return None
        sentences = self._phrasebook.sentences(self._choices.business.language)
        due = sentences.moment(follow_up.due_at, follow_up.zone)
        text = sentences.follow_up_undelivered(
            name,
            follow_up.follow_up_id,
            due,
            # The team does not read what one of them wrote to the bot alone.
            subject=follow_up.subject if room is owners else "",
        )
        return NewOutgoing(
            # One that was put off is told of again.
            origin=f"undelivered {follow_up.follow_up_id} due {follow_up.due_at:%Y%m%dT%H%M%S}",
            nonce=secrets.token_hex(8),
            address=room,
            text=text,
        )

    def _elsewhere(self, follow_up: FollowUp, rooms: Iterable[Address | None]) -> Address | None:
        """Return the first room that is not the one which could not be reached."""
        return next(
            (each for each in rooms if each and each.channel != follow_up.address.channel), None
        )
