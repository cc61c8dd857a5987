"""Messages out, by REST alone: they need no gateway."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import cast

import discord

from connectors.discord import buttons
from connectors.discord.events import asker
from connectors.discord.interactions import Interactions, Pending
from connectors.discord.refusals import as_send_errors
from connectors.discord.rendering import rendered
from connectors.messages import Address, OutgoingMessage

# Waiting for a rate limit takes at most 30 s, Discord's answer after that a few more.
REQUEST_S = 45.0
# 10 MB at 2 Mbit/s, as an office's line may have, take 40 s.
UPLOAD_S = 90.0
_LOOKED_AT = 50  # messages, when a post of ours is looked for
# A message of the same text that answers nobody (a daily reminder) is taken for the one looked
# for within this time.
_SAME_WITHIN = timedelta(hours=12)
# Discord's codes for a command that can be answered no more.
_TOKEN_OVER = {10015, 10062, 50027}
_NOBODY = discord.AllowedMentions.none()


def _place(client: discord.Client, address: Address) -> discord.PartialMessageable:
    return client.get_partial_messageable(int(address.thread or address.channel))


async def post(client: discord.Client, waiting: Interactions, message: OutgoingMessage) -> str:
    """Post a message, as the answer to a command while Discord takes one; return its id.

    Raises:
        SendError: It was not delivered, or perhaps not.
    """
    with as_send_errors():
        async with asyncio.timeout(UPLOAD_S if message.files else REQUEST_S):
            if pending := await waiting.asked(message.reply_to):
                with _while_answerable(waiting, pending):
                    return await _follow_up(client, waiting, pending, message)
            return await _send(client, message)


@contextmanager
def _while_answerable(waiting: Interactions, pending: Pending) -> Iterator[None]:
    """Forget a command that Discord takes no more answers to, and go on."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code not in _TOKEN_OVER:
            raise
        waiting.forget(pending)


async def _follow_up(
    client: discord.Client, waiting: Interactions, pending: Pending, message: OutgoingMessage
) -> str:
    posted = await pending.webhook(client).send(
        rendered(message.text, message.sources),
        ephemeral=pending.ephemeral,
        allowed_mentions=_NOBODY,
        suppress_embeds=True,
        view=buttons.view(message.buttons) or discord.utils.MISSING,
        files=_files(message) or discord.utils.MISSING,
        wait=True,
    )
    waiting.answered(str(posted.id), pending)
    return str(posted.id)


async def _where(client: discord.Client, message: OutgoingMessage) -> discord.PartialMessageable:
    """Return where a message goes: what one person alone may read, into a direct message."""
    user_id = asker(message.reply_to)
    if user_id is None:
        return _place(client, message.address)
    direct = await client.create_dm(discord.Object(user_id))
    return client.get_partial_messageable(direct.id)


async def _send(client: discord.Client, message: OutgoingMessage) -> str:
    place = await _where(client, message)
    reference = None
    if message.reply_to.isdecimal():
        reference = discord.MessageReference(
            message_id=int(message.reply_to), channel_id=place.id, fail_if_not_exists=False
        )
    text, below = rendered(message.text, message.sources), buttons.view(message.buttons)
    sent = await place.send(
        text,
        nonce=message.nonce,
        allowed_mentions=_NOBODY,
        mention_author=False,
        suppress_embeds=True,
        # None is discord.py's own default for these; its types leave it out.
        reference=cast("discord.MessageReference", reference),
        view=cast("discord.ui.View", below),
        files=cast("list[discord.File]", _files(message) or None),
    )
    return str(sent.id)


def _files(message: OutgoingMessage) -> list[discord.File]:
    return [discord.File(one.path, filename=one.name) for one in message.files]


async def edit(
    client: discord.Client, waiting: Interactions, message_id: str, message: OutgoingMessage
) -> None:
    """Replace a posted message's text and buttons; that it shows no previews stays so.

    Raises:
        SendError: It was not changed.
    """
    text, below = rendered(message.text, message.sources), buttons.view(message.buttons)
    with as_send_errors():
        async with asyncio.timeout(REQUEST_S):
            # Another process may have posted it, and then as the answer or as a message.
            if pending := waiting.answer(message_id) or await waiting.asked(message.reply_to):
                with suppress(discord.NotFound), _while_answerable(waiting, pending):
                    await pending.webhook(client).edit_message(
                        int(message_id), content=text, view=below, allowed_mentions=_NOBODY
                    )
                    return
            place = await _where(client, message)
            posted = place.get_partial_message(int(message_id))
            await posted.edit(content=text, view=below, allowed_mentions=_NOBODY)


async def find(
    client: discord.Client, waiting: Interactions, message: OutgoingMessage
) -> str | None:
    """Return the id of a message that was posted before, or None.

    Discord gives a nonce back only at once, so that in history our own text has to do.

    Raises:
        SendError: Discord could not be asked.
    """
    text = rendered(message.text, message.sources)
    with as_send_errors():
        async with asyncio.timeout(REQUEST_S):
            if pending := await waiting.asked(message.reply_to):
                with _while_answerable(waiting, pending):
                    return await _answer_to(client, waiting, pending, text)
            place = await _where(client, message)
            async for seen in place.history(limit=_LOOKED_AT):
                if _is_ours(client, seen) and _is_same(seen, message, text):
                    return str(seen.id)
    return None


async def _answer_to(
    client: discord.Client, waiting: Interactions, pending: Pending, text: str
) -> str | None:
    # discord.py puts the id into the path as it is; this is Discord's name of the first answer.
    first: int = "@original"  # type: ignore[assignment]
    try:
        seen = await pending.webhook(client).fetch_message(first)
    except discord.NotFound as error:
        if error.code in _TOKEN_OVER:
            raise
        return None
    if seen.flags.loading or not _begins(seen.content, text):
        return None
    waiting.answered(str(seen.id), pending)
    return str(seen.id)


def _is_ours(client: discord.Client, seen: discord.Message) -> bool:
    return client.user is not None and seen.author.id == client.user.id


def _is_same(seen: discord.Message, message: OutgoingMessage, text: str) -> bool:
    if seen.nonce is not None:
        return str(seen.nonce) == message.nonce
    # Names are changed by Discord: "my plan.pdf" becomes "my_plan.pdf".
    sizes = [one.path.stat().st_size for one in message.files]
    if [one.size for one in seen.attachments] != sizes:
        return False
    replied = seen.reference.message_id if seen.reference is not None else None
    if replied is not None:
        return str(replied) == message.reply_to and _says(seen.content, message, text)
    recent = discord.utils.utcnow() - seen.created_at < _SAME_WITHIN
    return recent and seen.content.strip() == text.strip()


def _says(seen: str, message: OutgoingMessage, text: str) -> bool:
    """Return whether a text that was seen is a message's; only answers grow."""
    if message.final and message.answer_id is None:
        return seen.strip() == text.strip()
    return _begins(seen, text)


def _begins(seen: str, text: str) -> bool:
    """Return whether a text that may have grown since is the one that was seen."""
    return bool(seen.strip()) and text.strip().startswith(seen.strip())
