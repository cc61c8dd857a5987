"""Rooms and what was written in them, read back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from connectors.messages import Address, IncomingMessage, Room
from connectors.slack.events import PLATFORM, Event, Translation, direct
from connectors.slack.failures import FAILURES, connector_error, refusal
from connectors.slack.names import Names

log = logging.getLogger(__name__)

Call = Callable[..., Awaitable[AsyncSlackResponse]]

PAGE = 200  # Slack's advice: no more than 200 a call, though 1,000 are taken.
MAX_PAGES = 50  # 10,000 messages of one room; a runaway cursor ends here.
# Slack has no list of threads with new replies: threads this old are looked at for some.
THREADS_BACK = timedelta(days=7)
THREAD_PAGES = 3  # The latest 600 of them: history is read often, 50 calls a minute are allowed.
LONGEST_WAIT_S = 60.0  # Longer waits are left to who asked.
WAITS = 3

_KINDS = ("public_channel", "private_channel", "mpim", "im")


class Reading:
    """Reads rooms and their messages, waiting where Slack asks for it."""

    def __init__(self, web: AsyncWebClient, names: Names) -> None:
        """Read with the bot token of `web`."""
        self._web = web
        self._names = names

    async def rooms(self) -> list[Room]:
        """Return the rooms the bot is in; a kind it may not list is left out.

        Raises:
            ConnectorError: Slack could not be asked.
        """
        found: dict[str, Room] = {}
        for kind in _KINDS:
            try:
                pages = self._pages(
                    self._web.users_conversations, "channels", types=kind, exclude_archived=True
                )
                found |= {str(one["id"]): await self._room(one) async for one in pages}
            except FAILURES as error:
                answer = refusal(error)
                if answer is None or answer.code != "missing_scope":
                    raise connector_error(error) from error
        return list(found.values())

    async def history(
        self, address: Address, since: datetime, translation: Translation
    ) -> list[IncomingMessage]:
        """Return what others wrote in a room and its threads after a moment, oldest first.

        Raises:
            ConnectorError: Slack could not be asked.
        """
        found: dict[str, Event] = {}
        channel = address.channel
        try:
            async for root in self._roots(channel, since):
                found[str(root["ts"])] = root
                if float(root.get("latest_reply") or 0) > since.timestamp():
                    replies = self._pages(
                        self._web.conversations_replies,
                        "messages",
                        channel=channel,
                        ts=root["ts"],
                        oldest=_ts(since),
                    )
                    found |= {str(one["ts"]): one async for one in replies if one != root}
        except FAILURES as error:
            raise connector_error(error) from error
        wanted = [
            one
            for ts, one in sorted(found.items(), key=lambda pair: float(pair[0]))
            if float(ts) > since.timestamp() and translation.written(one)
        ]
        return [await translation.message(one, address.channel) for one in wanted]

    async def _roots(self, channel: str, since: datetime) -> AsyncIterator[dict[str, Any]]:
        """Give what stands in a room itself after a moment, and what may have replies since."""
        method = self._web.conversations_history
        async for one in self._pages(method, "messages", channel=channel, oldest=_ts(since)):
            yield one
        async for one in self._pages(
            method,
            "messages",
            max_pages=THREAD_PAGES,
            channel=channel,
            oldest=_ts(since - THREADS_BACK),
            latest=_ts(since),
        ):
            if one.get("latest_reply"):
                yield one

    async def _room(self, found: dict[str, Any]) -> Room:
        channel = str(found["id"])
        if direct(channel):
            name = await self._names.user_name(str(found.get("user") or ""))
        else:
            name = str(found.get("name") or "")
        return Room(
            Address(PLATFORM, channel),
            name or "?",
            direct=direct(channel),
            private=direct(channel) or bool(found.get("is_private") or found.get("is_mpim")),
        )

    async def _pages(
        self, method: Call, key: str, *, max_pages: int = MAX_PAGES, **args: object
    ) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        for _ in range(max_pages):
            page = await self._patiently(
                method, limit=PAGE, **args, **({"cursor": cursor} if cursor else {})
            )
            for one in page.get(key) or ():
                yield one
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        log.info("slack pages not read to their end pages=%s", max_pages)

    async def _patiently(self, method: Call, **args: object) -> AsyncSlackResponse:
        """Call, and call again after the time Slack asks for."""
        for _ in range(WAITS):
            try:
                return await method(**args)
            except FAILURES as error:
                answer = refusal(error)
                wait_s = answer.retry_after_s if answer else None
                if wait_s is None or wait_s > LONGEST_WAIT_S:
                    raise
                await asyncio.sleep(wait_s)
        return await method(**args)


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
