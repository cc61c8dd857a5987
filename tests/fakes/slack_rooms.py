"""A Slack workspace's people, rooms and messages."""

import itertools
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Body = dict[str, Any]

BOT = "UBOT"
BOT_ID = "BBOT"


@dataclass
class SlackRoom:
    """A channel, private channel, direct or group message."""

    channel: str
    name: str
    kind: str
    user: str = ""
    messages: list[Body] = field(default_factory=list)

    def described(self) -> Body:
        found: Body = {
            "id": self.channel,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public_channel",
        }
        return found | ({"user": self.user} if self.kind == "im" else {"name": self.name})


class Rooms:
    """All of it: the bakery has three people, another bot and four rooms."""

    bot = BOT
    bot_id = BOT_ID

    def __init__(self) -> None:
        self.users: dict[str, Body] = {}
        self.groups: dict[str, set[str]] = {"S1": {"U1"}}
        self.rooms: dict[str, SlackRoom] = {}
        self._clock = itertools.count(1)
        for user, name in (("U1", "Ann"), ("U2", "Ben"), ("U3", "Cleo")):
            self.add_user(user, name)
        self.add_user(BOT, "deskhand", bot=True)
        self.add_user("UOTHER", "otherbot", bot=True)
        self.add_room("C1", "general", "public_channel")
        self.add_room("G1", "back-office", "private_channel")
        self.add_room("D1", "", "im", user="U1")
        self.add_room("M1", "mpdm-ann--ben-1", "mpim")

    def add_user(self, user: str, name: str, *, zone: str = "Europe/Berlin", bot: bool = False):
        self.users[user] = {
            "id": user,
            "name": name.lower(),
            "tz": zone,
            "is_bot": bot,
            "profile": {"display_name": "", "real_name": name},
        }

    def add_room(self, channel: str, name: str, kind: str, *, user: str = "") -> None:
        self.rooms[channel] = SlackRoom(channel, name, kind, user)

    def stamp(self, at: datetime | None = None) -> str:
        """Return a new message id; ids made without a time grow."""
        seconds = int(at.timestamp()) if at else int(time.time())
        return f"{seconds}.{next(self._clock):06d}"

    def written(self, user: str, channel: str, text: str, at: datetime | None, **more: Any) -> Body:
        """Store what somebody wrote and return it."""
        message: Body = {"type": "message", "user": user, "text": text, "ts": self.stamp(at)}
        message |= {key: value for key, value in more.items() if value}
        self.rooms[channel].messages.append(message)
        return message

    def own(self, body: Body) -> Body:
        """Return a message of the bot as Slack stores it."""
        kept = ("text", "blocks", "metadata", "thread_ts")
        return {
            "type": "message",
            "user": BOT,
            "bot_id": BOT_ID,
            "ts": self.stamp(),
            **{key: body[key] for key in kept if body.get(key)},
        }

    def with_replies(self, room: SlackRoom, message: Body) -> Body:
        """Return a message as history shows it: with what is known of its thread."""
        replies = [
            one
            for one in room.messages
            if one.get("thread_ts") == message["ts"] and one["ts"] != message["ts"]
        ]
        if not replies:
            return message
        latest = max(one["ts"] for one in replies)
        return message | {
            "thread_ts": message["ts"],
            "reply_count": len(replies),
            "latest_reply": latest,
        }
