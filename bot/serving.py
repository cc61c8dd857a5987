"""Runs the parts: all of them as the server, or what a single command needs."""

import asyncio
import contextlib
import logging
import random
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from pathlib import Path

from bot.app.deskhand import Deskhand, compose, utc_now
from bot.data_dir import DataDirectory, Door
from bot.domain.changes import Actor, By, acting
from bot.inbox.platforms import Kind
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import migrate as migrate_tables
from bot.upkeep.backup.before_update import keep_before_update
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.placing import settle
from bot.upkeep.demo import fill
from bot.web.accounts import Accounts
from bot.web.address import PageAddress
from bot.web.server import served
from bot.web.site import make_api, make_site
from connectors.base import Connector

log = logging.getLogger(__name__)

# A part that breaks is started again, each time a little later, up to this.
FIRST_RESTART_S = 0.5
LONGEST_RESTART_S = 60.0

_STOPPED_LAST = ("outbox", "platforms")

Part = Callable[[], Coroutine[object, object, None]]
Ready = Callable[[Door, str | None], None]


async def serve(
    settings: Settings,
    *,
    ready: Ready,
    connectors: Sequence[Connector] = (),
    kinds: Mapping[str, Kind] | None = None,
    demo: bool = False,
) -> None:
    """Run everything until the process is asked to stop.

    Args:
        settings: The environment.
        ready: Called once people can be served, with where the page is and, while it has no
            owner, the one-time set-up link.
        connectors: Beside the local one, for good.
        kinds: How the owner's chat platforms are connected, by name; None: as they really are.
        demo: Fill an empty knowledge base with the sample business first.

    Raises:
        DataDirectoryError: The data directory cannot be used or is in use.
        PortTakenError: The page cannot listen.
        StorageError: The database cannot be used.
        KnowledgeError: The knowledge cannot be used.
    """
    directory = DataDirectory(settings.data_dir)
    with directory.held():
        app = await compose(settings, connectors=connectors, kinds=kinds)
        try:
            if demo:
                with acting(Actor(By.TERMINAL)):
                    await fill(app.services.knowledge, app.services.choices)
            async with _door(app, settings) as door:
                directory.announce(door)
                await _until_stopped(app, door, ready)
        finally:
            await app.close()


@contextlib.asynccontextmanager
async def aside(settings: Settings) -> AsyncIterator[Door]:
    """Run, inside the block, what a command needs while no server runs.

    That is everything but the clock and the chat platforms: a command delivers nobody's
    reminders.

    Raises:
        InUseError: A server runs.
        DataDirectoryError: The data directory cannot be used.
        StorageError: The database cannot be used.
        KnowledgeError: The knowledge cannot be used.
    """
    directory = DataDirectory(settings.data_dir)
    with directory.held():
        app = await compose(settings)
        try:
            token = secrets.token_urlsafe(32)
            api = make_api(app.services, token=token)
            async with served(api, host="127.0.0.1", port=0) as url, asyncio.TaskGroup() as group:
                parts = _parts(app, clock=False)
                tasks = [
                    group.create_task(_supervised(name, part), name=name)
                    for name, part in parts.items()
                ]
                await app.runner.recover()
                yield Door(url, token, settings.page_url or url)
                await _stop(tasks)
        finally:
            await app.close()


async def migrate(settings: Settings) -> Path | None:
    """Bring the tables up to this version; return what was backed up before, if anything was.

    Raises:
        InUseError: A server runs.
        BackupError: It could not be backed up, so nothing was changed.
        StorageError: The database cannot be used.
    """
    with DataDirectory(settings.data_dir).held():
        database = Database(settings.url)
        try:
            box = Box(settings.data_dir, database)
            await settle(box)
            kept = await keep_before_update(box, now=utc_now())
            await migrate_tables(database)
            return kept
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def _door(app: Deskhand, settings: Settings) -> AsyncIterator[Door]:
    host, port = settings.host, settings.port
    token = secrets.token_urlsafe(32)
    site = make_site(
        app.services,
        token=token,
        host=host,
        address=PageAddress(settings.page_url),
        metrics_token=settings.metrics_token,
    )
    async with served(site, host=host, port=port, forwarded_by=settings.forwarded_by) as url:
        yield Door(url, token, settings.page_url or url)


async def _until_stopped(app: Deskhand, door: Door, ready: Ready) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await app.runner.recover()
    link = await _setup_link(app, door)
    async with asyncio.TaskGroup() as group:
        parts = _parts(app, clock=True)
        tasks = [
            group.create_task(_supervised(name, part), name=name) for name, part in parts.items()
        ]
        warming = group.create_task(app.warm())
        ready(door, link)
        await stopped.wait()
        log.info("stopping")
        await _stop([warming, *tasks])


async def _stop(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Stop the parts; the outbox and what it needs come last, so that what ends now goes out."""
    last = [task for name in _STOPPED_LAST for task in tasks if task.get_name() == name]
    for stage in ([task for task in tasks if task not in last], *([task] for task in last)):
        for task in stage:
            task.cancel()
        await asyncio.gather(*stage, return_exceptions=True)


async def _setup_link(app: Deskhand, door: Door) -> str | None:
    accounts = Accounts(app.services.entrance, now=app.services.now)
    if await accounts.has_owner():
        return None
    return f"{door.page_url}/setup?token={await accounts.fresh_setup_link()}"


def _parts(app: Deskhand, *, clock: bool) -> dict[str, Part]:
    """Return the long-running parts by name."""
    parts: dict[str, Part] = {
        platform: _listening(app, connector) for platform, connector in app.connectors.items()
    }
    parts |= {"turns": app.runner.run, "outbox": app.sender.run}
    if clock:
        parts |= {
            "clock": app.clock.run,
            "watching": app.watching.run,
            "platforms": app.platforms.run,
            "uploads": app.uploads.run,
            "endings": app.endings.run,
            "questions": app.questions.run,
            "hand-overs": app.hand_overs.run,
            "folder": app.services.folder.run,
            "skills": app.services.skills.run,
            "forms": app.filling.run,
            "ways": app.more_ways.run,
            "backups": app.services.backups.run,
            "retention": app.services.retention.run,
        }
    return parts


def _listening(app: Deskhand, connector: Connector) -> Part:
    async def listen() -> None:
        await connector.run(app.reception)

    return listen


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
