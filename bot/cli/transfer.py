"""The knowledge as one file of plain files, out and in."""

import sys
from pathlib import Path

import click

from bot.cli.client import Client
from bot.cli.connection import connected
from bot.cli.consent import asking, wished
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.private_file import private_file
from bot.cli.screen import LiveLine, show_json
from bot.web.api.parcels import ParcelShown, ReceivedShown
from bot.web.api.shapes.steps import Step
from bot.web.api.wording import came_in, held, named
from knowledge.zipped import MAX_ZIP_BYTES


@click.command("export")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def export_knowledge(file: Path, *, as_json: bool) -> None:
    """Write everything into FILE, a zip of plain files.

    Entries, documents, open questions, the questions you try it on, and the settings without
    secrets. FILE is replaced when it is there; only you can read it.
    """
    with connected() as deskhand, LiveLine(quiet=as_json) as line:
        line.show(Step(event="waiting", text="Packing…"))
        content = deskhand.client.fetch("knowledge/export")
    with private_file(file) as writing:
        writing.write(content)
    if as_json:
        show_json({"file": str(file), "size_bytes": len(content)})
        return
    click.echo(
        f"Wrote {file}. What only staff may read is in it, and the names of those whose"
        " questions are open: keep it safe."
    )


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Remove every document that is not in FILE.")
@click.option("--settings", is_flag=True, help="Take the settings over as well.")
@click.option("--dry-run", is_flag=True, help="Only say what is in it and what it would replace.")
@click.option("--yes", is_flag=True, help="Do not try it on your questions, and do not ask.")
@as_json
def import_knowledge(
    file: Path, *, replace: bool, settings: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take in what `export` wrote.

    A document replaces the one of the same id; others stay. All of FILE is checked first: when
    something in it is wrong, nothing is changed.

    Where you have questions of your own, it is tried on them first, and you are asked; where nobody
    can be asked it is taken in unless less is found with it.
    """
    ask = replace and not yes and not dry_run
    if ask and (as_json or not sys.stdin.isatty()):
        raise click.UsageError("`--replace` removes documents: say `--yes` as well.")
    content = _content(file)
    with connected() as deskhand:
        parcel = _look(deskhand.client, content, quiet=as_json)
        if not as_json:
            _tell(parcel, replace=replace, settings=settings)
        if dry_run:
            if as_json:
                show_json(parcel)
            return
        if ask and parcel.others and not click.confirm("Remove them?"):
            raise FailedError("Nothing was changed.")
        params = {
            "alone": str(replace).lower(),
            "settings": str(settings).lower(),
            "consent": wished(yes=yes, quiet=as_json).value,
        }
        received = _take_in(deskhand.client, content, params, quiet=as_json)
    if as_json:
        show_json(received)
    else:
        click.echo(came_in(received))


def _look(client: Client, content: bytes, *, quiet: bool) -> ParcelShown:
    with LiveLine(quiet=quiet) as line:
        line.show(Step(event="waiting", text="Looking it through…"))
        return client.stream("knowledge/import/look", ParcelShown, show=line.show, content=content)


def _take_in(
    client: Client, content: bytes, params: dict[str, str], *, quiet: bool
) -> ReceivedShown:
    with LiveLine(quiet=quiet, label="Documents: ") as line:
        return client.stream(
            "knowledge/import",
            ReceivedShown,
            show=asking(client, line, quiet=quiet),
            content=content,
            params=params,
        )


def _tell(parcel: ParcelShown, *, replace: bool, settings: bool) -> None:
    """Say what is in a file and what it would do, before it is done."""
    click.echo(held(parcel))
    if parcel.replaces:
        click.echo(f"In place of what is here: {named(parcel.replaces)}.")
    if replace and parcel.others:
        click.echo(f"Removed, since the file does not hold them: {named(parcel.others)}.")
    if settings and parcel.settings:
        click.echo(f"Settings taken over: {named(parcel.settings)}.")
    if parcel.ignored:
        click.echo(f"Left aside, since they are none of Deskhand's: {named(parcel.ignored)}.")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_ZIP_BYTES:
            raise FailedError(
                f"{file} is over {MAX_ZIP_BYTES // 1_000_000} MB: it is no export of Deskhand's."
            )
        return file.read_bytes()
    except FileNotFoundError as error:
        raise FailedError(f"{file}: there is no such file.") from error
    except OSError as error:
        raise FailedError(f"{file} cannot be read: {error.strerror}.") from error
