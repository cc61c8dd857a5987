"""The whole office into another database."""

import asyncio
import sys

import click

from bot.cli.connection import environment
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.screen import LiveLine, show_json
from bot.data_dir import DataDirectory
from bot.web.api.shapes.steps import Step

# Where the address is asked for, or read from a pipe: what stands in a command others can see.
_ASKED = "-"


@click.command()
@click.argument("url", metavar="URL")
@as_json
def move(url: str, *, as_json: bool) -> None:
    """Copy everything into another, empty database. Refuses while Deskhand runs.

    From the one in use, SQLite or PostgreSQL, into the one at URL, such as
    postgresql://desk@localhost/desk or sqlite:////data/deskhand.db. With - in place of URL it is
    asked for, or read from a pipe: so that nobody sees a password in it.

    All of it is copied or nothing, and read back before it counts. The database in use stays as it
    is. The data directory belongs to either.
    """
    # Here, since it loads the whole product.
    from bot.cli.composed import TOLD  # noqa: PLC0415
    from bot.storage.database import Database  # noqa: PLC0415
    from bot.upkeep.backup.box import Box  # noqa: PLC0415
    from bot.upkeep.move import Moved  # noqa: PLC0415
    from bot.upkeep.move import move as copy  # noqa: PLC0415

    settings = environment()
    wanted = _address() if url == _ASKED else url

    async def done(line: LiveLine) -> Moved:
        database = Database(settings.url)

        def show(done: int, total: int) -> None:
            line.show(Step(event="progress", done=done, total=total))

        try:
            return await copy(Box(settings.data_dir, database), wanted, progress=show)
        finally:
            await database.close()

    try:
        with (
            DataDirectory(settings.data_dir).held(),
            LiveLine(quiet=as_json, label="Rows written and read back: ") as line,
        ):
            moved = asyncio.run(done(line))
    except TOLD as error:
        raise FailedError(str(error)) from error
    if as_json:
        show_json({"rows": moved.rows, "from": moved.source, "to": moved.target})
        return
    click.echo(f"Copied {moved.rows:,} rows to {moved.target}, and read them back: all the same.")
    click.echo(f"Set DESKHAND_DATABASE_URL={moved.target} and start it.")
    click.echo(f"{moved.source} is as it was: remove it once all is well.")


def _address() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("The other database's address", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
