"""The bot's messages on a made-up Discord, as a test looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.discord_world import Json


@dataclass(frozen=True)
class Post:
    """A message of the bot as it stands now.

    Attributes:
        files: What is in each, by name.
    """

    message_id: str
    channel: str
    text: str
    reply_to: str
    buttons: tuple[tuple[str, str], ...]
    embeds_suppressed: bool
    edited: bool
    files: Mapping[str, bytes]


def post_of(message: Json, contents: Mapping[str, bytes]) -> Post:
    """Return a message of the bot as a test looks at it; `contents` are files' by their ids."""
    buttons = [b for row in message["components"] for b in row["components"]]
    return Post(
        message_id=message["id"],
        channel=message["channel_id"],
        text=message["content"],
        reply_to=message.get("message_reference", {}).get("message_id", ""),
        buttons=tuple((b["label"], b["custom_id"]) for b in buttons),
        embeds_suppressed=bool(message["flags"] & 1 << 2),
        edited=message["edited_timestamp"] is not None,
        files={one["filename"]: contents[one["id"]] for one in message["attachments"]},
    )
