"""Tells the owner, in the room they named, what cannot wait until they look at the page."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.storage.outbox import NewOutgoing, OutboxRows

log = logging.getLogger(__name__)


class Alarms:
    """Alarms about one platform go out by the others."""

    def __init__(
        self,
        rows: OutboxRows,
        choices: Choices,
        *,
        platforms: tuple[str, ...],
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Send through the outbox; call `sent` when there is something new in it."""
        self._rows = rows
        self._choices = choices
        self._platforms = platforms
        self._sent = sent
        self._now = now

    async def tell(self, about: str, text: str) -> None:
        """Tell a sentence about a platform in every other platform's owner's room."""
        log.error("alarm platform=%s: %s", about, text)
        for name in self._platforms:
            room = self._choices.owner_room(name)
            if name == about or room is None:
                continue
            await self._rows.put(
                NewOutgoing(
                    origin=f"alarm {secrets.token_hex(8)}",
                    nonce=secrets.token_hex(8),
                    address=room,
                    text=text,
                ),
                now=self._now(),
            )
        self._sent()
