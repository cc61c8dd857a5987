"""The kinds of chat platforms there are, and how the connector of each is made."""

from bot.inbox.platforms import Kind, Tokens
from bot.settings import Settings
from connectors.base import Platform

PLATFORMS = ("slack", "discord")


def known_kinds(settings: Settings) -> dict[str, Kind]:
    """Return every kind by its platform's name.

    Their libraries take half a second to import, so only those that are connected are.
    """

    def slack(tokens: Tokens) -> Platform:
        from connectors.slack.connector import SlackConnector  # noqa: PLC0415

        return SlackConnector(
            tokens["slack_bot_token"],
            tokens["slack_app_token"],
            api_url=settings.slack_api_url,
            proxy_url=settings.proxy_url,
        )

    def discord(tokens: Tokens) -> Platform:
        from connectors.discord.connector import DiscordConnector  # noqa: PLC0415

        return DiscordConnector(
            tokens["discord_bot_token"],
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
            cdn_url=settings.discord_cdn_url,
            proxy_url=settings.proxy_url,
        )

    return {
        "slack": Kind(slack, ("slack_bot_token", "slack_app_token")),
        "discord": Kind(discord, ("discord_bot_token",)),
    }
