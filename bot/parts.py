"""The long-running parts: which there are, in which processes each runs, and how it is kept up."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager

from bot.app.deskhand import Deskhand
from bot.domain.workers import Duty
from connectors.base import Connector

log = logging.getLogger(__name__)

# A part that breaks is started again, each time a little later, up to this.
FIRST_RESTART_S = 0.5
LONGEST_RESTART_S = 60.0

# In this order: what is being answered may end, with its place at the model, and go out, and the
# others hear of this process to its end.
_STOPPED_LAST = ("gate", "outbox", "platforms", "leadership", "beat")

Part = Callable[[], Coroutine[object, object, None]]


def all_parts(app: Deskhand) -> dict[str, Part]:
    """Return the long-running parts of a process by name."""
    parts = {**parts_of_a_command(app), **_everywhere(app), **_of_one(app)}
    if app.duty is Duty.PAGE:
        parts |= _of_the_page(app)
    return parts


def parts_of_a_command(app: Deskhand) -> dict[str, Part]:
    """Return what a command needs while no server runs: it answers, and reminds nobody."""
    given: dict[str, Part] = {
        platform: _listening(app, connector) for platform, connector in app.connectors.items()
    }
    return given | {
        "turns": app.runner.run,
        "outbox": app.sender.run,
        "gate": app.services.gate.run,
    }


def _everywhere(app: Deskhand) -> dict[str, Part]:
    """Return what every process runs: what it does it takes from its rows, one at a time."""
    parts: dict[str, Part] = {
        # A follow-up is delivered, and told of, by whoever changes its row first.
        "clock": app.clock.run,
        "platforms": app.platforms.run,
        # Each process has its own ways to the hosts, and sees for itself which of them answer.
        "hosts": app.services.hosts.run,
    }
    if app.together is not None:
        parts |= {
            "leadership": app.together.leadership.run,
            "hints": app.together.hints.run,
            "elsewhere": app.together.elsewhere.run,
            "beat": app.together.beat.run,
            # Each reads what the others changed; whoever comes next mends what one left undone.
            "knowledge": app.services.knowledge.follow,
        }
    return parts


def _of_one(app: Deskhand) -> dict[str, Part]:
    """Return what runs in one process, whichever it is: people wait for it, the page or not."""
    return _led(
        app,
        {
            # Each look asks the platforms whether somebody has answered: once is enough.
            "watching": app.watching.run,
            # A wish is fulfilled in steps that nothing holds together: a file would be read twice.
            "uploads": app.uploads.run,
            # What was told is noted beside the messages, each of which has a number of its own.
            "endings": app.endings.run,
            # The week's list is made of many rows, and an entry of a draft before its row says so.
            "questions": app.questions.run,
            # Each step is safe by its row; but all of them see the same ones, and a room would be
            # told of a night's in another order than they came.
            "hand-overs": app.hand_overs.run,
        },
    )


def _of_the_page(app: Deskhand) -> dict[str, Part]:
    """Return what runs where the page is, and nowhere else: nobody waits for it.

    It is led as well, should the page be served twice for a moment.
    """
    return _led(
        app,
        {
            # The page shows what waits in it for the owner's word, and gives it that.
            "folder": app.services.folder.run,
            # What the page turns on and off is brought and taken away under one lock.
            "skills": app.services.skills.run,
            "forms": app.filling.run,
            "ways": app.more_ways.run,
            # One at a time, with those that the page is asked for.
            "backups": app.services.backups.run,
            "retention": app.services.retention.run,
        },
    )


def _led(app: Deskhand, parts: Mapping[str, Part]) -> dict[str, Part]:
    """Return parts that run in one process of all."""
    together = app.together
    if together is None:
        return dict(parts)

    def led(name: str, part: Part) -> Part:
        async def run() -> None:
            await together.leadership.led(name, part)

        return run

    return {name: led(name, part) for name, part in parts.items()}


def _listening(app: Deskhand, connector: Connector) -> Part:
    async def listen() -> None:
        await connector.run(app.reception)

    return listen


@asynccontextmanager
async def kept_up(parts: Mapping[str, Part]) -> AsyncIterator[asyncio.TaskGroup]:
    """Run parts inside the block, and give the group of their tasks.

    They are stopped at its end; the outbox and what it needs come last.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_supervised(name, part), name=name) for name, part in parts.items()
        ]
        yield group
        await _stop(tasks)


async def _stop(tasks: Sequence["asyncio.Task[None]"]) -> None:
    last = [task for name in _STOPPED_LAST for task in tasks if task.get_name() == name]
    for stage in ([task for task in tasks if task not in last], *([task] for task in last)):
        for task in stage:
            task.cancel()
        await asyncio.gather(*stage, return_exceptions=True)


async def _supervised(name: str, part: Part) -> None:
    """Run a part for ever; when it breaks it is started again, the others never notice."""
    pause_s = FIRST_RESTART_S
    while True:
        began = time.monotonic()
        try:
            await part()
        except Exception:  # the edge of one part
            if time.monotonic() - began > LONGEST_RESTART_S:
                pause_s = FIRST_RESTART_S
            log.exception("part broke name=%s restart_s=%.1f", name, pause_s)
        else:
            log.warning("part ended name=%s restart_s=%.1f", name, pause_s)
        await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads restarts
        pause_s = min(pause_s * 2, LONGEST_RESTART_S)
