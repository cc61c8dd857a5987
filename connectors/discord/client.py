"""The bot on Discord's gateway: what happens there, handed over in order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
import discord

from connectors.base import Receiver
from connectors.discord import commands, events
from connectors.discord.buttons import ActionButton, TakesPresses
from connectors.discord.interactions import Interactions, Pending
from connectors.discord.permissions import intents
from connectors.discord.refusals import UNREACHABLE
from connectors.discord.rendering import rendered
from connectors.errors import ConnectorError

log = logging.getLogger(__name__)

MAX_WAIT_S = 30.0  # for a rate limit; discord.py takes no less
# discord.py waits up to 17 minutes between two tries to connect. After this long the run ends,
# and whoever started it begins anew with pauses of their own.
MAX_AWAY_S = 120.0
GUILD_WAIT_S = 1.0  # after the last guild was told, until we count as connected
_ASK_S = 30.0
_ACKNOWLEDGE_S = 3.0  # after that Discord has told the person that nobody answered
_CANCEL_S = 0.5

Interaction = discord.Interaction[discord.Client]
Deletion = discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent
Known = discord.abc.GuildChannel | discord.abc.PrivateChannel | discord.Thread
Directs = dict[str, str]

FAILED = "Sorry, that did not reach me. Please try again in a minute."


class GatewayClient(TakesPresses):
    """One run's connection to Discord.

    Events are taken one at a time in the order in which they came; what is left when the run ends
    is found again by history.
    """

    def __init__(
        self,
        receiver: Receiver,
        waiting: Interactions,
        directs: Directs,
        *,
        proxy_url: str | None = None,
    ) -> None:
        """Make a client that is not yet signed in.

        Args:
            receiver: Whom everything is handed to.
            waiting: Where commands are noted that can still be answered.
            directs: Where direct messages are noted: channel id → the other's name.
            proxy_url: Through which Discord is reached; None: directly.
        """
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MAX_WAIT_S,
            guild_ready_timeout=GUILD_WAIT_S,
            chunk_guilds_at_startup=False,
            proxy=proxy_url,
        )
        self._receiver = receiver
        self._waiting = waiting
        self._directs = directs
        self.tree = commands.tree(self, self._said)
        self._events: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._there, self._away = asyncio.Event(), asyncio.Event()
        self._away.set()
        self._guilds_told = asyncio.Event()
        self.add_dynamic_items(ActionButton)

    async def listen(self) -> None:
        """Connect and hand over what happens, until cancelled.

        Raises:
            Exception: discord.py's own, or what its reading of a malformed event raises.
        """
        parts = [
            asyncio.create_task(self.connect()),
            asyncio.create_task(self._hand_over()),
            asyncio.create_task(self._watch()),
        ]
        try:
            ended, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in ended:
                part.result()
        finally:
            await end(parts)

    async def setup_hook(self) -> None:
        """Tell Discord the commands if it knows others; without them all else works."""
        try:
            async with asyncio.timeout(_ASK_S):
                if await commands.sync(self.tree):
                    log.info("commands told to discord")
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("commands not told to discord error=%s", type(error).__name__)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Note that an event failed, without what stands in it."""
        del args, kwargs
        log.error("discord event not taken event=%s", event_method)

    async def _hand_over(self) -> None:
        while True:
            take = await self._events.get()
            try:
                await take()
            except Exception as error:  # noqa: BLE001 - an edge: one event; history brings it again
                # Without the error's text, which may hold a message's.
                log.error("event not stored error=%s", type(error).__name__)  # noqa: TRY400

    async def _watch(self) -> None:
        while True:
            await self._away.wait()
            try:
                async with asyncio.timeout(MAX_AWAY_S):
                    await self._there.wait()
            except TimeoutError as error:
                raise ConnectorError(UNREACHABLE) from error

    # The connection

    async def on_connect(self) -> None:
        """Tell that listening has begun, or begun anew without a replay.

        Before anything that is said from now on, so that what was said before can come first.
        """
        self._now_there()
        self._guilds_told.clear()
        self._events.put_nowait(self._receiver.connected)

    async def on_resumed(self) -> None:
        """Note that the session goes on; Discord tells what was missed."""
        self._now_there()

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone."""
        self._there.clear()
        self._away.set()

    def _now_there(self) -> None:
        self._away.clear()
        self._there.set()

    async def on_ready(self) -> None:
        """Note that Discord has told which guilds there are."""
        self._guilds_told.set()

    async def known_guilds(self) -> None:
        """Wait until the guilds of this session are known.

        Raises:
            ConnectorError: Discord did not tell them.
        """
        try:
            async with asyncio.timeout(_ASK_S):
                await self._guilds_told.wait()
        except TimeoutError as error:
            raise ConnectorError(UNREACHABLE) from error

    # Messages

    async def on_message(self, message: discord.Message) -> None:
        """Hand over what somebody wrote."""
        if events.concerns_us(message, self.bot_id):
            self._events.put_nowait(lambda: self._receive(message))

    async def _receive(self, message: discord.Message) -> None:
        await self._place(message)
        told = events.incoming(message, self.bot_id)
        if told.direct:
            self._directs[told.address.channel] = told.author.name
        await self._receiver.receive(told)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Hand over a message's new text; a preview added to it changes nothing."""
        message, before = payload.message, payload.cached_message
        if message.edited_at is None or not events.concerns_us(message, self.bot_id):
            return
        if before is None or before.content != message.content:
            self._events.put_nowait(lambda: self._edited(message))

    async def _edited(self, message: discord.Message) -> None:
        await self._place(message)
        address = events.address_of(message.channel)
        text = events.text_of(message, self.bot_id)
        await self._receiver.edited(address, str(message.id), text)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Hand over that a message is gone."""
        if payload.cached_message is None or payload.cached_message.author.id != self.bot_id:
            self._gone(payload, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Hand over that messages are gone."""
        for message_id in sorted(payload.message_ids):
            self._gone(payload, message_id)

    def _gone(self, payload: Deletion, message_id: int) -> None:
        in_guild = payload.guild_id is not None
        self._events.put_nowait(lambda: self._deleted(payload.channel_id, message_id, in_guild))

    async def _deleted(self, channel_id: int, message_id: int, in_guild: bool) -> None:
        channel: Known | discord.PartialMessageable
        channel = self.get_channel(channel_id) or self.get_partial_messageable(channel_id)
        if isinstance(channel, discord.PartialMessageable) and in_guild:
            channel = await self._asked_for(channel_id)
        if isinstance(channel, discord.abc.Messageable):
            await self._receiver.deleted(events.address_of(channel), str(message_id))

    async def _place(self, message: discord.Message) -> None:
        """See to it that a message's room is known: a thread may be one we never heard of."""
        if isinstance(message.channel, discord.PartialMessageable) and message.guild is not None:
            channel = await self._asked_for(message.channel.id)
            if isinstance(channel, discord.abc.Messageable):
                message.channel = channel

    async def _asked_for(self, channel_id: int) -> Known:
        async with asyncio.timeout(_ASK_S):
            return await self.fetch_channel(channel_id)

    # Commands and buttons

    async def _said(self, interaction: Interaction, words: str, ephemeral: bool) -> None:
        async with asyncio.timeout(_ACKNOWLEDGE_S):
            await interaction.response.defer(ephemeral=ephemeral, thinking=True)
        pending = self._waiting.add(interaction, ephemeral=ephemeral)
        self._events.put_nowait(lambda: self._receive_command(interaction, words, pending))

    async def _receive_command(
        self, interaction: Interaction, words: str, pending: Pending
    ) -> None:
        async with self._or_told(interaction):
            await self._waiting.share(pending)
            told = events.commanded(interaction, words, ephemeral=pending.ephemeral)
            if told.direct:
                self._directs[told.address.channel] = told.author.name
            await self._receiver.receive(told)

    async def take_press(self, interaction: Interaction, action: str) -> None:
        """Acknowledge a press at once, and do what it stands for."""
        async with asyncio.timeout(_ACKNOWLEDGE_S):
            await interaction.response.defer()
        self._events.put_nowait(lambda: self._press(interaction, action))

    async def _press(self, interaction: Interaction, action: str) -> None:
        async with self._or_told(interaction):
            said = await self._receiver.pressed(events.pressed(interaction, action))
        if said:
            await self._tell(interaction, said)

    @asynccontextmanager
    async def _or_told(self, interaction: Interaction) -> AsyncIterator[None]:
        """Tell who gave a command that it failed: history holds none, they have to give it anew."""
        try:
            yield
        except Exception:
            await self._tell(interaction, FAILED)
            raise

    async def _tell(self, interaction: Interaction, text: str) -> None:
        async with asyncio.timeout(_ASK_S):
            await interaction.followup.send(
                rendered(text), ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
            )

    @property
    def bot_id(self) -> int:
        """Return our own user id, 0 before signing in."""
        return self.user.id if self.user is not None else 0


async def end(parts: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended.

    Once is not enough: discord.py connects inside `asyncio.wait_for`, which in Python 3.11 loses a
    cancellation that comes in the moment the connection is there.
    """
    left = set(parts)
    while left:
        for part in left:
            part.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_S)
