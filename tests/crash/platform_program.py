"""Workers on the chat platforms, started and killed as often as a test likes.

It imports everything once, then forks a process for each line it reads: `work` runs all that
`deskhand worker` does, `prepare` makes the tables and the key and ends. It prints each one's id.
The environment says where everything is, as for `deskhand`.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import sys

from bot import serving
from bot.app import mind
from bot.app.deskhand import compose
from bot.settings import Settings
from connectors.discord.connector import DiscordConnector
from connectors.slack.connector import SlackConnector
from tests.crash.program import load, release_sooner
from tests.fakes.embedder import WordEmbedder

log = logging.getLogger(__name__)

LOADED = (DiscordConnector, SlackConnector)


async def prepare(settings: Settings) -> None:
    """Make what workers wait for."""
    await (await compose(settings)).close()


def in_a_process(settings: Settings, order: str) -> int:
    """Do one order in a process of its own; return its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        if order == "prepare":
            asyncio.run(prepare(settings))
        else:
            release_sooner()
            asyncio.run(serving.work(settings, ready=lambda url: log.info("ready url=%s", url)))
    except BaseException:
        log.exception("ended")
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Take orders until there are no more."""
    settings = Settings()
    logging.basicConfig(
        filename=settings.data_dir.with_suffix(".log"),
        level=logging.INFO,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
    )
    for talkative in ("apscheduler", "httpx", "alembic", "uvicorn", "discord"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    load()
    mind.BuiltInEmbedder = lambda _worker, **_: WordEmbedder()  # type: ignore[assignment, misc]
    gc.freeze()
    # Killed processes are nobody's to bury but the system's.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"pid": in_a_process(settings, line.strip())}), flush=True)


if __name__ == "__main__":
    main()
