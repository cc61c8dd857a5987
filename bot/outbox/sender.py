"""Takes messages out of the outbox and to their platforms, in order within a room."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.outgoing import Outgoing
from bot.outbox.files import KeptFiles
from bot.storage.errors import StorageError
from bot.storage.outbox import OutboxRows
from bot.waiting import happened
from connectors.base import Connector
from connectors.errors import SendError
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address, OutgoingMessage

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
FIRST_WAIT_S = 1.0
# Twelve attempts, each wait twice the last up to this one, stretch over about an hour.
LONGEST_WAIT_S = 600.0
# Other processes' rows and rows whose time has come are seen at least this often.
SWEEP_S = 15.0
# SIGTERM: what is still on its way after this long is left to the next start.
DRAIN_S = 2.0
# What is written below a message that is just being posted waits this long for it to be recorded.
RECORDED_S = 1.0
# A room rests this long when the database could not be written, e.g. on a full disk.
STORAGE_REST_S = 5.0
# Another process has the room's first message: it is looked at again after this long.
ELSEWHERE_S = 5.0
# Shorter than a claim holds (LEASE): a post that is slower may be another process's by then. Longer
# than Discord takes at its worst: 45 s to look for a post, and as long to make it.
DELIVERY_S = 100.0


async def _as_written(outgoing: Outgoing) -> str:
    return outgoing.message.text


class Sender:
    """Delivers what is pending: many rooms at once, one message a room at a time.

    Attributes:
        words: Returns what a message says if it is posted now.
    """

    def __init__(
        self,
        rows: OutboxRows,
        connectors: Mapping[str, Connector],
        files: KeptFiles,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Deliver through these connectors, by platform; `files` are those that go along."""
        self._rows = rows
        self._connectors = connectors
        self._files = files
        self._now = now
        self.words: Callable[[Outgoing], Awaitable[str]] = _as_written
        self._woken = asyncio.Event()
        self._busy: dict[Address, asyncio.Task[bool]] = {}
        # Busy rooms in which more waits, as far as the rows were read.
        self._more: set[Address] = set()
        # What may be in sight already although its row does not say so yet: the post's id, ""
        # where that is unknown. Nothing is posted twice because it could not be recorded once.
        self._posted: dict[int, str] = {}

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    async def recorded(self, room: Address) -> None:
        """Return once what is on its way to a room is recorded, or after `RECORDED_S`.

        People, and other bots, see a message a moment before its row says so.
        """
        place = (room.platform, room.channel)
        under_way = [
            task
            for address, task in self._busy.items()
            if (address.platform, address.channel) == place
        ]
        if under_way:
            await asyncio.wait(under_way, timeout=RECORDED_S)

    async def run(self) -> None:
        """Deliver until cancelled; a delivery under way is then given a moment to end."""
        try:
            while True:
                self._woken.clear()
                await self._files.sweep(self._rows.files_needed)
                wait_s = await self._start_deliveries()
                await happened(self._woken, within_s=wait_s)
        finally:
            await self._stop()

    async def _start_deliveries(self) -> float:
        """Start what is due in rooms that are free; return the seconds until the next is."""
        wait_s = SWEEP_S
        now = self._now()
        # A delivery that ends while the rows are read leaves an old one of its room among them.
        busy = set(self._busy)
        for waiting in await self._rows.first_of_each_room():
            outgoing = waiting.outgoing
            address = outgoing.message.address
            if address in busy:
                self._look_again(address)
                continue
            if address.platform not in self._connectors:
                continue
            due_in_s = (outgoing.next_at - now).total_seconds()
            # A clock set back must not hold a message longer than its longest wait.
            if 0 < due_in_s <= LONGEST_WAIT_S:
                wait_s = min(wait_s, due_in_s)
                continue
            if waiting.behind:
                self._more.add(address)
            task = asyncio.create_task(self._deliver(outgoing), name=f"deliver {outgoing.origin}")
            self._busy[address] = task
            task.add_done_callback(partial(self._free, address))
        return wait_s

    def _look_again(self, address: Address) -> None:
        """Read the rows again once a room is free, or now where it is by now."""
        if address in self._busy:
            self._more.add(address)
        else:
            self.wake()

    def _free(self, address: Address, task: "asyncio.Task[bool]") -> None:
        self._busy.pop(address, None)
        seen_to = not task.cancelled() and task.exception() is None and task.result()
        if address in self._more or not seen_to:
            self._more.discard(address)
            self.wake()

    async def _stop(self) -> None:
        under_way = set(self._busy.values())
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _deliver(self, outgoing: Outgoing) -> bool:
        """Deliver a message; False when it, or what came of it, is still to be seen to."""
        # Counted from before the claim, as the claim itself is.
        until_s = asyncio.get_running_loop().time() + DELIVERY_S
        try:
            claimed = await self._rows.claim(outgoing)
            if claimed is None:
                await asyncio.sleep(ELSEWHERE_S)
                return False
            return await self._deliver_once(claimed, until_s)
        except StorageError as error:
            log.error("could not record outgoing=%s: %s", outgoing.outgoing_id, error)  # noqa: TRY400
            await asyncio.sleep(STORAGE_REST_S)
            return False

    async def _deliver_once(self, outgoing: Outgoing, until_s: float) -> bool:
        delivered = False
        words = await self.words(outgoing)
        try:
            async with asyncio.timeout_at(until_s):
                posted_id = await self._put_out(outgoing, words)
        except SendError as error:
            await self._after_failure(outgoing, error)
        except TimeoutError:
            await self._after_failure(outgoing, SendError("took too long", unknown=True))
        except Exception:  # the edge of one delivery
            log.exception("delivery broke outgoing=%s", outgoing.outgoing_id)
            await self._after_failure(outgoing, SendError("internal error", unknown=True))
        else:
            await self._rows.sent(outgoing, posted_id, now=self._now())
            await self._let_go(outgoing)
            delivered = True
        self._posted.pop(outgoing.outgoing_id, None)
        return delivered

    async def _put_out(self, outgoing: Outgoing, words: str) -> str:
        """Post a message with the words for now, or see to its post; return the post's id."""
        connector = self._connectors[outgoing.message.address.platform]
        message = self._with_files(outgoing.message)
        if message.buttons and not connector.abilities.buttons:
            message = replace(message, buttons=())
        number = outgoing.outgoing_id
        posted_id = outgoing.posted_id or self._posted.get(number, "")
        if not posted_id and (outgoing.unsure or number in self._posted):
            posted_id = await connector.find(message) or ""
        if posted_id:
            # A reminder that is found says already whether it came in time.
            if outgoing.posted_id or outgoing.follow_up_id is None:
                await connector.edit(posted_id, message)
            return posted_id
        self._posted[number] = ""
        self._posted[number] = await connector.post(replace(message, text=words))
        return self._posted[number]

    def _with_files(self, message: OutgoingMessage) -> OutgoingMessage:
        files = self._files.located(message.files)
        if not all(each.path.is_file() for each in files):
            raise SendError("its files are not on this computer any more", permanent=True)
        return replace(message, files=files)

    async def _let_go(self, outgoing: Outgoing) -> None:
        """Forget a message's files, unless they are shown from here."""
        if outgoing.message.address.platform != LOCAL:
            await self._files.forget(outgoing.message.files)

    async def _after_failure(self, outgoing: Outgoing, error: SendError) -> None:
        attempts = outgoing.attempts + 1
        if error.permanent or attempts >= MAX_ATTEMPTS:
            log.warning("gave up outgoing=%s attempts=%s", outgoing.outgoing_id, attempts)
            await self._rows.failed(outgoing, str(error), now=self._now())
            await self._let_go(outgoing)
            return
        wait_s = min(FIRST_WAIT_S * 2 ** (attempts - 1), LONGEST_WAIT_S)
        next_at = self._now() + timedelta(seconds=max(wait_s, error.retry_after_s or 0.0))
        log.info("put off outgoing=%s attempts=%s", outgoing.outgoing_id, attempts)
        await self._rows.put_off(outgoing, str(error), unsure=error.unknown, next_at=next_at)
