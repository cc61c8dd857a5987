"""Waiting for something to happen, for a time at most."""

import asyncio
import contextlib


async def happened(event: asyncio.Event, *, within_s: float) -> bool:
    """Return whether an event is set within a time; at once where it is set already.

    Not asyncio.wait_for: in Python 3.11 it loses a cancellation that comes with the event.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()
            return True
    return False
