"""What the bot needs on Discord, the link that grants it, and whether it is there."""

import discord

from connectors.errors import N_, ConnectorError, PermissionMissingError

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)
SCOPES = ("bot", "applications.commands")
CONTENT_INTENT = "message_content"

CONTENT_INTENT_OFF = N_(
    "Discord keeps the text of messages from the bot. Turn it on: discord.com/developers → your "
    "application → Bot → Privileged Gateway Intents → Message Content Intent → Save Changes."
)
REFUSED = N_(
    "Discord does not accept the bot token. Make a new one: discord.com/developers → your "
    "application → Bot → Reset Token."
)


def intents() -> discord.Intents:
    """Return the events the bot asks for."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = True
    return wanted


def invite_url(application_id: int) -> str:
    """Return the link by which an owner invites the bot, with the exact permissions."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)


def content_intent_missing() -> PermissionMissingError:
    """Return the error for a bot that may not read messages."""
    return PermissionMissingError(CONTENT_INTENT_OFF, (CONTENT_INTENT,))


async def signed_in_as(client: discord.Client) -> str:
    """Return as whom and where a client is signed in: "Deskhand in Kornblume Bakery".

    Args:
        client: Logged in; need not be connected.

    Raises:
        PermissionMissingError: It may not read messages, or nobody invited it yet.
        ConnectorError: Discord told nothing about it.
    """
    application, user = client.application, client.user
    if application is None or user is None:
        raise ConnectorError("Discord told nothing about the bot. Try again in a minute.")
    flags = application.flags
    if not (flags.gateway_message_content or flags.gateway_message_content_limited):
        raise content_intent_missing()
    guilds = [guild.name async for guild in client.fetch_guilds(limit=None)]
    if not guilds:
        raise PermissionMissingError(
            f"The bot is in no server yet. Invite it: {invite_url(application.id)}", SCOPES
        )
    others = f" and {len(guilds) - 1} more" if len(guilds) > 1 else ""
    return f"{user.name} in {guilds[0]}{others}"
