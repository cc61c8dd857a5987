"""What is in a file somebody sent."""

import discord

from connectors.downloading import GONE, check_size, download, origin
from connectors.errors import FileRefusedError
from connectors.messages import Address

# Discord's limits for a bot in a guild without boosts (support.discord.com, 2025: 10 MB).
MAX_BYTES = 10_000_000
MAX_FILES = 10

CDN = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})


def origins(cdn_url: str) -> frozenset[str]:
    """Return the servers files are fetched from: Discord's own, and one named in their place."""
    return CDN | {origin(cdn_url)} if cdn_url else CDN


async def fetch(
    client: discord.Client,
    address: Address,
    message_id: str,
    file_id: str,
    *,
    origins: frozenset[str],
    max_bytes: int,
) -> bytes:
    """Return what is in a file that came with a message.

    The message is read again: the address of a file holds for a day only.

    Raises:
        FileRefusedError: It is gone, too large, or not on one of the servers.
        ConnectorError: The server could not be asked.
        discord.DiscordException: Discord could not be asked.
    """
    channel = client.get_partial_messageable(int(address.thread or address.channel))
    try:
        message = await channel.fetch_message(int(message_id))
    except (discord.NotFound, discord.Forbidden) as error:
        raise FileRefusedError(GONE) from error
    found = next((one for one in message.attachments if str(one.id) == file_id), None)
    if found is None:
        raise FileRefusedError(GONE)
    check_size(found.size, max_bytes)
    return await download(
        found.url, origins=origins, max_bytes=max_bytes, proxy_url=client.http.proxy
    )
