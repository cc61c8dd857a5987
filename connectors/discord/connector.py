"""Discord as a chat platform of ours."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from connectors.base import Abilities, Receiver, ReplyAddresses
from connectors.discord import files, posting, rooms
from connectors.discord.client import MAX_WAIT_S, GatewayClient, end
from connectors.discord.events import PLATFORM
from connectors.discord.interactions import Interactions
from connectors.discord.permissions import REFUSED, intents, signed_in_as
from connectors.discord.refusals import UNREACHABLE, as_connector_errors
from connectors.discord.rendering import MAX_CHARS
from connectors.errors import N_, ConnectorError, SendError, TokenRefusedError
from connectors.messages import Address, IncomingMessage, OutgoingMessage, Room

log = logging.getLogger(__name__)

# About 5 edits in 5 s a channel are allowed; this leaves room for other posts there.
EDIT_PAUSE_S = 1.2
_TYPING_EVERY_S = 8.0  # Discord shows it for 10 s
_TYPING_S = 5.0  # Later it is of no use any more.
_LOGIN_S = 60.0
_READ_S = 300.0  # a long absence in a busy room is some hundred requests
_CLOSE_S = 5.0


UNREADABLE = N_("Discord sent what could not be read. Nothing needs to be done; it is tried again.")


class DiscordConnector:
    """Implements the platform port for one Discord bot."""

    platform = PLATFORM
    abilities = Abilities(
        max_chars=MAX_CHARS,
        edits=True,
        edit_pause_s=EDIT_PAUSE_S,
        shows_status=True,
        buttons=True,
        max_files=files.MAX_FILES,
        max_file_bytes=files.MAX_BYTES,
    )

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "",
        gateway_url: str = "",
        cdn_url: str = "",
        proxy_url: str = "",
        reply_addresses: ReplyAddresses | None = None,
    ) -> None:
        """Make a connector that is not yet signed in.

        Args:
            token: The bot's.
            api_url: Another server that speaks Discord's REST, with the version in it
                ("https://discord.com/api/v10" is Discord's own). This and the next two hold for
                all of discord.py in this process, from here on.
            gateway_url: The same for its gateway.
            cdn_url: The same for pictures and files.
            proxy_url: A forward proxy through which all of them are reached; "": directly.
            reply_addresses: Where other processes find how a command is answered; None: this one
                serves the bot alone.
        """
        self._token = token.strip()
        self._proxy_url = proxy_url or None
        self._client: GatewayClient | None = None
        # Signed in without listening.
        self._beside: discord.Client | None = None
        self._waiting = Interactions(reply_addresses)
        self._directs: dict[str, str] = {}
        self._typed_at: dict[int, float] = {}
        self._origins = files.origins(cdn_url)
        _redirect(api_url, gateway_url, cdn_url)

    async def run(self, receiver: Receiver) -> None:
        """Listen until cancelled; every run has a connection of its own.

        Raises:
            ConnectorError: It cannot go on; the type says whether trying again may help.
        """
        client = GatewayClient(receiver, self._waiting, self._directs, proxy_url=self._proxy_url)
        try:
            with as_connector_errors():
                await self._log_in(client)
                self._client = client
                await client.listen()
        except ConnectorError:
            raise
        except Exception as error:  # an edge: discord.py's readers raise what they like
            # Without the error's text, which may hold a message's.
            log.error("discord event not understood error=%s", type(error).__name__)  # noqa: TRY400
            raise ConnectorError(UNREADABLE) from error
        else:
            raise ConnectorError(UNREACHABLE)
        finally:
            self._client = None
            await _close(client)

    @contextlib.asynccontextmanager
    async def signed_in(self) -> AsyncIterator[None]:
        """Be signed in inside the block, by requests alone: another process may listen.

        Raises:
            ConnectorError: It cannot sign in.
        """
        client = self._that_asks()
        try:
            with as_connector_errors():
                await self._log_in(client)
            self._beside = client
            yield
        finally:
            self._beside = None
            await _close(client)

    def _that_asks(self) -> discord.Client:
        return discord.Client(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MAX_WAIT_S,
            proxy=self._proxy_url,
        )

    async def _log_in(self, client: discord.Client) -> None:
        if not self._token:
            raise TokenRefusedError(REFUSED)
        try:
            async with asyncio.timeout(_LOGIN_S):
                await client.login(self._token)
        except ValueError as error:  # aiohttp: such a text cannot be sent as a header
            raise TokenRefusedError(REFUSED) from error

    async def check(self) -> str:
        """Ask Discord who we are and whether everything needed is permitted.

        Raises:
            ConnectorError: Its sentence says what is missing and where to click.
        """
        client = self._that_asks()
        try:
            with as_connector_errors():
                await self._log_in(client)
                async with asyncio.timeout(_LOGIN_S):
                    return await signed_in_as(client)
        finally:
            await _close(client)

    async def rooms(self) -> list[Room]:
        """Return the rooms the bot can read, and the direct messages it has seen since start.

        Raises:
            ConnectorError: It is not connected, or Discord does not tell its guilds.
        """
        if self._client is None and self._beside is not None:
            with as_connector_errors():
                async with asyncio.timeout(_LOGIN_S):
                    return rooms.rooms(await rooms.asked(self._beside), self._directs)
        client = self._connected()
        await client.known_guilds()
        return rooms.rooms(rooms.told(client), self._directs)

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        """Return what people wrote in a room and its threads after a moment, oldest first.

        Raises:
            RoomGoneError: There is no such room any more, or the bot may not read it.
            ConnectorError: Discord could not be asked.
        """
        client = self._connected()
        with as_connector_errors():
            async with asyncio.timeout(_READ_S):
                return await rooms.history(client, client.bot_id, address, since)

    async def fetch(
        self, address: Address, message_id: str, file_id: str, *, max_bytes: int
    ) -> bytes:
        """Return what is in a file that came with a message.

        Raises:
            FileRefusedError: It is gone, too large, or not kept by Discord itself.
            ConnectorError: Discord could not be asked.
        """
        client, origins = self._beside or self._connected(), self._origins
        with as_connector_errors():
            async with asyncio.timeout(_READ_S):
                return await files.fetch(
                    client, address, message_id, file_id, origins=origins, max_bytes=max_bytes
                )

    def _connected(self) -> GatewayClient:
        if self._client is None:
            raise ConnectorError("The bot is not signed in to Discord yet. Try again in a minute.")
        return self._client

    async def post(self, message: OutgoingMessage) -> str:
        """Post a message and return its id.

        Raises:
            SendError: It was not delivered, or perhaps not.
        """
        posted = await posting.post(self._signed_in(), self._waiting, message)
        # Discord takes "is typing" away where we post.
        self._typed_at.pop(_shown_in(message.address), None)
        return posted

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Replace a posted message's text.

        Raises:
            SendError: It was not changed.
        """
        await posting.edit(self._signed_in(), self._waiting, message_id, message)

    async def find(self, message: OutgoingMessage) -> str | None:
        """Return the id of a message posted before, or None.

        Raises:
            SendError: Discord could not be asked.
        """
        return await posting.find(self._signed_in(), self._waiting, message)

    def _signed_in(self) -> discord.Client:
        client = self._beside or self._client
        if client is None:
            raise SendError("not signed in to Discord yet")
        return client

    async def show_status(self, address: Address, text: str) -> None:
        """Show "is typing" for some seconds; Discord has no place for the text itself."""
        client, now = self._beside or self._client, asyncio.get_running_loop().time()
        channel_id = _shown_in(address)
        if not text or client is None or now < self._typed_at.get(channel_id, 0) + _TYPING_EVERY_S:
            return
        self._typed_at = {
            one: at for one, at in self._typed_at.items() if now < at + _TYPING_EVERY_S
        } | {channel_id: now}
        try:
            async with asyncio.timeout(_TYPING_S):
                await client.get_partial_messageable(channel_id).typing()
        except (discord.DiscordException, aiohttp.ClientError, OSError, RuntimeError) as error:
            log.debug("status not shown error=%s", type(error).__name__)


def _shown_in(address: Address) -> int:
    return int(address.thread or address.channel)


async def _close(client: discord.Client) -> None:
    """Close a client; the other side gets little time to say goodbye."""
    state = client._connection
    if state._ready_task is not None:
        # It counts the guilds as they come, and would tell a closed client that they are there.
        await end([state._ready_task])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_S):
            await client.close()
    await client.http.close()
    # discord.py tells of events in tasks of their own; those it just made may still begin.
    await asyncio.sleep(0)
    for thread in threading.enumerate():
        # discord.py leaves a heartbeat behind where connecting was cancelled.
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection is state:
            thread.stop()


def _redirect(api_url: str, gateway_url: str, cdn_url: str) -> None:
    if api_url:
        discord.http.Route.BASE = api_url.rstrip("/")
    if gateway_url:
        address = type(DiscordWebSocket.DEFAULT_GATEWAY)
        DiscordWebSocket.DEFAULT_GATEWAY = address(gateway_url)
    if cdn_url:
        discord.asset.Asset.BASE = cdn_url.rstrip("/")
