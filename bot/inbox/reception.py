"""Takes in what happens on the platforms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.people.rules import Admitted
from bot.storage.inbox import InboxRows
from bot.waiting import happened
from connectors.messages import Address, Author, IncomingMessage, Press

log = logging.getLogger(__name__)

# Later than this nobody is helped by an answer they did not ask for.
FRESH = timedelta(minutes=5)

# How long what comes waits for what was said before it. Slack wants its acknowledgement within 3 s.
HOLD_S = 2.0

Admit = Callable[[IncomingMessage], Admitted | None]
Vouch = Callable[[Author], Author]
HeldUntil = Callable[[IncomingMessage], Awaitable[datetime | None]]
Awaits = Callable[[Address, str], Awaitable[bool]]


class Reception:
    """The one door for everything that happens on a platform.

    Attributes:
        received: How many messages came, those that are nobody's business too.
        on_connected: Called after each connection of the platform.
        awaits: Whether what one of the team wrote somewhere, in reply to a message of an id,
            answers an open question: it is then taken in although nobody asks the bot.
    """

    def __init__(
        self,
        rows: InboxRows,
        *,
        admit: Admit,
        vouch: Vouch,
        press: Callable[[Press], Awaitable[str]],
        suggest: Callable[[], Awaitable[Sequence[str]]],
        held_until: HeldUntil,
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Take messages into the inbox.

        Args:
            rows: The inbox.
            admit: Who a message is from and whether the bot is meant; None: it is not taken in.
            vouch: Gives who presses a button the role they have.
            press: Does what a button stands for.
            suggest: Questions for somebody who opens a room with the bot.
            held_until: Until when a question waits because too many came; None: not at all.
            wake: Called when there is a new turn.
            now: The clock.
        """
        self._rows = rows
        self._admit = admit
        self._vouch = vouch
        self._press = press
        self._suggest = suggest
        self._held_until = held_until
        self._wake = wake
        self._now = now
        self.received = 0
        self._caught_up = asyncio.Event()
        self._caught_up.set()
        self.on_connected: Callable[[], None] = lambda: None
        self.awaits: Awaits = _nothing_awaited

    async def receive(self, message: IncomingMessage) -> None:
        """Store a message; when this returns it may be acknowledged to its platform.

        One that came before changes nothing, and what people say to each other is not kept.
        While what was missed is read back it waits, since what was said before comes first.

        Raises:
            StorageError: It was not stored and must not be acknowledged.
        """
        self.received += 1
        if not self._caught_up.is_set():
            await happened(self._caught_up, within_s=HOLD_S)
        await self.take(message)

    async def take(self, message: IncomingMessage) -> None:
        """Store a message at once.

        Raises:
            StorageError: It was not stored.
        """
        entry, now = self._admit(message), self._now()
        if entry is None:
            return
        unasked = entry.unasked and now - message.sent_at < FRESH
        if entry.replies and not entry.message.to_bot:
            unasked = unasked or await self.awaits(entry.message.address, entry.message.reply_to)
        if not (entry.message.to_bot or entry.joins or unasked):
            return
        not_before = await self._held_until(message) if entry.message.to_bot else None
        stored = await self._rows.store(
            entry.message, now=now, joins=entry.joins, unasked=unasked, not_before=not_before
        )
        if stored is not None:
            self._wake()

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        """Take the new words of a question that is not being answered yet."""
        if await self._rows.edit(address, message_id, text):
            log.info("edited before its turn platform=%s", address.platform)

    async def deleted(self, address: Address, message_id: str) -> None:
        """Forget a message's words, and its turn if that has not begun."""
        if await self._rows.withdraw(address, message_id):
            log.info("deleted by its author platform=%s", address.platform)

    async def pressed(self, press: Press) -> str:
        """Do what a button stands for and return a sentence for the person, "" for none."""
        return await self._press(replace(press, author=self._vouch(press.author)))

    async def opened(self, address: Address, author: Author) -> Sequence[str]:
        """Return up to four questions to suggest."""
        del address, author
        return await self._suggest()

    async def connected(self) -> None:
        """Have what was missed meanwhile read back."""
        self.on_connected()

    def hold(self) -> None:
        """Let what comes wait a little, until `release`."""
        self._caught_up.clear()

    def release(self) -> None:
        """Take in what comes at once again."""
        self._caught_up.set()


async def _nothing_awaited(_address: Address, _reply_to: str) -> bool:
    return False
