"""Reads rooms back: what was missed while away is answered, and deafness is noticed.

A socket that is open proves nothing, and no platform repeats everything after a break. So rooms
are read back, all of them after each connection and one after the other all the time: a message
to the bot that is not in the inbox although it is older than a minute was not heard.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.inbox.accord import Accord
from bot.inbox.reception import Reception
from bot.storage.inbox import InboxRows
from bot.storage.settings import SettingRows
from bot.waiting import happened
from connectors.base import Platform
from connectors.errors import RoomGoneError
from connectors.messages import Address, IncomingMessage

log = logging.getLogger(__name__)

# From one room to the next. History may be read 50 times a minute on Slack (Tier 3).
LOOK_S = 20.0
# A message on its way is not yet missed.
GRACE = timedelta(minutes=1)
# What was asked longer ago is left: whoever asked has long found another way, and the owner cannot
# choose to answer what is older (`Manners.answers_missed_h`). Slack's history gives the latest
# 10,000 messages of a room at 50 calls a minute, Discord's 100 a call at about one a second: in an
# office's busiest room that is a month in a few minutes.
READ_BACK = timedelta(days=30)
# Clocks differ, and messages of one moment do not arrive in order.
OVERLAP = timedelta(minutes=2)


class DeafError(Exception):
    """The connection is open and brings nothing: connect anew."""


class Lookout:
    """Looks after one platform's rooms.

    Attributes:
        on_heard: Called when the connection has brought something: it is not deaf.
        on_connected: Called after each connection.
    """

    def __init__(
        self,
        platform: Platform,
        reception: Reception,
        rows: InboxRows,
        marks: SettingRows,
        accord: Accord | None,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Look after the rooms of a platform.

        Args:
            platform: Whose rooms.
            reception: What takes in what was missed.
            rows: The inbox, which knows what was heard.
            marks: Where it is kept up to when everything was heard.
            accord: With other processes of the office; None where there are none.
            now: The clock.
        """
        self._platform = platform
        self._reception = reception
        self._rows = rows
        self._marks = marks
        self._accord = accord
        self._now = now
        self._connected, self._behind = asyncio.Event(), asyncio.Event()
        self._rooms: list[Address] = []
        self._round_began = now()
        self._heard = reception.received
        self._gone: set[str] = set()
        self._telling = False
        self.on_heard: Callable[[], None] = lambda: None
        self.on_connected: Callable[[], Awaitable[None]] = _nothing
        reception.on_connected = self._begin_anew

    async def run(self) -> None:
        """Catch up, then look into one room after the other until it is to catch up again.

        It may be run again: what was said between two runs is caught up with.

        Raises:
            DeafError: Something was said to the bot that the connection did not bring; by then
                it has been taken in.
            ConnectorError: The platform could not be asked.
            StorageError: What was missed could not be stored.
        """
        await self._connected.wait()
        self._behind.set()
        self._rooms.clear()
        while True:
            if self._behind.is_set():
                self._behind.clear()
                await self.catch_up()
            if await happened(self._behind, within_s=LOOK_S):
                continue
            if self._reception.received > self._heard:
                self._heard = self._reception.received
                self.on_heard()
            await self._look()

    def fall_behind(self) -> None:
        """Say that something may have been missed."""
        self._behind.set()

    async def agree(self, accord: Accord) -> None:
        """Hold what other processes hold by now, and read it back.

        Raises:
            StorageError: It could not be read.
        """
        name, before = self._platform.platform, self._reception.held_as
        held = (await accord.read(name)).held
        if self._telling or self._reception.held_as != before:
            return  # What is held here is newer than what was read.
        if await self._reception.hold_as(name, held):
            self.fall_behind()

    async def _begin_anew(self, alone: bool) -> None:
        name = self._platform.platform
        try:
            if self._accord is None:
                await self._reception.hold(name)
            elif alone:
                self._telling = True
                await self._reception.hold(name, partial(self._accord.hold, name))
            else:
                # What was said meanwhile came to others. Some rooms may be yet to be read back.
                await self._reception.hold_as(name, (await self._accord.read(name)).held)
        finally:
            self._telling = False
            self.fall_behind()
            self._connected.set()
            await self.on_connected()

    async def catch_up(self) -> int:
        """Take in everything that was written since all was heard, room by room.

        Returns:
            How many questions were missed; 0 at the very first start, before which nobody waits.
        """
        began, held, name = self._now(), self._reception.held_as, self._platform.platform
        since = await self._heard_until()
        missed = 0
        left = {each.channel: each for each in await self._addresses()} if since else {}
        while left:
            if self._accord is not None:
                await self._reception.look(name)
            # Where somebody waits for it, first.
            waited_for = (each for each in self._reception.held if each in left)
            address = left.pop(next(waited_for, next(iter(left))))
            missed += len(await self._read(address, since or began))
            await self._reception.release(address)
        if self._reception.held_as == held:
            await self._reception.release_all(name)
            if self._accord is not None:
                await self._accord.release(name, held)
        if missed:
            log.info("caught up platform=%s missed=%s", name, missed)
        await self._mark(began)
        return missed

    async def _look(self) -> None:
        """Read one room back; after the last one everything has been heard."""
        if not self._rooms:
            self._round_began = self._now()
            self._rooms = await self._addresses()
        if self._rooms:
            address = self._rooms.pop(0)
            missed = await self._read(address, await self._heard_until() or self._round_began)
            if any(sent_at < self._now() - GRACE for sent_at in missed):
                raise DeafError(
                    f"{self._platform.platform.capitalize()} is connected but brings no messages."
                )
        if not self._rooms:
            await self._mark(self._round_began)

    async def _addresses(self) -> list[Address]:
        """Return the rooms the platform tells, and those people spoke to us in before.

        Discord does not tell in which direct messages a bot is.
        """
        name = self._platform.platform
        told = [room.address for room in await self._platform.rooms()]
        known = await self._rows.channels(name) - {address.channel for address in told}
        return told + [Address(name, channel) for channel in sorted(known - self._gone)]

    async def _history(self, address: Address, since: datetime) -> Sequence[IncomingMessage]:
        try:
            return await self._platform.history(address, since=since)
        except RoomGoneError:
            log.info("gone platform=%s room=%s", address.platform, address.channel)
            self._gone.add(address.channel)
            return ()

    async def _read(self, address: Address, since: datetime) -> list[datetime]:
        """Take in what of a room is not in the inbox; return when the questions were sent."""
        since = max(since - OVERLAP, self._now() - READ_BACK)
        messages = await self._history(address, since)
        known_not = await self._unknown(address, messages)
        for message in known_not:
            await self._reception.take(message)
        # What is nobody's question is not taken in, and stays unknown.
        not_taken = {each.message_id for each in await self._unknown(address, known_not)}
        return [each.sent_at for each in known_not if each.message_id not in not_taken]

    async def _unknown(
        self, address: Address, messages: Sequence[IncomingMessage]
    ) -> list[IncomingMessage]:
        if not messages:
            return []
        ids = await self._rows.unknown(address, [each.message_id for each in messages])
        return [each for each in messages if each.message_id in ids]

    async def _heard_until(self) -> datetime | None:
        mark = (await self._marks.all()).get(self._mark_name)
        return datetime.fromisoformat(mark) if isinstance(mark, str) else None

    async def _mark(self, at: datetime) -> None:
        await self._marks.put(self._mark_name, at.isoformat(), now=self._now())

    @property
    def _mark_name(self) -> str:
        return f"heard {self._platform.platform}"


async def _nothing() -> None:
    return
