"""The kinds of chat platforms there are, and how the connector of each is made."""

from collections.abc import Callable

from bot.inbox.platforms import Kind, Tokens
from bot.settings import Settings
from connectors.base import Platform, ReplyAddresses

PLATFORMS = ("slack", "discord")


def known_kinds(
    settings: Settings, reply_addresses: Callable[[str], ReplyAddresses] | None = None
) -> dict[str, Kind]:
    """Return every kind by its platform's name.

    Their libraries take half a second to import, so only those that are connected are.

    Args:
        settings: Where they are reached.
        reply_addresses: Returns where processes find how a platform's commands are answered; None
            where one serves the office alone.
    """

    def answered(platform: str) -> ReplyAddresses | None:
        return None if reply_addresses is None else reply_addresses(platform)

    def slack(tokens: Tokens) -> Platform:
        from connectors.slack.connector import SlackConnector  # noqa: PLC0415

        return SlackConnector(
            tokens["slack_bot_token"],
            tokens["slack_app_token"],
            api_url=settings.slack_api_url,
            proxy_url=settings.proxy_url,
            reply_addresses=answered("slack"),
        )

    def discord(tokens: Tokens) -> Platform:
        from connectors.discord.connector import DiscordConnector  # noqa: PLC0415

        return DiscordConnector(
            tokens["discord_bot_token"],
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
            cdn_url=settings.discord_cdn_url,
            proxy_url=settings.proxy_url,
            reply_addresses=answered("discord"),
        )

    return {
        "slack": Kind(slack, ("slack_bot_token", "slack_app_token")),
        "discord": Kind(discord, ("discord_bot_token",)),
    }
