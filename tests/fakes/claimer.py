"""A process that delivers what is due until nothing is: `python -m tests.fakes.claimer URL NAME`.

It prints a line when it is ready, waits for one, and then prints how many it delivered.
"""

import asyncio
import sys
from datetime import UTC, datetime

from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows


def now() -> datetime:
    return datetime.now(UTC)


async def claim(url: str, name: str) -> None:
    database = Database(url)
    rows = FollowUpRows(database, run=name)
    follow_ups = FollowUps(rows, Phrasebook(), now=now, started_at=now(), sent=lambda: None)
    await follow_ups.next_due()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(await follow_ups.deliver_due(), flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(claim(*sys.argv[1:]))
