"""Slack's events and messages in the port's words; live and from history by the same functions."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from connectors.messages import Address, Author, File, IncomingMessage
from connectors.slack import wording
from connectors.slack.names import Names

PLATFORM = "slack"

Event = Mapping[str, Any]

# What people and other programs write; joins, topics, pins and the like are no messages.
_COMMAND = "command:"
_WRITTEN = frozenset({"", "file_share", "thread_broadcast", "bot_message"})


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom we are signed in."""

    user_id: str
    bot_id: str
    name: str
    team: str


def direct(channel: str) -> bool:
    """Tell whether a room is a direct message with the bot, by its id's first letter."""
    return channel.startswith("D")


def of_group(name: str) -> bool:
    """Tell whether a room is a direct message of several people, by the name Slack gives it.

    The name is made of theirs. Slack tells of a mention without saying what the room is.
    """
    return name.startswith("mpdm-")


def stamp(text: str) -> bool:
    """Tell whether an id is a Slack message's: seconds, a dot, six digits."""
    seconds, dot, rest = text.partition(".")
    return bool(dot) and seconds.isdecimal() and rest.isdecimal() and len(rest) == 6


def command_id(user_id: str, trigger_id: str) -> str:
    """Return the id of a command, which tells who alone may read its answer."""
    return f"{_COMMAND}{user_id}:{trigger_id}"


def asker(message_id: str) -> str:
    """Return who gave a command, by its id; "" for what is no command."""
    return message_id.split(":")[1] if message_id.startswith(_COMMAND) else ""


def moment(ts: str) -> datetime:
    """Return the time a message's id stands for, aware, UTC."""
    return datetime.fromtimestamp(float(ts), UTC)


class Translation:
    """Turns what Slack says of messages into the port's dataclasses."""

    def __init__(self, me: Identity, names: Names) -> None:
        """Speak for a bot.

        Args:
            me: Who the bot is.
            names: Whom to ask for names.
        """
        self.me = me
        self._names = names

    def own(self, event: Event) -> bool:
        """Tell whether the bot wrote a message itself."""
        return event.get("user") == self.me.user_id or (
            bool(self.me.bot_id) and event.get("bot_id") == self.me.bot_id
        )

    def written(self, event: Event) -> bool:
        """Tell whether this is a message somebody else wrote."""
        return (
            str(event.get("subtype") or "") in _WRITTEN
            and bool(event.get("ts"))
            and bool(event.get("user") or event.get("bot_id"))
            and not self.own(event)
        )

    def to_bot(self, event: Event, channel: str) -> bool:
        """Tell whether a message addresses the bot."""
        return (
            direct(channel)
            or event.get("type") == "app_mention"
            or self.me.user_id in wording.mentions(str(event.get("text") or ""))
        )

    def address(self, event: Event, channel: str) -> Address:
        """Return where a message stands.

        A thread is a conversation, and a question to the bot opens one: its answer goes below it.
        A direct message is one conversation whatever its threads.
        """
        ts, thread = str(event.get("ts") or ""), str(event.get("thread_ts") or "")
        if direct(channel):
            return Address(PLATFORM, channel)
        if thread and thread != ts:
            return Address(PLATFORM, channel, thread)
        return Address(PLATFORM, channel, ts if self.to_bot(event, channel) else "")

    async def text(self, event: Event) -> str:
        """Return a message's text as people read it."""
        return await self.words(str(event.get("text") or ""))

    async def words(self, text: str) -> str:
        """Return text of Slack's as people read it."""
        return await wording.plain(text, own=self.me.user_id, names=self._names)

    def now(self) -> datetime:
        """Return the present, aware, UTC; for what Slack tells without its time."""
        return datetime.now(UTC)

    async def message(self, event: Event, channel: str) -> IncomingMessage:
        """Return a message that `written` says is one."""
        author, text, room = await asyncio.gather(
            self._author(event), self.text(event), self.room_name(channel)
        )
        raw = str(event.get("text") or "")
        group = event.get("channel_type") == "mpim" or of_group(room)
        return IncomingMessage(
            message_id=str(event["ts"]),
            address=self.address(event, channel),
            author=author,
            text=text,
            to_bot=self.to_bot(event, channel),
            sent_at=moment(str(event["ts"])),
            room_name="" if group else room,
            direct=direct(channel),
            group=group,
            to_others=not direct(channel) and wording.addresses_others(raw, self.me.user_id),
            files=_files(event),
        )

    async def person(self, user_id: str) -> Author:
        """Return who a user is."""
        return await self._names.author(user_id)

    async def room_name(self, channel: str) -> str:
        """Return what people call a room; "" for a direct message."""
        return "" if direct(channel) else await self._names.room_name(channel)

    async def _author(self, event: Event) -> Author:
        user, bot = str(event.get("user") or ""), str(event.get("bot_id") or "")
        if not user:
            return Author(bot, str(event.get("username") or "?"), bot=True)
        author = await self._names.author(user)
        return replace(author, bot=True) if bot else author


def _files(event: Event) -> tuple[File, ...]:
    return tuple(
        File(str(one.get("id") or ""), str(one.get("name") or one.get("title") or "file"))
        for one in event.get("files") or ()
    )
