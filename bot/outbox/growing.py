"""An answer that is shown while it is still being written."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.domain.outgoing import Outgoing
from bot.storage.outbox import NewOutgoing, OutboxRows
from connectors.base import Connector
from connectors.errors import SendError
from connectors.messages import OutgoingMessage

log = logging.getLogger(__name__)


class GrowingMessage:
    """One message of a turn, edited as the text grows; its final text comes by the outbox.

    The row is committed before anything is seen, and the platform's id as soon as it is known,
    so that a turn taken again goes on with the same post.
    """

    def __init__(
        self,
        rows: OutboxRows,
        connector: Connector,
        message: NewOutgoing,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare; nothing is stored or shown before the first `show`."""
        self._rows = rows
        self._connector = connector
        self._message = message
        self._now = now
        self._row: Outgoing | None = None
        self._posted_id = ""
        self._broken = False
        self._last_shown_s = 0.0

    async def show(self, text: str) -> None:
        """Show what may be seen so far.

        Nothing is shown before what was said earlier in the room has arrived. A platform that
        fails here is not tried again for this answer: the final text goes by the outbox, which
        looks for the post first.
        """
        if self._broken:
            return
        if self._row is None:
            self._row = await self._rows.open(self._message, now=self._now())
            if self._row is None:
                return
            self._posted_id = self._row.posted_id
        message = OutgoingMessage(
            nonce=self._row.message.nonce,
            address=self._message.address,
            text=text,
            reply_to=self._message.reply_to,
            final=False,
        )
        try:
            await self._put(message)
        except SendError as error:
            self._broken = True
            log.info("stopped growing outgoing=%s: %s", self._row.outgoing_id, error)

    async def _put(self, message: OutgoingMessage) -> None:
        assert self._row is not None  # noqa: S101 - `show` has just set it
        if not self._posted_id and self._row.unsure:
            self._posted_id = await self._connector.find(message) or ""
        if not self._posted_id:
            self._posted_id = await self._connector.post(message)
            await self._rows.posted(self._row.outgoing_id, self._posted_id)
            self._last_shown_s = asyncio.get_running_loop().time()
            return
        pause_s = self._connector.abilities.edit_pause_s
        if asyncio.get_running_loop().time() - self._last_shown_s < pause_s:
            return
        await self._connector.edit(self._posted_id, message)
        self._last_shown_s = asyncio.get_running_loop().time()
