"""Keeps one person or one busy room from taking all the time there is."""

import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.language.sentences import Phrasebook
from bot.storage.outbox import NewOutgoing, OutboxRows
from connectors.messages import Address, IncomingMessage

WINDOW = timedelta(minutes=1)
# A person who types asks five times a minute at most; a room of twenty people stays far below.
OF_A_PERSON = 20
OF_A_ROOM = 60
MAX_KNOWN = 10_000


class Pace:
    """Counts what is asked; who asks too much is told once and served a little later."""

    def __init__(
        self,
        rows: OutboxRows,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Tell people through the outbox; call `sent` when there is something new in it."""
        self._rows = rows
        self._choices = choices
        self._phrasebook = phrasebook
        self._sent = sent
        self._now = now
        # By whom and where: the messages and when they were sent.
        self._asked: dict[tuple[str, str, str], deque[tuple[str, datetime]]] = {}
        self._told: dict[Address, datetime] = {}

    async def held_until(self, message: IncomingMessage) -> datetime | None:
        """Return until when a question waits; None when it is served at once.

        Raises:
            StorageError: That it waits could not be told.
        """
        platform, now = message.address.platform, self._now()
        busy = [
            self._counted((platform, "person", message.author.user_id), message) > OF_A_PERSON,
            self._counted((platform, "room", message.address.channel), message) > OF_A_ROOM,
        ]
        if not any(busy):
            return None
        if now - self._told.get(message.address, now - 2 * WINDOW) > WINDOW:
            self._told = {place: at for place, at in self._told.items() if now - at <= WINDOW}
            self._told[message.address] = now
            await self._tell(message.address, now)
        return now + WINDOW

    def _counted(self, key: tuple[str, str, str], message: IncomingMessage) -> int:
        """Return how much was asked around a message, itself included.

        What was missed all comes in at once, so what counts is when it was sent. A message that
        is delivered again, or read back beside its delivery, counts once.
        """
        if len(self._asked) > MAX_KNOWN:
            self._asked.clear()
        asked = self._asked.setdefault(key, deque(maxlen=OF_A_ROOM + 1))
        this = (message.message_id, message.sent_at)
        if this not in asked:
            asked.append(this)
        return sum(abs(message.sent_at - sent_at) <= WINDOW for _, sent_at in asked)

    async def _tell(self, address: Address, now: datetime) -> None:
        sentences = self._phrasebook.sentences(self._choices.business.language)
        await self._rows.put(
            NewOutgoing(
                origin=f"pace {secrets.token_hex(8)}",
                nonce=secrets.token_hex(8),
                address=address,
                text=sentences.slow_down(),
            ),
            now=now,
        )
        self._sent()
