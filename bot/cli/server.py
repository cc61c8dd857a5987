"""`deskhand run`."""

import asyncio
import logging

import click

from bot.cli.composed import TOLD
from bot.cli.connection import environment
from bot.cli.errors import FailedError
from bot.data_dir import Door
from bot.serving import serve

# Libraries that tell each of their steps.
_CHATTY = ("httpx", "chromadb", "apscheduler", "alembic", "uvicorn")


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty knowledge base with a sample business.")
def run(*, demo: bool) -> None:
    """Run everything: page, chat platforms, follow-ups."""
    settings = environment()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        asyncio.run(serve(settings, ready=_ready, demo=demo))
    except TOLD as error:
        raise FailedError(str(error)) from error


def _ready(door: Door, setup_link: str | None) -> None:
    click.echo(f"Deskhand is ready: {door.page_url}")
    if setup_link:
        click.echo(f"Set it up with this link, which works once: {setup_link}")
