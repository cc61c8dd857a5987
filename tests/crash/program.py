"""The product with one more connector, started and killed as often as a test likes.

It imports everything once, then forks a process for each line it reads: `serve` runs everything
as `deskhand run` does, `serve NAME` in a data directory of its own, `work` all that `deskhand
worker` does, `prepare` adds the knowledge and ends. It prints each process's id.

Reminders are due in a fraction of the time that was said; with `--clock` at that time, by a clock
that is set from outside, and nothing is known.
"""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot import serving
from bot.app import mind
from bot.app.deskhand import compose
from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.commands.front import FrontDesk
from bot.data_dir import Door
from bot.domain.conversations import Outcome, Turn
from bot.domain.followups import FollowUp
from bot.followups.service import FollowUps
from bot.followups.when import understand
from bot.inbox import turns
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook
from bot.outbox import sender
from bot.outbox.reply import Reply
from bot.settings import Settings
from bot.storage import outbox, turn_leases
from bot.storage.followups import Call, NewFollowUp
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.embedder import RememberingEmbedder, WordEmbedder, remember_background
from tests.fakes.wall_clock import WallClock, rule_the_scheduler
from tests.fakes.wire import Trap, WireConnector, utc_now

log = logging.getLogger(__name__)

# "In a minute" is the shortest reminder there is; a test waits this many times less for it.
HURRY = 30
# What a dead process had begun is another's after this long, and a test waits less.
LEASE_S, DELIVERY_S, ELSEWHERE_S, BEAT_S = 10.0, 4.0, 0.5, 2.0
POISON = "poison"


def hurry(trap: Trap, times: int) -> None:
    """Have reminders due so many times sooner, and a trap right behind the commit of each."""
    promise = FollowUps.promise

    async def hurried(self: FollowUps, new: NewFollowUp, call: Call | None = None) -> FollowUp:
        now = self._now()
        made = await promise(self, replace(new, due_at=now + (new.due_at - now) / times), call)
        trap.passed("promised")
        # Confirmed as it was said.
        return replace(made, due_at=new.due_at)

    FollowUps.promise = hurried  # type: ignore[method-assign]


def release_sooner() -> None:
    """Have what a dead process had begun released sooner to others."""
    outbox.LEASE = turn_leases.LEASE = timedelta(seconds=LEASE_S)
    turns.BEAT_S = BEAT_S
    sender.DELIVERY_S = DELIVERY_S
    sender.ELSEWHERE_S = ELSEWHERE_S


def clock_of(options: argparse.Namespace) -> Callable[[], datetime]:
    """Return the clock by which everything in the process goes."""
    if options.clock is None:
        return utc_now
    clock = WallClock(options.clock)
    rule_the_scheduler(clock)
    serving.compose = partial(compose, now=clock)  # type: ignore[assignment]
    return clock


def poison() -> None:
    """Have the process die of each message that holds the word."""
    answer = FrontDesk.answer

    async def deadly(self: FrontDesk, turn: Turn, reply: Reply) -> Outcome:
        if POISON in turn.text:
            # Others get under way beside it.
            await asyncio.sleep(0.1)
            os.kill(os.getpid(), signal.SIGKILL)
        return await answer(self, turn, reply)

    FrontDesk.answer = deadly  # type: ignore[method-assign]


async def prepare(settings: Settings, files: Mapping[str, bytes]) -> None:
    """Add what the business knows: files by name."""
    app = await compose(settings)
    for name, content in files.items():
        documents = read(name, content, audience=Audience.PUBLIC, origin=name)
        await app.services.knowledge.add(documents)
    await app.close()


def load() -> None:
    """Load once, for all processes, what each would load when somebody first writes."""
    book = Phrasebook()
    Detector(book.languages).language("Can somebody remind me?")
    book.sentences("en").moment(utc_now(), "UTC")
    calendar = BusinessCalendar(BusinessFacts())
    understand("in a minute", now=utc_now(), zone=calendar.zone, calendar=calendar)


def in_a_process(settings: Settings, order: str, options: argparse.Namespace) -> int:
    """Do one order in a process of its own; return its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        what, _, name = order.partition(" ")
        if what == "prepare":
            paths = sorted(options.knowledge.iterdir())
            asyncio.run(prepare(settings, {path.name: path.read_bytes() for path in paths}))
        else:
            trap = Trap()
            hurry(trap, HURRY if options.clock is None else 1)
            if options.database:
                release_sooner()
            poison()
            connector = WireConnector(
                trap,
                witness_port=options.witness,
                post_office_port=options.post_office,
                now=clock_of(options),
            )
            own = settings.model_copy(update={"data_dir": options.data_dir / name})
            if what == "work":
                asyncio.run(serving.work(own, ready=_ready, connectors=[connector]))
            else:
                asyncio.run(serving.serve(own, ready=_ready, connectors=[connector]))
    except BaseException:
        log.exception("ended")
        os._exit(1)
    os._exit(0)


def _ready(*_where: Door | str | None) -> None:
    log.info("ready")


def main() -> None:
    """Take orders until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--knowledge", type=Path, required=True)
    parser.add_argument("--ollama", required=True)
    parser.add_argument("--witness", type=int, required=True)
    parser.add_argument("--post-office", type=int, required=True)
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--database", default="")
    parser.add_argument("--chroma", default="")
    options = parser.parse_args()
    logging.basicConfig(
        filename=options.data_dir.with_suffix(".log"),
        level=logging.INFO,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
    )
    for talkative in ("apscheduler", "httpx", "alembic", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    settings = Settings(
        data_dir=options.data_dir,
        database_url=options.database,
        chroma_url=options.chroma,
        port=0,
        ollama_url=options.ollama,
        model="tiny:1b",
        timezone="Europe/Dublin",
    )
    load()
    if options.clock is None:
        remember_background()
        mind.BuiltInEmbedder = RememberingEmbedder  # type: ignore[assignment, misc]
    else:
        mind.BuiltInEmbedder = lambda _worker, **_: WordEmbedder()  # type: ignore[assignment, misc]
    # What is loaded by now stays: no process's collector of garbage looks through it.
    gc.freeze()
    # Killed processes are nobody's to bury but the system's.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"pid": in_a_process(settings, line.strip(), options)}), flush=True)


if __name__ == "__main__":
    main()
