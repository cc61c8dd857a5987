"""What is worth knowing of the last minutes, and may be forgotten."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import TypeVar

from connectors.base import ReplyAddresses
from connectors.slack.events import asker

# Slack takes answers to a command for 30 minutes; some are left for the answer itself to arrive.
RESPONSE_S = 25 * 60.0
MAX_KEPT = 2_000  # Messages people are still waiting on: far fewer, in any office.

K = TypeVar("K")
V = TypeVar("V")


class Memory:
    """Where to answer commands, and in which thread of a direct message somebody wrote."""

    def __init__(
        self, addresses: ReplyAddresses | None = None, *, now: Callable[[], float]
    ) -> None:
        """Start with nothing remembered.

        Args:
            addresses: Where other processes find where a command is answered; None: there are none.
            now: Seconds that only grow.
        """
        self._addresses = addresses
        self._now = now
        self._responses: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._threads: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._newest: OrderedDict[str, str] = OrderedDict()
        self.responded: OrderedDict[str, None] = OrderedDict()
        self.heard: Counter[str] = Counter()

    async def asked(self, message_id: str, response_url: str) -> None:
        """Keep where a command is answered.

        Raises:
            Exception: Other processes do not find it.
        """
        _keep(self._responses, message_id, (response_url, self._now() + RESPONSE_S))
        if self._addresses is not None:
            await self._addresses.keep(message_id, response_url, for_s=RESPONSE_S)

    async def response_url(self, message_id: str) -> str:
        """Return where a command is answered; "" when it is none, or too old.

        Raises:
            Exception: What another process kept could not be read.
        """
        if message_id not in self._responses and asker(message_id) and self._addresses is not None:
            url = await self._addresses.of(message_id)
            _keep(self._responses, message_id, (url, self._now() + RESPONSE_S))
        url, until = self._responses.get(message_id, ("", 0.0))
        return url if until > self._now() else ""

    def forget(self, message_id: str) -> None:
        """Answer a command in its room from now on."""
        _keep(self._responses, message_id, ("", 0.0))

    def wrote(self, channel: str, message_id: str, thread: str) -> None:
        """Keep in which thread of a direct message somebody wrote."""
        _keep(self._threads, (channel, message_id), thread)
        # One that is delivered again is not what somebody waits on now.
        if float(message_id) >= float(self._newest.get(channel, 0)):
            _keep(self._newest, channel, message_id)

    def newest(self, channel: str) -> str:
        """Return where the last message of a direct message stands: its thread, or itself.

        "" when nothing was written since the start.
        """
        message_id = self._newest.get(channel, "")
        return self._threads.get((channel, message_id), "") or message_id

    def thread(self, channel: str, message_id: str) -> str | None:
        """Return the thread of a direct message somebody wrote in; "" for none, None: not known."""
        return self._threads.get((channel, message_id))

    def answered(self, message_id: str) -> None:
        """Keep that an answer to a command was taken."""
        _keep(self.responded, message_id, None)


def _keep(kept: "OrderedDict[K, V]", key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MAX_KEPT:
        kept.popitem(last=False)
