"""Our own messages: posted, changed, found again.

Answers grow by chat.update and not by chat.startStream: that takes no metadata (chat.stopStream
does, too late) and Slack says nowhere that conversations.replies shows an open stream, so after a
start that was not confirmed its words could not be found and would be said twice; begun without
words it would show a first sentence only with the second. Nor does it take unfurl_links or parse
(node-slack-sdk#2389), and Slack cuts it off after some five minutes (python-slack-sdk#1859), which
one answer can take on an office's small computer.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from connectors.errors import ConnectorError, SendError
from connectors.messages import OutgoingMessage
from connectors.slack.events import Identity, asker, direct, stamp
from connectors.slack.failures import BLOCKS_REFUSED, FAILURES, LIBRARY_LOG, refusal, send_error
from connectors.slack.files import Files, carries, sizes
from connectors.slack.memory import Memory
from connectors.slack.rendering import Rendering, render

log = logging.getLogger(__name__)

Call = Callable[..., Awaitable[AsyncSlackResponse]]

ANSWER_S = 15  # How long Slack's answer to a call is waited for.
NONCE_EVENT = "deskhand_message"
RESPONSE = "response:"  # The ids of answers to commands, which Slack gives none.
FIND_BACK_S = 900  # A second try at a post comes well within a quarter of an hour.
FIND_LIMIT = 100  # Messages of one room in that time.
# Slack shares files after its answer, once it has looked through them (bolt-js#2115).
SHARE_LOOKS = 5
SHARE_LOOK_S = 1.0
# Slack makes links of what looks like one, as the name of an archive does.
_LINKED = re.compile(r"<[^<>|]+\|([^<>]*)>")


class Posts:
    """Posts and changes the bot's own messages."""

    def __init__(
        self,
        web: AsyncWebClient,
        memory: Memory,
        files: Files,
        *,
        identity: Callable[[], Awaitable[Identity]],
        posted: Callable[[OutgoingMessage], None],
    ) -> None:
        """Speak with the bot token of `web`.

        Args:
            web: With the bot token.
            memory: Where commands and threads are remembered.
            files: Shares them.
            identity: Tells who the bot is.
            posted: Told of each message that stands in its room, and of its final text.
        """
        self._web = web
        self._memory = memory
        self._files = files
        self._identity = identity
        self._posted = posted

    async def post(self, message: OutgoingMessage) -> str:
        """Post a message and return its id: a message's ts, or that of a command's answer.

        Raises:
            SendError: It was not delivered, or perhaps not.
        """
        if message.files:
            message_id = await self._share(message)
        elif await self._memory.response_url(message.reply_to):
            message_id = f"{RESPONSE}{message.nonce}"
            if message.final:
                await self._respond(message_id, message)
        elif asker(message.reply_to) and not direct(message.address.channel):
            message_id = await self._whisper(message)
        else:
            message_id = await self._post(message)
        self._posted(message)
        return message_id

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Give a message its new text.

        An answer to a command appears only when it is final: what stands there cannot grow. Words
        beside files stay as they are.

        Raises:
            SendError: It was not changed.
        """
        if message.files:
            return
        if not message_id.startswith(RESPONSE):
            await self._update(message_id, message)
        elif message.final:
            await self._edit_response(message_id, message)
        if message.final:
            self._posted(message)

    async def find(self, message: OutgoingMessage) -> str | None:
        """Return the id of a message posted within the last quarter of an hour, or None.

        Raises:
            SendError: Slack could not be asked.
        """
        responded = f"{RESPONSE}{message.nonce}"
        if responded in self._memory.responded:
            return responded
        try:
            me = await self._identity()
            thread = await self._thread(message)
            # A direct message is looked through both ways: where it was asked may not have been
            # known when it was answered.
            places = [thread, ""] if thread and direct(message.address.channel) else [thread]
            found = [one for place in places for one in await self._recent(message, place)]
        except ConnectorError as error:
            raise SendError(str(error)) from error
        except FAILURES as error:
            raise send_error(error) from error
        text = render(message).text
        files = await sizes(message.files)
        for one in found:
            nonce = _nonce(one)
            same = nonce == message.nonce or (nonce is None and _unlinked(one) == text)
            if same and _own(one, me) and carries(one, files):
                return str(one["ts"])
        return None

    async def _share(self, message: OutgoingMessage) -> str:
        """Share files with the words beside them; Slack tells the message's id only in history."""
        alone = asker(message.reply_to) and not direct(message.address.channel)
        if alone or await self._memory.response_url(message.reply_to):
            raise SendError("Slack shows no files to one person alone", permanent=True)
        where = await self._where(message)
        try:
            await self._files.share(message.files, render(message).text, where)
        except FAILURES as error:
            raise send_error(error) from error
        for _ in range(SHARE_LOOKS):
            try:
                if found := await self.find(message):
                    return found
            except SendError as error:
                log.info("slack share not seen error=%s", error)
            await asyncio.sleep(SHARE_LOOK_S)
        return ""

    async def _where(self, message: OutgoingMessage) -> dict[str, Any]:
        where: dict[str, Any] = {"channel": message.address.channel}
        try:
            thread = await self._thread(message)
        except FAILURES as error:
            log.info("slack thread not learnt error=%s", type(error).__name__)
            thread = ""
        return where | ({"thread_ts": thread} if thread else {})

    async def _post(self, message: OutgoingMessage) -> str:
        where = await self._where(message)
        quiet = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "mrkdwn": False}
        answer = await self._call(self._web.chat_postMessage, message, where | quiet)
        return str(answer["ts"])

    async def _update(self, ts: str, message: OutgoingMessage) -> None:
        where = {"channel": message.address.channel, "ts": ts, "parse": "none"}
        await self._call(self._web.chat_update, message, where)

    async def _edit_response(self, message_id: str, message: OutgoingMessage) -> None:
        """Give an answer to a command its final text, wherever it can still be given."""
        if await self._memory.response_url(message.reply_to):
            await self._respond(message_id, message)
        elif message_id in self._memory.responded:
            # Who asked has it; a second one in the room would be read by everybody there.
            raise SendError("Slack changes no answer to a command this late", permanent=True)
        elif asker(message.reply_to) and not direct(message.address.channel):
            await self._whisper(message)
        elif posted := await self.find(message):
            await self._update(posted, message)
        else:
            await self._post(message)

    async def _whisper(self, message: OutgoingMessage) -> str:
        """Answer a command whose own address is gone, to be seen by who gave it alone."""
        message_id = f"{RESPONSE}{message.nonce}"
        if not message.final:
            return message_id
        shown = render(message)
        try:
            await self._web.chat_postEphemeral(
                channel=message.address.channel,
                user=asker(message.reply_to),
                text=shown.text,
                blocks=list(shown.blocks),
            )
        except FAILURES as error:
            raise send_error(error) from error
        self._memory.answered(message_id)
        return message_id

    async def _thread(self, message: OutgoingMessage) -> str:
        """Return the thread a message goes into; "" for none.

        An answer goes below its question, in a direct message only where it was asked in a thread.
        """
        channel, reply_to = message.address.channel, message.reply_to
        if message.address.thread:
            return message.address.thread
        if not stamp(reply_to):
            return ""
        if not direct(channel):
            return reply_to
        known = self._memory.thread(channel, reply_to)
        if known is None:
            known = await self._asked_in(channel, reply_to)
            self._memory.wrote(channel, reply_to, known)
        return known

    async def _asked_in(self, channel: str, ts: str) -> str:
        """Ask Slack in which thread of a direct message somebody wrote, after a restart."""
        found = await self._web.conversations_replies(channel=channel, ts=ts, limit=1)
        messages = found.get("messages") or [{}]
        asked = next((one for one in messages if one.get("ts") == ts), messages[0])
        thread = str(asked.get("thread_ts") or "")
        return "" if thread == ts else thread

    async def _recent(self, message: OutgoingMessage, thread: str) -> list[dict[str, Any]]:
        args: dict[str, Any] = {
            "channel": message.address.channel,
            "oldest": f"{time.time() - FIND_BACK_S:.6f}",
            "limit": FIND_LIMIT,
            "include_all_metadata": True,
        }
        if thread:
            found = await self._web.conversations_replies(ts=thread, **args)
        else:
            found = await self._web.conversations_history(**args)
        return list(found.get("messages") or ())

    async def _call(
        self, method: Call, message: OutgoingMessage, where: dict[str, Any]
    ) -> AsyncSlackResponse:
        rendering = render(message)
        metadata = {"event_type": NONCE_EVENT, "event_payload": {"nonce": message.nonce}}
        args = {**where, "text": rendering.text, "metadata": metadata}
        try:
            try:
                return await method(blocks=list(rendering.blocks), **args)
            except FAILURES as error:
                answer = refusal(error)
                if answer is None or answer.code not in BLOCKS_REFUSED:
                    raise
                log.warning("slack refused blocks error=%s", answer.code)
                return await method(blocks=[], **args)
        except FAILURES as error:
            raise send_error(error) from error

    async def _respond(self, message_id: str, message: OutgoingMessage) -> None:
        """Answer a command so that only who gave it sees it."""
        url = await self._memory.response_url(message.reply_to)
        again = message_id in self._memory.responded
        try:
            await respond(url, render(message), again=again, proxy_url=self._web.proxy)
        except SendError as error:
            if not error.unknown:
                # The address is used up: the next try is an ordinary message.
                self._memory.forget(message.reply_to)
            raise
        self._memory.answered(message_id)


