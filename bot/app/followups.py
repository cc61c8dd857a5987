"""What promises reminders for others."""

import asyncio
from collections.abc import Callable, Sequence

from bot.app.mind import Mind
from bot.app.rows import Rows
from bot.followups.receivers import Receivers
from bot.tools.for_others import ForOthers
from bot.tools.promises import Promises
from connectors.base import Platform
from connectors.messages import Room

# Somebody waits for the answer meanwhile.
ROOMS_S = 15.0


def for_others_of(
    rows: Rows,
    mind: Mind,
    promises: Promises,
    connected: Callable[[str], Platform | None],
) -> ForOthers:
    """Return what promises reminders for others, on the platforms that are connected."""

    async def rooms(name: str) -> Sequence[Room]:
        platform = connected(name)
        if platform is None:
            return ()
        async with asyncio.timeout(ROOMS_S):
            return await platform.rooms()

    return ForOthers(
        promises,
        Receivers(rows.receivers, mind.choices, rooms),
        rows.exchanges,
        mind.phrasebook,
    )
