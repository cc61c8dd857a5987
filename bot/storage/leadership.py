"""Which of several processes does what only one may do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.storage.database import LET_GO_IN_10_S, Database
from bot.storage.errors import StorageError
from bot.waiting import happened

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = logging.getLogger(__name__)

# Each look asks for what we do not lead yet, and shows that the server still knows us. A look, and
# an answer that does not come, take less than the server waits (LET_GO_IN_10_S) before another may
# lead: by then we have noticed it and stopped.
LOOK_S = 1.0
ANSWER_S = 3.0
RETRY_S = 1.0
# "desk": the first half of each lock's key, which others in this database leave alone.
_OURS = 0x6465736B
_TRY = """
SELECT name FROM unnest(%(names)s::text[]) AS name
WHERE pg_try_advisory_lock(%(ours)s, hashtext(name))
"""
_LET_GO = """
SELECT pg_advisory_unlock(%(ours)s, hashtext(name)) FROM unnest(%(names)s::text[]) AS name
"""


class _Post:
    """What one process leads at a time, seen from here."""

    def __init__(self) -> None:
        self.wanted = False
        self.ours = asyncio.Event()
        self.lost = asyncio.Event()
        self.lost.set()

    def taken(self) -> None:
        self.lost.clear()
        self.ours.set()

    def left(self) -> None:
        self.ours.clear()
        self.lost.set()


class Leadership:
    """What this process leads, and no other process of the same database at the same time.

    By PostgreSQL's session advisory locks: they end with the session that has them, so a process
    that dies leads nothing from that moment on. SQLite serves one process, which leads everything.
    """

    def __init__(self, database: Database) -> None:
        """Lead nothing yet."""
        self._database = database
        self._posts: dict[str, _Post] = {}
        self._changed = asyncio.Event()

    def leads(self, name: str) -> bool:
        """Return whether this process leads in something just now."""
        post = self._posts.get(name)
        return self._database.is_sqlite or (post is not None and post.ours.is_set())

    @property
    def led_here(self) -> list[str]:
        """Return what this process leads, by name; on SQLite nothing, as there is no choice."""
        return sorted(name for name, post in self._posts.items() if post.ours.is_set())

    async def led(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """Run a part while this process leads in something; wait until it does.

        Where leadership is lost the part is stopped, and begun anew when it is ours again. Where
        the part ends or fails, so does this, and another process may take over.

        Args:
            name: One caller at a time.
            part: Runs until cancelled.
        """
        if self._database.is_sqlite:
            await part()
            return
        post = self._posts.setdefault(name, _Post())
        post.wanted = True
        self._changed.set()
        try:
            while True:
                await post.ours.wait()
                log.info("leads name=%s", name)
                if await _until(part, post.lost):
                    return
                log.warning("leads no more name=%s", name)
        finally:
            post.wanted = False
            self._changed.set()

    async def run(self) -> None:
        """Ask for what is to be led, again and again, until cancelled."""
        if self._database.is_sqlite:
            await asyncio.Event().wait()
        while True:
            try:
                session = self._database.own_session(LET_GO_IN_10_S, within_s=ANSWER_S)
                async with session as connection:
                    await self._ask(connection)
            except StorageError as error:
                log.warning("cannot lead: %s", error)
            finally:
                for post in self._posts.values():
                    post.left()
            await asyncio.sleep(RETRY_S)

    async def _ask(self, connection: "AsyncConnection[tuple[object, ...]]") -> None:
        while True:
            self._changed.clear()
            left = [n for n, post in self._posts.items() if post.ours.is_set() and not post.wanted]
            lacking = [n for n, post in self._posts.items() if post.wanted and post.lost.is_set()]
            async with asyncio.timeout(ANSWER_S):
                if left:
                    await connection.execute(_LET_GO, {"names": left, "ours": _OURS})
                # With nothing to ask for, too: an answer says that what we lead is still ours.
                taken = await connection.execute(_TRY, {"names": lacking, "ours": _OURS})
                names = [str(name) for (name,) in await taken.fetchall()]
            for name in left:
                self._posts[name].left()
            for name in names:
                self._posts[name].taken()
            await happened(self._changed, within_s=LOOK_S)


async def _until(part: Callable[[], Awaitable[None]], lost: asyncio.Event) -> bool:
    """Run a part until it ends, or something is lost; return whether it ended."""
    running = asyncio.ensure_future(part())
    losing = asyncio.create_task(lost.wait())
    try:
        done, _ = await asyncio.wait({running, losing}, return_when=asyncio.FIRST_COMPLETED)
        if running in done:
            running.result()
            return True
        return False
    finally:
        for each in (running, losing):
            each.cancel()
        # Who is cancelled meanwhile is cancelled: only what the two raise is left out.
        await asyncio.gather(running, losing, return_exceptions=True)
