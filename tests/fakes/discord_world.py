"""What stands on a made-up Discord: people, roles, channels, threads, messages, in its own JSON."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000  # Discord's: the first second of 2015
TEXT, DM, PUBLIC_THREAD, FORUM = 0, 1, 11, 15
DEFAULT, THREAD_CREATED, REPLY = 0, 18, 19
# View, send, send in threads, embed, attach, history, commands, reactions
EVERYONE_MAY = (
    1 << 10 | 1 << 11 | 1 << 38 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31 | 1 << 6 | 1 << 35
)
VIEW = 1 << 10


class Snowflakes:
    """Hands out ids that hold the time and never go back."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, at: float | None = None) -> int:
        """Return the next id; for a moment in the past one that was not given yet."""
        made = (int((at or time.time()) * 1000) - EPOCH_MS) << 22
        if at is None:
            made = self._last = max(made, self._last + 1)
        return made


def moment(snowflake: int) -> str:
    """Return when an id was made, as Discord writes it."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC).isoformat()


@dataclass
class World:
    """One guild with the bot in it, and direct messages."""

    guild_name: str
    ids: Snowflakes = field(default_factory=Snowflakes)
    users: dict[str, Json] = field(default_factory=dict)
    members: dict[str, Json] = field(default_factory=dict)
    roles: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    nonces: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.guild_id = str(self.ids.next())
        self.role("@everyone", role_id=self.guild_id, permissions=EVERYONE_MAY)
        self.bot = self.person("Deskhand", bot=True)
        self.bot_id = str(self.bot["id"])
        self.bot_role = self.role("Deskhand", tags={"bot_id": self.bot_id})["id"]
        self.members[self.bot_id]["roles"].append(self.bot_role)

    # People

    def person(
        self, name: str, *, nick: str | None = None, roles: Iterable[str] = (), bot: bool = False
    ) -> Json:
        """Return the person of a name, a new one if need be."""
        for user in self.users.values():
            if user["username"] == name:
                return user
        user = {
            "id": str(self.ids.next()),
            "username": name,
            "global_name": None if bot else name.capitalize(),
            "discriminator": "0",
            "avatar": None,
            "bot": bot,
        }
        self.users[user["id"]] = user
        self.members[user["id"]] = {
            "nick": nick,
            "roles": [self.role(role)["id"] for role in roles],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        return user

    def role(
        self, name: str, *, role_id: str = "", permissions: int = 0, tags: Json | None = None
    ) -> Json:
        """Return the role of a name, a new one if need be."""
        if name in self.roles and not tags:
            return self.roles[name]
        role = {
            "id": role_id or str(self.ids.next()),
            "name": name,
            "permissions": str(permissions),
            "position": 0 if role_id else len(self.roles),
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": tags is not None,
            "mentionable": True,
            "flags": 0,
        }
        if tags:
            role["tags"] = tags
        self.roles[name] = role
        return role

    def member(self, user_id: str) -> Json:
        """Return a member with the user in it, as REST and GUILD_CREATE have it."""
        return {**self.members[user_id], "user": self.users[user_id]}

    # Places

    def channel(self, name: str, kind: int = TEXT, **more: Any) -> Json:
        """Add a channel of the guild."""
        channel = {
            "id": str(self.ids.next()),
            "guild_id": self.guild_id,
            "type": kind,
            "name": name,
            "position": len(self.channels),
            "permission_overwrites": [],
            "parent_id": None,
            "nsfw": False,
            "topic": None,
            "last_message_id": None,
            **more,
        }
        if kind == FORUM:
            channel |= {"available_tags": [], "default_reaction_emoji": None, "flags": 0}
        return self._placed(channel)

    def thread(self, parent: str, name: str, owner: str, *, thread_id: str = "") -> Json:
        """Add a public thread, or a post where the parent is a forum."""
        return self._placed(
            {
                "id": thread_id or str(self.ids.next()),
                "guild_id": self.guild_id,
                "parent_id": parent,
                "owner_id": owner,
                "type": PUBLIC_THREAD,
                "name": name,
                "message_count": 0,
                "member_count": 1,
                "last_message_id": None,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": datetime.now(UTC).isoformat(),
                    "locked": False,
                },
            }
        )

    def direct(self, user_id: str) -> Json:
        """Return the direct channel of the bot and somebody."""
        for channel in self.channels.values():
            if channel["type"] == DM and channel["recipients"][0]["id"] == user_id:
                return channel
        recipient = self.users[user_id]
        channel = {"id": str(self.ids.next()), "type": DM, "recipients": [recipient]}
        return self._placed({**channel, "last_message_id": None})

    def _placed(self, channel: Json) -> Json:
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = []
        return channel

    def threads(self, *, archived: bool, parent: str = "") -> list[Json]:
        """Return the threads that are or are not archived."""
        return [
            channel
            for channel in self.channels.values()
            if channel["type"] == PUBLIC_THREAD
            and channel["thread_metadata"]["archived"] == archived
            and parent in ("", channel["parent_id"])
        ]

    def guild(self) -> Json:
        """Return the guild as GUILD_CREATE has it."""
        return {
            "id": self.guild_id,
            "name": self.guild_name,
            "owner_id": "1",  # Not the bot: an owner may do everything.
            "roles": list(self.roles.values()),
            "channels": [c for c in self.channels.values() if c["type"] in (TEXT, FORUM)],
            "threads": self.threads(archived=False),
            "members": [self.member(self.bot_id)],
            "member_count": len(self.members),
            "large": False,
            "unavailable": False,
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
        }

    # Messages

    def named(self, text: str) -> str:
        """Return a text with "<@ann>", "<@&staff>" and "<#general>" as Discord has them."""
        ids = {f"<@{u['username']}>": f"<@{u['id']}>" for u in self.users.values()}
        ids |= {f"<@&{r['name']}>": f"<@&{r['id']}>" for r in self.roles.values()}
        ids |= {f"<#{c.get('name')}>": f"<#{c['id']}>" for c in self.channels.values()}
        ids["<@bot>"] = f"<@{self.bot_id}>"
        return re.sub(r"<[@#]&?[^<>]+>", lambda found: ids.get(found[0], found[0]), text)

    def message(
        self, channel_id: str, author: Json, text: str, *, at: float | None = None, **more: Any
    ) -> Json:
        """Add a message, without what only the gateway adds to it."""
        text = self.named(text).strip()
        reply_to = more.pop("reply_to", "")
        replied = self.find(channel_id, reply_to)
        message_id = self.ids.next(at)
        mentioned = re.findall(r"<@!?(\d+)>", text)
        message = {
            "id": str(message_id),
            "channel_id": channel_id,
            "type": REPLY if reply_to else DEFAULT,
            "author": author,
            "content": text,
            "timestamp": moment(message_id),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": "@everyone" in text,
            "mentions": [self.users[i] for i in dict.fromkeys(mentioned) if i in self.users],
            "mention_roles": re.findall(r"<@&(\d+)>", text),
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "flags": 0,
            **more,
        }
        if reply_to:
            message["message_reference"] = {"channel_id": channel_id, "message_id": reply_to}
            message["referenced_message"] = replied
        stored = self.messages[channel_id]
        stored.append(message)
        stored.sort(key=lambda one: int(one["id"]))
        return message

    def find(self, channel_id: str, message_id: str) -> Json | None:
        """Return a message of a channel, or None."""
        messages = self.messages.get(channel_id, [])
        return next((one for one in messages if one["id"] == message_id), None)

    def live(self, message: Json) -> Json:
        """Return a message as the gateway has it: with the guild and the members in it."""
        if self.channels[message["channel_id"]]["type"] == DM:
            return message
        told = {**message, "guild_id": self.guild_id}
        if "webhook_id" not in message:
            told["member"] = self.members[message["author"]["id"]]
        told["mentions"] = [{**u, "member": self.members[u["id"]]} for u in message["mentions"]]
        return told
