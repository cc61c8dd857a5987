"""What Slack tells, handed on; a call returns when it is stored and may be acknowledged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient

from connectors.base import Receiver
from connectors.errors import SendError
from connectors.messages import Address, IncomingMessage, OutgoingMessage, Press
from connectors.slack.events import PLATFORM, Event, Translation, command_id, direct, of_group
from connectors.slack.failures import FAILURES
from connectors.slack.memory import Memory
from connectors.slack.posting import respond
from connectors.slack.rendering import ACTION, render

log = logging.getLogger(__name__)

COMMAND = "/deskhand"
REMIND = "remind_me"
MAX_PROMPTS = 4  # Slack's limit.
SHOWN_S = 2.0  # Slack waits 3 s for the acknowledgement of a press.


class Intake:
    """Tells envelopes apart and hands each on, in the order of its room."""

    def __init__(
        self,
        receiver: Receiver,
        translation: Translation,
        web: AsyncWebClient,
        memory: Memory,
    ) -> None:
        """Hand everything to a receiver."""
        self._receiver = receiver
        self._translation = translation
        self._web = web
        self._memory = memory
        # Envelopes are worked on at once as they come; what stands in one room waits its turn.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, body: Event) -> None:
        """Store what an envelope tells.

        Raises:
            Exception: It was not stored and must not be acknowledged.
        """
        kind = str(body.get("type") or "")
        if kind == "event_callback":
            await self._in_order(body.get("event") or {}, self._event)
        elif body.get("command") == COMMAND:
            await self._command(body)
        elif kind == "message_action" and body.get("callback_id") == REMIND:
            await self._remind(body)
        elif kind == "block_actions":
            await self._pressed(body)

    async def _in_order(self, event: Event, take: Callable[[Event, str], Awaitable[None]]) -> None:
        channel = str(event.get("channel") or "")
        lock = self._locks.get(channel)
        if lock is None:
            lock = self._locks[channel] = asyncio.Lock()
        async with lock:
            await take(event, channel)

    async def _event(self, event: Event, channel: str) -> None:
        kind, subtype = event.get("type"), event.get("subtype")
        if kind == "app_home_opened":
            if event.get("tab") == "messages":
                await self._opened(event, channel)
        elif kind == "message" and subtype == "message_changed":
            await self._changed(event, channel)
        elif kind == "message" and subtype == "message_deleted":
            before = event.get("previous_message") or {"ts": event.get("deleted_ts")}
            await self._deleted(before, channel)
        elif kind in ("message", "app_mention") and self._translation.written(event):
            self._remember(event, channel)
            await self._receiver.receive(await self._translation.message(event, channel))

    def _remember(self, event: Event, channel: str) -> None:
        self._memory.heard[channel] += 1
        ts, thread = str(event["ts"]), str(event.get("thread_ts") or "")
        if direct(channel):
            self._memory.wrote(channel, ts, "" if thread == ts else thread)

    async def _changed(self, event: Event, channel: str) -> None:
        now = event.get("message") or {}
        before = event.get("previous_message") or now
        # A link that unfolds changes the message and not its text.
        changed = now.get("text") != before.get("text")
        if "previous_message" not in event:
            changed = bool(now.get("edited"))
        if self._translation.own(now) or self._translation.own(before):
            return
        if now.get("subtype") == "tombstone":
            # What is left of a deleted message that others replied to.
            await self._deleted(before, channel)
        elif changed:
            text = await self._translation.text(now)
            address = self._translation.address(before, channel)
            await self._receiver.edited(address, str(now["ts"]), text)

    async def _deleted(self, before: Event, channel: str) -> None:
        if before.get("ts") and not self._translation.own(before):
            address = self._translation.address(before, channel)
            await self._receiver.deleted(address, str(before["ts"]))

    async def _opened(self, event: Event, channel: str) -> None:
        author = await self._translation.person(str(event.get("user") or ""))
        prompts = await self._receiver.opened(Address(PLATFORM, channel), author)
        if not prompts:
            return
        shown = [{"title": one, "message": one} for one in prompts[:MAX_PROMPTS]]
        try:
            # Without thread_ts: under agent_view prompts with one are not shown, without a word.
            await self._web.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=shown)
        except FAILURES as error:
            log.info("slack prompts not shown error=%s", type(error).__name__)

    async def _command(self, body: Event) -> None:
        channel, user = str(body["channel_id"]), str(body["user_id"])
        message_id = command_id(user, str(body["trigger_id"]))
        await self._memory.asked(message_id, str(body.get("response_url") or ""))
        text = str(body.get("text") or "").strip() or "help"
        await self._receive_wish(message_id, Address(PLATFORM, channel), user, text=text)

    async def _remind(self, body: Event) -> None:
        channel = str((body.get("channel") or {}).get("id") or "")
        message = body.get("message") or {}
        address = Address(PLATFORM, channel)
        if not direct(channel):
            thread = str(message.get("thread_ts") or message.get("ts") or "")
            address = Address(PLATFORM, channel, thread)
        trigger, user = str(body["trigger_id"]), str((body.get("user") or {}).get("id") or "")
        text = f"remind me about this: {message.get('text') or ''}"
        await self._receive_wish(trigger, address, user, text=text)

    async def _receive_wish(
        self, message_id: str, address: Address, user_id: str, *, text: str
    ) -> None:
        """Hand on what somebody asked for by other means than a message."""
        author, words, room = await asyncio.gather(
            self._translation.person(user_id),
            self._translation.words(text),
            self._translation.room_name(address.channel),
        )
        await self._receiver.receive(
            IncomingMessage(
                message_id=message_id,
                address=address,
                author=author,
                text=words,
                to_bot=True,
                sent_at=self._translation.now(),
                room_name="" if of_group(room) else room,
                direct=direct(address.channel),
                group=of_group(room),
            )
        )

    async def _pressed(self, body: Event) -> None:
        container = body.get("container") or {}
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        message = body.get("message") or {}
        message_id = str(message.get("ts") or container.get("message_ts") or "")
        thread = str(message.get("thread_ts") or container.get("thread_ts") or "")
        here = "" if direct(channel) or thread == message_id else thread
        user = str((body.get("user") or {}).get("id") or "")
        for action in body.get("actions") or ():
            if str(action.get("action_id") or "").startswith(ACTION):
                author = await self._translation.person(user)
                press = Press(
                    Address(PLATFORM, channel, here),
                    author,
                    str(action.get("value") or ""),
                    message_id,
                )
                told = await self._receiver.pressed(press)
                await self._show(told, body, press, thread)

    async def _show(self, told: str, body: Event, press: Press, thread: str) -> None:
        """Show a sentence to who pressed a button; what was pressed is done whether it shows."""
        if not told:
            return
        shown = render(OutgoingMessage("", press.address, told))
        url = str(body.get("response_url") or "")
        try:
            async with asyncio.timeout(SHOWN_S):
                if url:
                    await respond(url, shown, proxy_url=self._web.proxy)
                    return
                await self._web.chat_postEphemeral(
                    channel=press.address.channel,
                    user=press.author.user_id,
                    text=shown.text,
                    blocks=list(shown.blocks),
                    thread_ts=thread or None,
                )
        except (SendError, *FAILURES) as error:
            log.info("slack reply to a press not shown error=%s", type(error).__name__)
