"""Whether the two tokens are accepted and allow what is needed."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from connectors.errors import PermissionMissingError, TokenRefusedError
from connectors.slack.events import Identity
from connectors.slack.failures import FAILURES, connector_error, missing_words
from connectors.slack.manifest import scopes

# What is lost without these is one thing each, and not every office uses it.
OPTIONAL = {
    "assistant:write": "the questions suggested to who opens the chat",
    "files:read": "files that staff add to the knowledge, and those passed on in a hand-over",
    "files:write": "files passed on in a hand-over",
    "mpim:history": "group messages",
    "mpim:read": "group messages",
    "usergroups:read": "roles by user group",
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who we are, and the scopes the token has; empty where Slack did not tell."""

    me: Identity
    scopes: frozenset[str]


async def sign_in(web: AsyncWebClient) -> SignedIn:
    """Ask Slack who the bot token belongs to.

    Raises:
        ConnectorError: It is refused, or Slack could not be asked.
    """
    try:
        answer = await web.auth_test()
    except FAILURES as error:
        raise connector_error(error) from error
    me = Identity(
        user_id=str(answer.get("user_id") or ""),
        bot_id=str(answer.get("bot_id") or ""),
        name=str(answer.get("user") or ""),
        team=str(answer.get("team") or ""),
    )
    if not me.bot_id:
        raise TokenRefusedError(
            "This is a person's token, not the bot's: on api.slack.com/apps open the app, "
            "“OAuth & Permissions”, and copy the “Bot User OAuth Token” (it begins with xoxb-)."
        )
    headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
    told = headers.get("x-oauth-scopes", "")
    return SignedIn(me, frozenset(part.strip() for part in told.split(",") if part.strip()))


async def check(web: AsyncWebClient, app_token: str) -> str:
    """Return as whom and where we are signed in, and what is left out for want of a scope.

    Raises:
        ConnectorError: Its sentence says what is missing and where to click.
    """
    signed_in = await sign_in(web)
    try:
        await web.apps_connections_open(app_token=app_token)
    except FAILURES as error:
        raise connector_error(error, token="app") from error  # noqa: S106 - its name, not itself
    missing = scopes() - signed_in.scopes if signed_in.scopes else frozenset()
    needed = tuple(sorted(missing - OPTIONAL.keys()))
    if needed:
        raise PermissionMissingError(missing_words(needed), needed)
    where = f"{signed_in.me.name} in {signed_in.me.team}"
    if not missing:
        return where
    without = ", ".join(f"{name} ({OPTIONAL[name]})" for name in sorted(missing))
    return f"{where}; without {without}"
