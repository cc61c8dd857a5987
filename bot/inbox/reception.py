"""Takes messages in from every platform."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.storage.inbox import InboxRows
from connectors.messages import IncomingMessage

log = logging.getLogger(__name__)


class Reception:
    """The one door for incoming messages."""

    def __init__(
        self, rows: InboxRows, *, wake: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        """Store in the inbox and call `wake` when there is a new turn."""
        self._rows = rows
        self._wake = wake
        self._now = now

    async def receive(self, message: IncomingMessage) -> None:
        """Store a message; when this returns it may be acknowledged to its platform.

        A message that came before changes nothing.

        Raises:
            StorageError: It was not stored and must not be acknowledged.
        """
        stored = await self._rows.store(message, now=self._now())
        if stored is None:
            log.info("came again platform=%s", message.address.platform)
        elif stored.turn_id is not None:
            self._wake()
