"""Runs the parts: all of them as the server, or what a single command needs."""

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from bot.app.deskhand import Deskhand, compose, utc_now
from bot.app.joining import moved_on
from bot.data_dir import DataDirectory, Door
from bot.domain.changes import Actor, By, acting
from bot.domain.workers import Duty
from bot.inbox.platforms import Kind
from bot.parts import all_parts, kept_up, parts_of_a_command
from bot.settings import InvalidEnvironmentError, Settings
from bot.storage.database import Database
from bot.storage.migrate import migrate as migrate_tables
from bot.upkeep.backup.before_update import keep_before_update
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.placing import settle
from bot.upkeep.demo import fill
from bot.web.accounts import Accounts
from bot.web.address import PageAddress
from bot.web.server import served
from bot.web.site import make_api, make_site, make_status
from connectors.base import Connector

log = logging.getLogger(__name__)

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
                stopped = _asked_to_stop()
                link = await _setup_link(app, door)
                async with _at_work(app):
                    ready(door, link)
                    await stopped.wait()
        finally:
            await app.close()


async def work(
    settings: Settings,
    *,
    ready: Callable[[str], None],
    connectors: Sequence[Connector] = (),
    kinds: Mapping[str, Kind] | None = None,
) -> None:
    """Run everything but the page and the chat on it, beside `deskhand run`, until asked to stop.

    Args:
        settings: The environment: the same database, Chroma server and data directory.
        ready: Called once people can be served, with where its health and figures are.
        connectors: For good.
        kinds: How the owner's chat platforms are connected, by name; None: as they really are.

    Raises:
        InvalidEnvironmentError: The database or the knowledge cannot be shared with others.
        SchemaError: The tables are those of another version, now or after a while.
        PortTakenError: Its health cannot be asked for.
        DataDirectoryError: The key in the data directory cannot be used.
        StorageError: The database cannot be used.
        KnowledgeError: The knowledge cannot be used.
    """
    _check_shared(settings)
    app = await compose(settings, duty=Duty.WORKER, connectors=connectors, kinds=kinds)
    try:
        status = make_status(app.services, host=settings.host, metrics_token=settings.metrics_token)
        async with served(status, host=settings.host, port=settings.port) as url:
            stopped = asyncio.create_task(_asked_to_stop().wait())
            moved = asyncio.create_task(moved_on(app.database))
            async with _at_work(app):
                ready(url)
                await asyncio.wait({stopped, moved}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            moved.cancel()
            if not stopped.done():
                raise moved.result()
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
            async with (
                served(api, host="127.0.0.1", port=0) as url,
                kept_up(parts_of_a_command(app)),
            ):
                await app.runner.recover()
                yield Door(url, token, settings.page_url or url)
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


@contextlib.asynccontextmanager
async def _at_work(app: Deskhand) -> AsyncIterator[None]:
    """Run all parts inside the block, what an earlier start left behind taken up first."""
    await app.runner.recover()
    # What is known is in memory by now and stays: to look through 10,000 passages for garbage takes
    # a seventh of a second, for which everybody would wait every few seconds of work.
    gc.freeze()
    async with kept_up(all_parts(app)) as group:
        warming = group.create_task(app.warm())
        yield
        log.info("stopping")
        warming.cancel()


def _asked_to_stop() -> asyncio.Event:
    """Return what is set once somebody asks the process to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped


def _check_shared(settings: Settings) -> None:
    """See that what a worker uses is there for several processes.

    Raises:
        InvalidEnvironmentError: It is not; the sentence says what to set.
    """
    lacking = []
    if settings.url.startswith("sqlite"):
        lacking.append("DESKHAND_DATABASE_URL to its PostgreSQL")
    if not settings.chroma_url:
        lacking.append("DESKHAND_CHROMA_URL to its Chroma server")
    if lacking:
        raise InvalidEnvironmentError(
            "A worker shares its data with `deskhand run`: set "
            + " and ".join(lacking)
            + ", here and there."
        )


async def _setup_link(app: Deskhand, door: Door) -> str | None:
    accounts = Accounts(app.services.entrance, now=app.services.now)
    if await accounts.has_owner():
        return None
    return f"{door.page_url}/setup?token={await accounts.fresh_setup_link()}"
