"""What the page knows of each platform by itself: its words, and how its tokens and ids look."""

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.web.reader import N_


@dataclass(frozen=True, slots=True)
class TokenField:
    """How one token is asked for, in words to be translated where they are shown.

    Attributes:
        begins: What each such token begins with, "" where nothing is certain.
    """

    label: str
    hint: str
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """One platform as its owner meets it.

    Attributes:
        tokens: How each token is asked for, by its name.
        person_id: What the id of a person, a role or a user group looks like.
        where_ids: Where such an id is found.
        example_id: One, to be shown.
    """

    title: str
    tokens: Mapping[str, TokenField]
    person_id: re.Pattern[str]
    where_ids: str
    example_id: str


GUIDES: Mapping[str, Guide] = {
    "slack": Guide(
        title="Slack",
        tokens={
            "slack_bot_token": TokenField(N_("Bot token"), N_("It begins with xoxb-."), "xoxb-"),
            "slack_app_token": TokenField(
                N_("App-level token"), N_("It begins with xapp-."), "xapp-"
            ),
        },
        person_id=re.compile(r"[A-Z][A-Z0-9_]{1,30}"),
        where_ids=N_(
            "A person's id: in Slack, click their name, open the profile, then ⋮ and “Copy member"
            " ID”. It begins with U. A user group's id: People, then User groups, ⋮ and “Copy group"
            " ID”. It begins with S."
        ),
        example_id="U02ABCD1234",
    ),
    "discord": Guide(
        title="Discord",
        tokens={
            "discord_bot_token": TokenField(N_("Bot token"), N_("Three parts with dots between."))
        },
        person_id=re.compile(r"[0-9]{5,25}"),
        where_ids=N_(
            "In Discord, switch on Developer Mode under Settings, Advanced. Then right-click a"
            " person, or a role in the server's settings, and choose “Copy ID”. It is a long"
            " number."
        ),
        example_id="284712345678901234",
    ),
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the steps lead to, and what is copied there; each "" where there is none.

    Attributes:
        create: Opens Slack's form with the app filled in.
        manifest: The app as Slack's form takes it.
        invite: Brings the bot into a Discord server.
    """

    create: str = ""
    manifest: str = ""
    invite: str = ""


async def links(name: str, tokens: Mapping[str, str]) -> Links:
    """Return a platform's links; Discord's can only be told once its token is known."""
    if name == "slack":
        from connectors.slack.manifest import create_link, manifest  # noqa: PLC0415 - as below

        return Links(create=create_link(), manifest=manifest())
    application = application_id(tokens.get("discord_bot_token", ""))
    if name == "discord" and application:
        # Discord's library takes half a second to import: only who needs it waits for it.
        return Links(invite=await asyncio.to_thread(_invite_url, application))
    return Links()


def _invite_url(application: str) -> str:
    from connectors.discord.permissions import invite_url  # noqa: PLC0415 - as above

    return invite_url(int(application))


def application_id(token: str) -> str:
    """Return the id that a Discord token begins with in base64, "" where there is none."""
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return decoded if decoded.isdecimal() else ""
