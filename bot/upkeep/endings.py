"""Tells the owner in good time which documents will soon be used no longer."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.endings import NOTICE, Ending
from bot.language.sentences import Phrasebook
from bot.storage.endings import EndingRows
from bot.storage.outbox import NewOutgoing
from connectors.messages import Address

log = logging.getLogger(__name__)

SWEEP_S = 60.0
# More in one message nobody reads; the page has them all.
MAX_LINES = 20


class Endings:
    """Tells each end once, in the owner's room of every platform that has one."""

    def __init__(
        self,
        rows: EndingRows,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        connected: Callable[[], Sequence[str]],
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Tell of these rows' documents.

        Args:
            rows: What was told, and what is near its end.
            choices: The business's hours and language, and the owner's rooms.
            phrasebook: The words.
            connected: Returns the names of the platforms that can be written to.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._choices = choices
        self._phrasebook = phrasebook
        self._connected = connected
        self._sent = sent
        self._now = now

    async def run(self) -> None:
        """Tell what is new until cancelled.

        Raises:
            StorageError: The rows could not be read or written.
        """
        while True:
            await self.tell()
            await asyncio.sleep(SWEEP_S)

    async def near(self) -> list[Ending]:
        """Return the documents that end within the time of notice, the nearest first."""
        today = BusinessCalendar(self._choices.business).day(self._now())
        return await self._rows.near(today=today, until=today + NOTICE)

    async def tell(self) -> None:
        """Tell what was not told yet, while the business is open and somebody can be told.

        Nobody is woken for what has two weeks' time; at the next opening it is told.
        """
        calendar = BusinessCalendar(self._choices.business)
        rooms = self._owner_rooms()
        if not rooms or not calendar.is_open(self._now()):
            return
        today = calendar.day(self._now())
        new = await self._rows.near(today=today, until=today + NOTICE, untold=True)
        if not new:
            return
        text = self._text(new)
        messages = [
            NewOutgoing(
                origin=f"endings {secrets.token_hex(8)}",
                nonce=secrets.token_hex(8),
                address=room,
                text=text,
            )
            for room in rooms
        ]
        await self._rows.tell(new, messages, today=today, now=self._now())
        self._sent()
        log.info("told endings documents=%s rooms=%s", len(new), len(rooms))

    def _owner_rooms(self) -> list[Address]:
        return list(filter(None, map(self._choices.owner_room, self._connected())))

    def _text(self, endings: Sequence[Ending]) -> str:
        sentences = self._phrasebook.sentences(self._choices.business.language)
        shown = [(each.title, each.ends_on) for each in endings[:MAX_LINES]]
        return sentences.ending_soon(shown, more=len(endings) - len(shown))
