"""The line that shows an answer is being worked on, in threads and in direct messages.

`assistant.threads.setStatus` wants a thread and takes any message's id for one: slack-bolt 1.30
gives it the id of the message itself where there is no thread, so a direct message has a place
for the line too. Its successor, `agents.sessions.setStatus`, shows no words and stays for up to an
hour when nobody takes it back; this line goes by itself two minutes after a power cut.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from connectors.messages import Address, OutgoingMessage
from connectors.slack.events import direct
from connectors.slack.failures import FAILURES, refusal
from connectors.slack.memory import Memory

log = logging.getLogger(__name__)

MAX_RENEWALS = 10  # A quarter of an hour: longer than any answer takes.
RECENT = 20  # Messages in which somebody's last one is looked for after a restart.


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take.

    Attributes:
        renew_s: Slack takes a line down after two minutes.
        grace_s: An answer that is stored stands in its room within this, nearly always.
    """

    renew_s: float = 90.0
    grace_s: float = 5.0


PACE = Pace()


@dataclass(slots=True, eq=False)
class _Line:
    """What shall stand in one place.

    Attributes:
        thread: Below which message; "" for the newest in a direct message.
        text: "" when nothing is being worked on.
        owed: Answers that are finished and not posted yet.
        changed: Slack's line may not be what it should be.
    """

    thread: str
    text: str = ""
    owed: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False


class Statuses:
    """Keeps the lines as they should be, beside the work: nobody waits for them."""

    def __init__(self, web: AsyncWebClient, memory: Memory, *, pace: Pace) -> None:
        """Show with the bot token of `web`; `memory` tells where people wrote."""
        self._web = web
        self._memory = memory
        self._pace = pace
        # Those whose answer is not posted yet, then the one that is worked on.
        self._lines: dict[Address, list[_Line]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, address: Address, text: str) -> None:
        """Have a line shown soon; an empty text takes it down once the answer stands there."""
        lines = self._lines.get(address, [])
        if lines and lines[-1].text:
            line = lines[-1]
            line.owed += not text
        elif not text or not (address.thread or direct(address.channel)):
            return
        else:
            line = self._line(address)
        line.text = text
        line.changed.set()

    def posted(self, message: OutgoingMessage) -> None:
        """Take note of what stands in a room now.

        Slack takes the line down for any message of ours there; what is still worked on gets it
        back.
        """
        lines = self._lines.get(message.address, [])
        if lines and message.final and message.reply_to:
            answered = next((line for line in lines if line.owed), None)
            if answered:
                answered.owed -= 1
            else:
                # Whoever worked on it gave up without a word.
                lines[-1].text = ""
        for line in lines:
            line.changed.set()

    def stop(self) -> None:
        """Leave all lines to Slack, which takes them down within two minutes."""
        for task in self._tasks:
            task.cancel()

    def _line(self, address: Address) -> _Line:
        """Return the line of a question that begins to be worked on."""
        lines = self._lines.setdefault(address, [])
        thread = address.thread or self._memory.newest(address.channel)
        if not lines or lines[-1].thread != thread:
            lines.append(_Line(thread))
            task = asyncio.create_task(self._keep(address, lines[-1]), name="slack status")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return lines[-1]

    async def _keep(self, address: Address, line: _Line) -> None:
        try:
            thread = line.thread or await self._newest(address.channel, line)
            if thread and line.text:
                await self._keep_at(address.channel, thread, line)
        finally:
            lines = self._lines[address]
            lines.remove(line)
            if not lines:
                del self._lines[address]

    async def _keep_at(self, channel: str, thread: str, line: _Line) -> None:
        renewals = 0
        while renewals <= MAX_RENEWALS or line.changed.is_set():
            line.changed.clear()
            text, wait_s = line.text, self._pace.renew_s
            if text or not line.owed:
                await self._set(channel, thread, line, text)
                if not text and not line.changed.is_set():
                    return
            else:
                wait_s = self._pace.grace_s
            try:
                async with asyncio.timeout(wait_s):
                    await line.changed.wait()
            except TimeoutError:
                renewals += 1
                if not text:
                    line.owed = 0

    async def _set(self, channel: str, thread: str, line: _Line, text: str) -> None:
        try:
            await self._web.assistant_threads_setStatus(
                channel_id=channel, thread_ts=thread, status=text
            )
        except FAILURES as error:
            _tell(line, error)

    async def _newest(self, channel: str, line: _Line) -> str:
        """Ask Slack what was last written in a direct message, after a restart; "" for nothing."""
        try:
            found = await self._web.conversations_history(channel=channel, limit=RECENT)
        except FAILURES as error:
            _tell(line, error)
            return ""
        written = (one for one in found.get("messages") or () if not one.get("bot_id"))
        return next((str(one["ts"]) for one in written), "")


def _tell(line: _Line, error: BaseException) -> None:
    """Log the first failure of a line; the others are the same."""
    if not line.failed:
        answer = refusal(error)
        code = answer.code or answer.status if answer else type(error).__name__
        log.info("slack status not shown error=%s", code)
    line.failed = True