async def respond(
    url: str, shown: Rendering, *, again: bool = False, proxy_url: str | None = None
) -> None:
    """Answer a command or a press, to be seen by who gave it alone.

    Args:
        url: Slack's own, from the command.
        shown: What to say.
        again: It replaces what was answered before.
        proxy_url: Through which Slack is reached; None: directly.

    Raises:
        SendError: It was not delivered, or perhaps not.
    """
    hook = AsyncWebhookClient(
        url, timeout=ANSWER_S, proxy=proxy_url, retry_handlers=[], logger=LIBRARY_LOG
    )
    body = {
        "response_type": "ephemeral",
        "replace_original": again,
        "text": shown.text,
        "blocks": list(shown.blocks),
    }
    try:
        answer = await hook.send_dict(body)
    except FAILURES as error:
        raise send_error(error) from error
    if answer.status_code != 200:
        raise SendError(f"Slack answered {answer.status_code}", unknown=answer.status_code >= 500)


def _own(message: dict[str, Any], me: Identity) -> bool:
    return message.get("user") == me.user_id or message.get("bot_id") == me.bot_id


def _nonce(message: dict[str, Any]) -> str | None:
    """Return a message's nonce; None where its metadata was dropped."""
    metadata = message.get("metadata")
    if not metadata:
        return None
    return str((metadata.get("event_payload") or {}).get("nonce", ""))


def _unlinked(message: dict[str, Any]) -> str:
    """Return a message's text as it was sent."""
    return _LINKED.sub(r"\1", str(message.get("text") or ""))
