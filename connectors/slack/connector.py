"""Slack as a platform: listens, posts, reads back."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from connectors.base import Abilities, Receiver, ReplyAddresses
from connectors.messages import Address, IncomingMessage, OutgoingMessage, Room
from connectors.slack.events import PLATFORM, Identity, Translation
from connectors.slack.failures import LIBRARY_LOG
from connectors.slack.files import MAX_BYTES, MAX_FILES, Files
from connectors.slack.intake import Intake
from connectors.slack.listening import Listening
from connectors.slack.memory import Memory
from connectors.slack.names import Names
from connectors.slack.permissions import check, sign_in
from connectors.slack.posting import ANSWER_S, Posts
from connectors.slack.reading import Reading
from connectors.slack.rendering import MAX_CHARS
from connectors.slack.status import PACE, Pace, Statuses

# chat.update is Tier 3, 50 a minute in a workspace; at one in 1.5 s an answer leaves room.
EDIT_PAUSE_S = 1.5
PING_INTERVAL_S = 5.0  # The library's own; four unanswered mean a new connection.


class SlackConnector:
    """Implements the platform port for Slack, in Socket Mode."""

    platform = PLATFORM
    abilities = Abilities(
        max_chars=MAX_CHARS,
        edits=True,
        edit_pause_s=EDIT_PAUSE_S,
        shows_status=True,
        buttons=True,
        max_files=MAX_FILES,
        max_file_bytes=MAX_BYTES,
        several_listen=True,
    )

    def __init__(
        self,
        bot_token: str,
        app_token: str,
        *,
        api_url: str = "",
        proxy_url: str = "",
        reply_addresses: ReplyAddresses | None = None,
        ping_interval_s: float = PING_INTERVAL_S,
        status_pace: Pace = PACE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare to speak for an app; nothing is asked of Slack yet.

        Args:
            bot_token: Begins with xoxb-.
            app_token: Begins with xapp-.
            api_url: Another server that speaks Slack's protocol: "http://127.0.0.1:3900/api/".
            proxy_url: A forward proxy through which Slack is reached; "": directly.
            reply_addresses: Where other processes find where a command is answered; None: this one
                serves the app alone.
            ping_interval_s: Seconds between two pings of an open connection.
            status_pace: When a waiting line is shown anew, and when it goes.
            now: Seconds that only grow.
        """
        self._web = AsyncWebClient(
            token=bot_token.strip(),
            base_url=api_url or AsyncWebClient.BASE_URL,
            timeout=ANSWER_S,
            proxy=proxy_url or None,
            # The library's own would post a second time when a connection breaks.
            retry_handlers=[],
            logger=LIBRARY_LOG,
        )
        self._app_token = app_token.strip()
        self._ping_interval_s = ping_interval_s
        self._memory = Memory(reply_addresses, now=now)
        self._names = Names(self._web, now=now)
        self._statuses = Statuses(self._web, self._memory, pace=status_pace)
        self._files = Files(self._web)
        self._posts = Posts(
            self._web,
            self._memory,
            self._files,
            identity=self._identity,
            posted=self._statuses.posted,
        )
        self._reading = Reading(self._web, self._names)
        self._me: Identity | None = None

    async def run(self, receiver: Receiver) -> None:
        """Listen until cancelled; may be run again after that.

        Raises:
            ConnectorError: A token is refused, or Slack cannot be reached.
        """
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            self._web.session = session
            try:
                await self._listen(receiver)
            finally:
                self._statuses.stop()
                self._web.session = None

    @contextlib.asynccontextmanager
    async def signed_in(self) -> AsyncIterator[None]:
        """Do nothing: each call signs in by its token."""
        yield

    async def post(self, message: OutgoingMessage) -> str:
        """Post a message; an answer to a command is seen by who gave it alone.

        Raises:
            SendError: It was not delivered, or perhaps not.
        """
        return await self._posts.post(message)

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Replace a posted message's text.

        Raises:
            SendError: It was not changed.
        """
        await self._posts.edit(message_id, message)

    async def find(self, message: OutgoingMessage) -> str | None:
        """Return the id of a message posted in the last quarter of an hour, or None.

        Raises:
            SendError: Slack could not be asked.
        """
        return await self._posts.find(message)

    async def show_status(self, address: Address, text: str) -> None:
        """Have a waiting line shown in a thread or a direct message; elsewhere is no place for it.

        Returns at once and never fails. An empty text takes it down as soon as the answer stands
        there.
        """
        self._statuses.show(address, text)

    async def check(self) -> str:
        """Return as whom and where we are signed in.

        Raises:
            ConnectorError: Its sentence says what is missing and where to click.
        """
        return await check(self._web, self._app_token)

    async def rooms(self) -> list[Room]:
        """Return the rooms the bot is in, those heard from most since it started first.

        Raises:
            ConnectorError: Slack could not be asked.
        """
        found = await self._reading.rooms()
        return sorted(found, key=lambda room: -self._memory.heard[room.address.channel])

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        """Return what others wrote in a room and its threads after a moment, oldest first.

        Replies count where their thread began at most a week before that moment.

        Raises:
            RoomGoneError: The bot is not in the room.
            ConnectorError: Slack could not be asked.
        """
        translation = Translation(await self._identity(), self._names)
        return await self._reading.history(address, since, translation)

    async def fetch(
        self, address: Address, message_id: str, file_id: str, *, max_bytes: int
    ) -> bytes:
        """Return what is in a file that came with a message.

        Raises:
            FileRefusedError: It is gone, too large, or not kept by Slack itself.
            ConnectorError: Slack could not be asked.
        """
        del address, message_id  # Slack finds a file by its own id.
        return await self._files.fetch(file_id, max_bytes=max_bytes)

    async def _listen(self, receiver: Receiver) -> None:
        self._me = (await sign_in(self._web)).me
        intake = Intake(receiver, Translation(self._me, self._names), self._web, self._memory)
        listening = Listening(
            self._web,
            self._app_token,
            take=intake.take,
            connected=lambda alone: receiver.connected(alone=alone),
            ping_interval_s=self._ping_interval_s,
        )
        await listening.listen()

    async def _identity(self) -> Identity:
        if self._me is None:
            self._me = (await sign_in(self._web)).me
        return self._me
