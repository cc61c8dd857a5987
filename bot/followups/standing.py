"""Whether what a follow-up watches for has happened.

What is in our own rows is known for sure: who took a hand-over, what was answered, what was said to
the bot. What people say to each other is not kept, so the platform is asked for what was written in
a room since.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.followups import Watch, WatchKind
from bot.storage.watches import WatchRows
from connectors.errors import ConnectorError, RoomGoneError
from connectors.messages import Address, IncomingMessage

log = logging.getLogger(__name__)

History = Callable[[Address, datetime], Awaitable[Sequence[IncomingMessage] | None]]


class Standing(StrEnum):
    """What is known of what is watched for."""

    HAPPENED = "happened"
    NOT_YET = "not yet"
    UNKNOWN = "unknown"
    """Just now: it is looked at again."""
    UNSEEN = "unseen"
    """And never will be."""


class Standings:
    """Looks at what is watched for."""

    def __init__(self, watches: WatchRows, history: History) -> None:
        """Look at these rows, and at what was written on the platforms.

        Args:
            watches: The rows.
            history: What people wrote in a room after a moment; None where everything said there
                is to the bot and so is kept. ConnectorError while its platform cannot be asked.
        """
        self._watches = watches
        self._history = history

    async def of(self, watch: Watch) -> Standing:
        """Return what is known; this may wait for a platform.

        Raises:
            StorageError: The rows could not be read.
        """
        match watch.kind:
            case WatchKind.NOTHING:
                return Standing.NOT_YET
            case WatchKind.TAKEN_UP:
                done = await self._watches.taken_up(watch)
                return Standing.HAPPENED if done else Standing.NOT_YET
        if watch.address is None:
            return Standing.UNSEEN
        return await self._written(watch, watch.address)

    async def _written(self, watch: Watch, address: Address) -> Standing:
        """Return whether somebody has written in a room; our own rows know of some of it."""
        others, otherwise = watch.kind is WatchKind.OTHERS, Standing.NOT_YET
        written: Sequence[IncomingMessage] | None = ()
        try:
            written = await self._history(replace(address, thread=""), watch.since)
        except RoomGoneError:
            otherwise = Standing.UNSEEN
        except (ConnectorError, TimeoutError) as error:
            # That the platform is away is said once, by who connects to it.
            log.debug("cannot see what was written platform=%s: %s", address.platform, error)
            otherwise = Standing.UNKNOWN
        wrote = await self._watches.wrote(watch, others=others, kept_all=written is None)
        if wrote or any(_counts(each, watch, others=others) for each in written or ()):
            return Standing.HAPPENED
        return otherwise


def _counts(message: IncomingMessage, watch: Watch, *, others: bool) -> bool:
    """Return whether a message is one that is watched for.

    What somebody says to the bot, and what programs say, is no reply to a person.
    """
    address = watch.address
    if message.author.bot or (address and address.thread not in {"", message.address.thread}):
        return False
    if not others:
        return message.author.user_id == watch.user_id
    return message.author.user_id != watch.user_id and not message.to_bot
