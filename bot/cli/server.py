"""`deskhand run`, and `deskhand worker` beside it."""

import asyncio
import logging
from collections.abc import Coroutine

import click

from bot.cli.composed import TOLD
from bot.cli.connection import environment
from bot.cli.errors import FailedError
from bot.data_dir import Door
from bot.serving import serve, work

# Libraries that tell each of their steps.
_CHATTY = ("httpx", "chromadb", "apscheduler", "alembic", "uvicorn")


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty knowledge base with a sample business.")
def run(*, demo: bool) -> None:
    """Run everything: page, chat platforms, follow-ups."""
    _until_stopped(serve(environment(), ready=_ready, demo=demo))


@click.command()
def worker() -> None:
    """Answer beside `run`, on the same database: everything but the page.

    It needs a PostgreSQL, a Chroma server and the data directory that `run` has. Its health and
    figures are at DESKHAND_HOST and DESKHAND_PORT.
    """
    _until_stopped(work(environment(), ready=_ready_beside))


def _until_stopped(served: Coroutine[object, object, None]) -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        asyncio.run(served)
    except TOLD as error:
        raise FailedError(str(error)) from error


def _ready(door: Door, setup_link: str | None) -> None:
    click.echo(f"Deskhand is ready: {door.page_url}")
    if setup_link:
        click.echo(f"Set it up with this link, which works once: {setup_link}")


def _ready_beside(url: str) -> None:
    click.echo(f"This worker is ready; its health is at {url}/health/ready")
