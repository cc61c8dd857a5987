"""Everything that matters as one file, out and back."""

import asyncio
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.connection import connected, environment
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.private_file import private_file
from bot.cli.screen import LiveLine, show_json
from bot.data_dir import DataDirectory
from bot.web.api.shapes.backups import BackupShown, BackupWanted
from bot.web.api.shapes.steps import Step

if TYPE_CHECKING:
    from bot.upkeep.backup.restoring import Restored, Undone


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase",
    is_flag=True,
    help="Seal it with a passphrase that is asked for, or read from a pipe.",
)
@as_json
def backup(file: Path, *, passphrase: bool, as_json: bool) -> None:
    """Write everything that matters into one file.

    Database, skills and files, as they are at one moment; Deskhand goes on meanwhile. It is
    restored into a scratch place and tested before it counts.

    With a passphrase, this one or the one you set on the page under Backups, FILE is sealed, and
    the platforms' tokens are in it. Without any they are left out.
    """
    words = _asked("Passphrase", confirm=True) if passphrase else ""
    with connected() as deskhand:
        with LiveLine(quiet=as_json, label="Bytes: ") as line:
            line.show(Step(event="waiting", text="Copying…"))
            made = deskhand.client.stream(
                "backups", BackupShown, show=line.show, body=BackupWanted(passphrase=words)
            )
        with private_file(file) as writing:
            deskhand.client.save(f"backups/{made.token}", writing)
    if as_json:
        show_json(
            {"file": str(file), **made.model_dump(mode="json", exclude={"token"})},
        )
        return
    found = f", {made.asked} questions found in it as they are here" if made.asked else ""
    click.echo(f"Wrote {file}, restored and tested: {made.rows:,} rows{found}.")
    click.echo(
        "It is sealed: without its passphrase nobody can open it, you neither."
        if made.sealed
        else "It is not sealed: the platforms' tokens are not in it, all else is. Keep it safe."
    )


@click.command()
@click.argument("file", metavar="FILE", required=False, type=click.Path(path_type=Path))
@click.option("--undo", is_flag=True, help="Put back what the last restore has set aside.")
@as_json
def restore(file: Path | None, *, undo: bool, as_json: bool) -> None:
    """Put back what `backup` wrote. Refuses while Deskhand runs.

    All of FILE is checked before anything is touched. What is there now is kept beside it, and
    `--undo` brings that back. A passphrase is asked for where one is needed, or read from a pipe.
    """
    if (file is None) is not undo:
        raise click.UsageError("Name the FILE to put back, or say --undo.")
    # Here, since it loads the whole product.
    from bot.cli.composed import TOLD  # noqa: PLC0415
    from bot.storage.database import Database  # noqa: PLC0415
    from bot.upkeep.backup import restoring  # noqa: PLC0415
    from bot.upkeep.backup.box import Box  # noqa: PLC0415

    settings = environment()

    async def done() -> "Restored | Undone":
        database = Database(settings.url)
        box, now = Box(settings.data_dir, database), datetime.now(UTC)
        try:
            if file is None:
                return await restoring.undo(box, now=now)
            words = partial(_asked, "Passphrase of this backup", confirm=False)
            return await restoring.restore(file, box, passphrase=words, now=now)
        finally:
            await database.close()

    try:
        with DataDirectory(settings.data_dir).held():
            ended = asyncio.run(done())
    except TOLD as error:
        raise FailedError(str(error)) from error
    if isinstance(ended, restoring.Undone):
        _tell_undone(ended, as_json=as_json)
    else:
        _tell_restored(ended, as_json=as_json)


def _tell_restored(restored: "Restored", *, as_json: bool) -> None:
    manifest, aside = restored.manifest, restored.aside
    if as_json:
        show_json(
            {
                "made_at": manifest.made_at,
                "rows": manifest.rows,
                "secrets": manifest.secrets,
                "aside": str(aside) if aside else None,
            }
        )
        return
    click.echo(f"Restored what was here on {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    if not manifest.secrets:
        click.echo("It holds no tokens: those of this box stay; enter missing ones on the page.")
    if aside is not None:
        click.echo(
            f"What was there before is kept in {aside}. `deskhand restore --undo` brings it back."
        )


def _tell_undone(undone: "Undone", *, as_json: bool) -> None:
    aside = undone.aside
    if as_json:
        show_json({"restored_at": undone.restored_at, "aside": str(aside) if aside else None})
        return
    click.echo(f"Undid the restore of {undone.restored_at:%Y-%m-%d %H:%M} UTC.")
    if aside is not None:
        click.echo(f"What was there since is kept in {aside}; the same again brings that back.")


def _asked(prompt: str, *, confirm: bool) -> str:
    if sys.stdin.isatty():
        told = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
        return str(told)
    return sys.stdin.readline().rstrip("\r\n")
