"""Takes in what happens on the platforms."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.people.rules import Admitted
from bot.storage.inbox import InboxRows
from connectors.messages import Address, Author, IncomingMessage, Press

log = logging.getLogger(__name__)

# Later than this nobody is helped by an answer they did not ask for.
FRESH = timedelta(minutes=5)

# How long turns wait at most for what was said before them in their room, counted from when rooms
# were to be read back. A room in which somebody waits is next, but Slack may have us wait half a
# minute for it (Retry-After); and rooms that cannot be read back must not leave people waiting.
HOLD = timedelta(minutes=1)

Admit = Callable[[IncomingMessage], Admitted | None]
Vouch = Callable[[Author], Author]
HeldUntil = Callable[[IncomingMessage], Awaitable[datetime | None]]
Awaits = Callable[[Address, str], Awaitable[bool]]
InHands = Callable[[Address, Author], Awaitable[bool]]
Edited = Callable[[Address, str, str], Awaitable[None]]
Deleted = Callable[[Address, str], Awaitable[None]]


class Reception:
    """The one door for everything that happens on a platform.

    Attributes:
        received: How many messages came, those that are nobody's business too.
        on_connected: Called after each connection of the platform, with whether nobody else had
            one meanwhile.
        awaits: Whether what one of the team wrote somewhere, in reply to a message of an id,
            answers an open question or is for a customer: it is then taken in although nobody asks
            the bot.
        in_hands: Whether a person has what somebody writes somewhere: likewise.
        on_edited: Told a message's new text where its turn has begun.
        on_deleted: Told of a message that is gone.
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
        self._held_since: datetime | None = None
        # As other processes know it; "" while nothing is held.
        self._held_as = ""
        self._read_back: set[str] = set()
        self._held: dict[str, Address] = {}
        self.on_connected: Callable[[bool], Awaitable[None]] = _nothing
        self.awaits: Awaits = _nothing_awaited
        self.in_hands: InHands = _in_nobodys_hands
        self.on_edited: Edited = _nothing
        self.on_deleted: Deleted = _nothing

    async def receive(self, message: IncomingMessage) -> None:
        """Store a message; when this returns it may be acknowledged to its platform.

        One that came before changes nothing, and what people say to each other is not kept.
        While what was missed in its room is read back its turn waits, since what was said before
        comes first.

        Raises:
            StorageError: It was not stored and must not be acknowledged.
        """
        self.received += 1
        address = message.address
        if not self.holds(address):
            await self.take(message)
            return
        await self.take(message, hold=True)
        if address.channel in self._read_back:
            await self.release(address)

    async def take(self, message: IncomingMessage, *, hold: bool = False) -> None:
        """Store a message at once.

        Args:
            message: As it came in.
            hold: Its turn begins when its room is released, or after `HOLD`.

        Raises:
            StorageError: It was not stored.
        """
        entry, now = self._admit(message), self._now()
        if entry is None:
            return
        unasked = entry.unasked and now - message.sent_at < FRESH
        if entry.replies and not entry.message.to_bot:
            unasked = unasked or await self.awaits(entry.message.address, entry.message.reply_to)
        if not (entry.message.to_bot or entry.message.to_others or entry.message.author.bot):
            unasked = unasked or await self.in_hands(entry.message.address, entry.message.author)
        if not (entry.message.to_bot or entry.joins or unasked):
            return
        not_before = now + HOLD if hold else None
        if entry.message.to_bot:
            not_before = await self._held_until(message) or not_before
        stored = await self._rows.store(
            entry.message, now=now, joins=entry.joins, unasked=unasked, not_before=not_before
        )
        if stored is not None:
            self._wake()

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        """Take the new words of a question that is not being answered yet."""
        if await self._rows.edit(address, message_id, text):
            log.info("edited before its turn platform=%s", address.platform)
            return
        await self.on_edited(address, message_id, text)

    async def deleted(self, address: Address, message_id: str) -> None:
        """Forget a message's words, and its turn if that has not begun."""
        if await self._rows.withdraw(address, message_id):
            log.info("deleted by its author platform=%s", address.platform)
            await self.on_deleted(address, message_id)

    async def pressed(self, press: Press) -> str:
        """Do what a button stands for and return a sentence for the person, "" for none."""
        return await self._press(replace(press, author=self._vouch(press.author)))

    async def opened(self, address: Address, author: Author) -> Sequence[str]:
        """Return up to four questions to suggest."""
        del address, author
        return await self._suggest()

    async def connected(self, *, alone: bool = True) -> None:
        """Have what was missed meanwhile read back."""
        await self.on_connected(alone)

    @property
    def held(self) -> Collection[str]:
        """Return the rooms in which something waits to be released, the longest waiting first."""
        return self._held.keys()

    @property
    def held_as(self) -> str:
        """Return what other processes call what is held just now; "" while nothing is."""
        return self._held_as

    async def hold(
        self, platform: str, told: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """Let what waits on a platform, and what comes, wait until its room is released.

        For `HOLD` at most, also where it is asked for again meanwhile.

        Args:
            platform: Whose.
            told: Has other processes hold it too, by the name it is given.

        Raises:
            StorageError: Only what comes waits.
        """
        self._read_back.clear()
        now = self._now()
        if self._held_since is None or now - self._held_since >= HOLD:
            self._held_since, self._held_as = now, now.isoformat()
        if told is not None:
            await told(self._held_as)
        waiting = await self._rows.hold(platform, until=self._held_since + HOLD)
        self._held |= {channel: Address(platform, channel) for channel in waiting}

    async def hold_as(self, platform: str, held: str) -> bool:
        """Hold, or hold no more, what another process holds; return whether it is new here.

        Args:
            platform: Whose.
            held: As that process calls it; "" when it holds nothing any more.

        Raises:
            StorageError: What waits begins when it has waited for `HOLD`.
        """
        if held == self._held_as:
            return False
        if not held:
            await self.release_all(platform)
            return False
        self._read_back.clear()
        # By the own clock: those of the processes may differ.
        self._held_since, self._held_as = self._now(), held
        return True

    async def look(self, platform: str) -> None:
        """Find the rooms in which other processes hold something, and release those read back.

        Raises:
            StorageError: It could not be read.
        """
        for channel in await self._rows.held(platform):
            if channel in self._read_back:
                await self._rows.release(platform, channel)
            else:
                self._held.setdefault(channel, Address(platform, channel))

    def holds(self, address: Address) -> bool:
        """Return whether a room's turns must wait; they then begin when it is released."""
        since = self._held_since
        if since is None or self._now() - since >= HOLD or address.channel in self._read_back:
            return False
        self._held.setdefault(address.channel, address)
        return True

    async def release(self, address: Address) -> None:
        """Let the turns of a room begin that was read back.

        Raises:
            StorageError: They begin when they have waited for `HOLD`.
        """
        self._read_back.add(address.channel)
        if self._held.pop(address.channel, None):
            await self._rows.release(address.platform, address.channel)
            self._wake()

    async def release_all(self, platform: str) -> None:
        """Let every turn of a platform begin, and hold none any more.

        Raises:
            StorageError: They begin when they have waited for `HOLD`.
        """
        self._held_since, self._held_as = None, ""
        self._held.clear()
        await self._rows.release(platform)
        self._wake()


async def _nothing(*_told: object) -> None:
    return


async def _nothing_awaited(_address: Address, _reply_to: str) -> bool:
    return False


async def _in_nobodys_hands(_address: Address, _author: Author) -> bool:
    return False
