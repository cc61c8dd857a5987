"""The rooms the bot can read, and what people wrote in them while it did not listen."""

from collections.abc import Iterable
from datetime import datetime

import discord

from connectors.discord import events
from connectors.messages import Address, IncomingMessage, Room

Readable = discord.TextChannel | discord.ForumChannel


def rooms(readable: Iterable[Readable], directs: dict[str, str]) -> list[Room]:
    """Return text channels, forums and direct messages, those last written in first."""
    busiest = sorted(readable, key=lambda channel: channel.last_message_id or 0, reverse=True)
    return [
        *(_room(channel) for channel in busiest),
        *(
            Room(Address(events.PLATFORM, channel_id), name, direct=True, private=True)
            for channel_id, name in directs.items()
        ),
    ]


def told(client: discord.Client) -> list[Readable]:
    """Return the channels that a client may read, as Discord has told it while it listens."""
    guilds = [guild for guild in client.guilds if not guild.unavailable]
    return [
        channel
        for guild in guilds
        for channel in _readable([*guild.text_channels, *guild.forums], guild.me)
    ]


async def asked(client: discord.Client) -> list[Readable]:
    """Ask which channels a client may read, which need not listen.

    Raises:
        discord.HTTPException: Discord did not say.
    """
    found: list[Readable] = []
    user_id = client.user.id if client.user is not None else 0
    async for each in client.fetch_guilds(limit=None):
        # What is listed has no roles, by which it may read.
        guild = await client.fetch_guild(each.id, with_counts=False)
        channels = await guild.fetch_channels()
        found += _readable(
            [each for each in channels if isinstance(each, Readable)],
            await guild.fetch_member(user_id),
        )
    return found


def _readable(channels: Iterable[Readable], me: discord.Member) -> list[Readable]:
    allowed = [(channel, channel.permissions_for(me)) for channel in channels]
    return [one for one, may in allowed if may.view_channel and may.read_message_history]


def _room(channel: Readable) -> Room:
    everyone = channel.permissions_for(channel.guild.default_role)
    return Room(events.address_of(channel), channel.name, private=not everyone.view_channel)


async def history(
    client: discord.Client, bot_id: int, address: Address, since: datetime
) -> list[IncomingMessage]:
    """Return what people wrote in a room and its threads, oldest first.

    Raises:
        discord.HTTPException: The room may not be read, or is gone.
    """
    channel_id = int(address.thread or address.channel)
    channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
    messages = await _written(channel, since)
    if isinstance(channel, discord.TextChannel | discord.ForumChannel):
        for thread in await _threads(channel, since):
            messages += await _written(thread, since)
    messages = [one for one in messages if events.concerns_us(one, bot_id)]
    guild = getattr(channel, "guild", None)
    members = await _members(guild, messages) if isinstance(guild, discord.Guild) else {}
    messages.sort(key=lambda one: one.id)
    return [events.incoming(one, bot_id, members) for one in messages]


async def _written(channel: object, since: datetime) -> list[discord.Message]:
    if not isinstance(channel, discord.abc.Messageable):
        return []
    return [one async for one in channel.history(after=since, limit=None, oldest_first=True)]


async def _threads(channel: Readable, since: datetime) -> list[discord.Thread]:
    """Return the threads in which something may have been written after a moment."""
    threads = [t for t in await channel.guild.active_threads() if t.parent_id == channel.id]
    async for thread in channel.archived_threads(limit=None):
        if thread.archive_timestamp < since:
            break  # They come by the moment they were archived, the latest first.
        threads.append(thread)
    earliest = discord.utils.time_snowflake(since)
    return [one for one in threads if (one.last_message_id or earliest) >= earliest]


async def _members(
    guild: discord.Guild, messages: Iterable[discord.Message]
) -> dict[int, discord.Member]:
    """Return the members who wrote or are named: history tells neither roles nor nicknames."""
    members: dict[int, discord.Member] = {}
    for user_id in sorted(events.people_in(messages)):
        try:
            members[user_id] = await guild.fetch_member(user_id)
        except discord.NotFound:
            continue  # Left since.
    return members
