"""What Discord tells, as the product knows it; live and from history by the same functions."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import discord

from connectors.messages import Address, Author, File, IncomingMessage, Press

PLATFORM = "discord"

Interaction = discord.Interaction[discord.Client]
Person = discord.User | discord.Member | discord.ClientUser
Place = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.CategoryChannel
    | discord.Thread
    | discord.DMChannel
    | discord.GroupChannel
    | discord.PartialMessageable
)
# Members fetched for messages that came without: history names users only.
Members = Mapping[int, discord.Member]
NOBODY: Members = MappingProxyType({})

_MENTION = re.compile(
    r"<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|<#(?P<channel>\d+)>"
    r"|<a?:(?P<emoji>\w+):\d+>|</(?P<command>[^:<>\n]+):\d+>"
)
_OURS = "\0"  # Discord's texts hold none
_FROM_PEOPLE = {
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
}


def address_of(channel: Place) -> Address:
    """Return where something stands; a thread's room is the channel or forum it belongs to."""
    if isinstance(channel, discord.Thread):
        return Address(PLATFORM, str(channel.parent_id), str(channel.id))
    return Address(PLATFORM, str(channel.id))


def room_name(channel: Place) -> str:
    """Return what people call the room something stands in; "" for a direct message."""
    if isinstance(channel, discord.Thread):
        return channel.parent.name if channel.parent is not None else ""
    if isinstance(channel, discord.DMChannel | discord.PartialMessageable):
        return ""
    return channel.name or ""


def author_of(person: Person, *, bot: bool = False) -> Author:
    """Return who did something; roles are known of members only."""
    roles = person.roles if isinstance(person, discord.Member) else []
    groups = frozenset(str(role.id) for role in roles if not role.is_default())
    return Author(
        user_id=str(person.id),
        name=person.display_name,
        groups=groups,
        bot=bot or person.bot,
    )


def concerns_us(message: discord.Message, bot_id: int) -> bool:
    """Return whether a message was written by somebody else, and not by Discord itself."""
    return message.author.id != bot_id and message.type in _FROM_PEOPLE


def incoming(message: discord.Message, bot_id: int, members: Members = NOBODY) -> IncomingMessage:
    """Return a message as the product knows it.

    Args:
        message: Whose channel is known, not merely its id.
        bot_id: Our own user id.
        members: By user id, those that history did not tell.
    """
    author = members.get(message.author.id, message.author)
    direct = isinstance(message.channel, discord.DMChannel)
    replied = _replied_to(message)
    to_bot = direct or _mentions_us(message, bot_id) or replied == bot_id
    others = bool(
        {person.id for person in message.mentions} - {bot_id}
        or message.role_mentions
        or message.mention_everyone
        or replied
    )
    return IncomingMessage(
        message_id=str(message.id),
        address=address_of(message.channel),
        author=author_of(author, bot=message.webhook_id is not None),
        text=text_of(message, bot_id, members),
        to_bot=to_bot,
        sent_at=message.created_at,
        room_name=room_name(message.channel),
        direct=direct,
        to_others=others and not to_bot,
        files=tuple(File(str(one.id), one.filename) for one in message.attachments),
        reply_to=_reply_to(message),
    )


def text_of(message: discord.Message, bot_id: int, members: Members = NOBODY) -> str:
    """Return a message's text without our own mention, others' mentions as their names."""
    guild = message.guild
    names = {p.id: members.get(p.id, p).display_name for p in message.mentions}
    our_role = _our_role(guild, bot_id)

    def shown(found: re.Match[str]) -> str:
        if found["user"]:
            known = names.get(int(found["user"]), "unknown")
            return _OURS if int(found["user"]) == bot_id else f"@{known}"
        if found["role"]:
            role = guild.get_role(int(found["role"])) if guild else None
            return (
                _OURS if int(found["role"]) == our_role else f"@{role.name if role else 'unknown'}"
            )
        if found["channel"]:
            channel = guild.get_channel_or_thread(int(found["channel"])) if guild else None
            return f"#{channel.name if channel else 'unknown'}"
        return f"/{found['command']}" if found["command"] else f":{found['emoji']}:"

    return _without_ours(_MENTION.sub(shown, message.content.replace(_OURS, "")))


def pressed(interaction: Interaction, action: str) -> Press:
    """Return a press on a button."""
    return Press(
        address=address_of(_place(interaction)),
        author=author_of(interaction.user),
        action=action,
        message_id=str(interaction.message.id) if interaction.message is not None else "",
    )


def command_id(interaction: Interaction, *, ephemeral: bool) -> str:
    """Return the id of a command; it tells who alone may read the answer, where that is so."""
    return f"{interaction.id}:{interaction.user.id}" if ephemeral else str(interaction.id)


def asker(message_id: str) -> int | None:
    """Return who alone may read the answer to a message, by its id; None where all may."""
    _, _, user_id = message_id.partition(":")
    return int(user_id) if user_id else None


def commanded(interaction: Interaction, words: str, *, ephemeral: bool) -> IncomingMessage:
    """Return a command as the message that says the same in words."""
    channel = _place(interaction)
    return IncomingMessage(
        message_id=command_id(interaction, ephemeral=ephemeral),
        address=address_of(channel),
        author=author_of(interaction.user),
        text=words,
        to_bot=True,
        sent_at=interaction.created_at,
        room_name=room_name(channel),
        direct=isinstance(channel, discord.DMChannel),
    )


def _place(interaction: Interaction) -> Place:
    if interaction.channel is None:
        raise ValueError("Discord did not tell where")
    return interaction.channel


def people_in(messages: Iterable[discord.Message]) -> set[int]:
    """Return the ids of those who wrote or are named in messages, without webhooks."""
    found: set[int] = set()
    for message in messages:
        if message.webhook_id is None:
            found.add(message.author.id)
        found.update(person.id for person in message.mentions)
    return found


def _without_ours(text: str) -> str:
    """Return a text without the marks of our own mention, nor the space and comma beside them."""
    text = re.sub(rf"\A\s*(?:{_OURS}[\s,:]*)+", "", text)
    text = re.sub(rf"[ \t]*{_OURS}(?=[.,;:!?]|\Z)", "", text)
    return re.sub(rf"[ \t]*{_OURS}[ \t]*", " ", text).strip()


def _mentions_us(message: discord.Message, bot_id: int) -> bool:
    our_role = _our_role(message.guild, bot_id)
    roles = message.role_mentions
    return any(person.id == bot_id for person in message.mentions) or any(
        role.id == our_role for role in roles
    )


def _our_role(guild: discord.Guild | None, bot_id: int) -> int:
    """Return the role Discord made for the bot; people pick it in place of the bot itself."""
    for role in guild.roles if guild is not None else ():
        if role.tags is not None and role.tags.bot_id == bot_id:
            return role.id
    return 0


def _reply_to(message: discord.Message) -> str:
    """Return the id of the message that is replied to, "" for none."""
    if message.type is not discord.MessageType.reply or message.reference is None:
        return ""
    return str(message.reference.message_id or "")


def _replied_to(message: discord.Message) -> int:
    """Return whose message is replied to, 0 for nobody's or one that is gone."""
    reference = message.reference
    if reference is None or message.type is not discord.MessageType.reply:
        return 0
    replied = reference.resolved
    return replied.author.id if isinstance(replied, discord.Message) else 0
