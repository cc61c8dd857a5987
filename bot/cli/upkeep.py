"""Health, the data's version, and the keys to the page."""

import asyncio
import sys

import click

from bot.cli.connection import connected, environment
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.screen import LiveLine, show_json
from bot.web.api.shapes.steps import Step
from bot.web.api.shapes.upkeep import PartShown, Password, PasswordSet, Token


@click.command()
@as_json
def check(*, as_json: bool) -> None:
    """Every part's health, with what to do."""
    with connected() as deskhand, LiveLine(quiet=as_json) as line:
        line.show(Step(event="waiting", text="Checking every part…"))
        rows = deskhand.client.call("GET", "check", list[PartShown])
    if as_json:
        show_json(rows)
    else:
        for row in rows:
            click.echo(f"{'✓' if row.ok else '✗'} {row.part}: {row.text}")
            if row.todo:
                click.echo(f"  {row.todo}")
    if not all(row.ok for row in rows):
        click.get_current_context().exit(FailedError.exit_code)


@click.command()
def migrate() -> None:
    """Bring the data up to this version. Refuses while Deskhand runs.

    Older data are backed up first, into `backups` in the data directory.
    """
    # Here, since it loads the whole product.
    from bot.cli.composed import TOLD  # noqa: PLC0415
    from bot.serving import migrate as bring_up  # noqa: PLC0415

    try:
        kept = asyncio.run(bring_up(environment()))
    except TOLD as error:
        raise FailedError(str(error)) from error
    click.echo("The data are those of this version.")
    if kept is not None:
        click.echo(
            f"What they were before is kept in {kept}. To go back, install the version from before"
            f" and run `deskhand restore {kept}`."
        )


@click.command("setup-link")
@as_json
def setup_link(*, as_json: bool) -> None:
    """A fresh one-time link to set up the page."""
    with connected() as deskhand:
        made = deskhand.client.call("POST", "setup-link", Token)
        link = f"{deskhand.page_url}/setup?token={made.token}"
        running = deskhand.running
    if as_json:
        show_json({"link": link})
        return
    click.echo(link)
    if not running:
        click.echo("Start `deskhand run` to open it.", err=True)


@click.command("reset-password")
def reset_password() -> None:
    """Give the owner a new password. It is asked for, or read from a pipe.

    A second factor is taken off.
    """
    if sys.stdin.isatty():
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise FailedError("No password was given; the old one stays.")
    with connected() as deskhand:
        done = deskhand.client.call(
            "POST", "password", PasswordSet, body=Password(password=password)
        )
    click.echo("The password is changed; wherever you were signed in you are signed out.")
    if done.second_factor_ended:
        click.echo("The second factor is off: set it up again on the page, under Your account.")
